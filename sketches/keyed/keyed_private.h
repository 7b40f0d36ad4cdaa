/* What the parts of keyed sketches share; nothing of it is for callers. */
#ifndef KEYED_PRIVATE_H
#define KEYED_PRIVATE_H

#include "keyed.h"
#include "keyed_table.h"

struct keyed {
    const struct keyed_kind *kind;
    void *like;               /* what new sketches are like, for sketch_read(); NULL */
    struct keyed_table table; /* and the memory */
};

/* In images. */
#define KEYED_TAG "KEYS"
enum {
    KEYED_VERSION = 1,
    KEYED_NULL = 0 /* in place of an item's kind */
};

#endif
