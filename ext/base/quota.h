/* SQLite's allocator, up to a limit: for what grows with the rows that come. */
#ifndef QUOTA_H
#define QUOTA_H

#include "call.h"

struct quota {
    sqlite3_uint64 most;
    sqlite3_uint64 held; /* bytes that are out now */
    bool exceeded;       /* one was refused because of `most` */
};

/* A hook that draws on the quota, which has to outlive it.  Its blocks are SQLite's. */
struct sketch_memory quota_memory(struct quota *quota);

#endif
