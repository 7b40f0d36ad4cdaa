/* SQLite's allocator, up to a limit, and until the program interrupts: for what grows
 * with rows, or with keys, each of which allocates. */
#ifndef QUOTA_H
#define QUOTA_H

#include "call.h"

struct quota {
    sqlite3_uint64 most;
    sqlite3_uint64 held; /* bytes that are out now */
    bool exceeded;       /* one was refused because of `most` */
    bool interrupted;    /* one was, because the program asked for that */
    uint32_t asked;      /* allocations, to look only now and then */
    const struct call *call;
};

/* A hook that draws on the quota, which has to outlive it.  Its blocks are SQLite's. */
struct sketch_memory quota_memory(struct quota *quota);

#endif
