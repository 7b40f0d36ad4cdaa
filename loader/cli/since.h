/* From where on posts are fetched that were missed: the value of --since. */
#ifndef SINCE_H
#define SINCE_H

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"

struct since {
    struct buffer id; /* posts with a greater one; closed by a NUL, or empty */
    int64_t ms; /* posts written later; 0 with an id: not known, without: "last" */
};

/* Reads "last", a time (2026-06-01, 2026-06-01T12:00:00Z), a time ago (2h), or an id.
 * False if it is none. */
bool since_read(struct since *since, const char *text, int64_t now_ms);

#endif
