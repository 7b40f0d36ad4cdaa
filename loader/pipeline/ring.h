/*
 * A queue of records in one block of memory that never grows.
 *
 * It knows nothing of threads.  But a record stays where it is until it is dropped,
 * so that one thread may read the oldest while another adds new ones, if they take
 * turns in calling the functions here.
 */
#ifndef RING_H
#define RING_H

#include <stddef.h>

#include "buffer.h"

struct ring {
    char *bytes;
    size_t room;  /* of the block */
    size_t most;  /* records at a time */
    size_t count; /* records in it */
    size_t used;  /* bytes that they take */
    size_t first; /* where the oldest record starts */
    size_t next;  /* where the next one may start */
    size_t wrap;  /* where the records end that lie before the block's end, if the
                     newer ones start at its beginning; 0 otherwise */
};

/* At most `most` records at a time, which take `room` bytes together, their own size
 * included. */
void ring_init(struct ring *ring, size_t room, size_t most);

/* A place for a new record of `size` bytes, aligned for any type, which the caller
 * fills; NULL while there is no room for it. */
void *ring_add(struct ring *ring, size_t size);

/* The oldest record; there must be one. */
struct slice ring_oldest(const struct ring *ring);

void ring_drop_oldest(struct ring *ring);

void ring_free(struct ring *ring);

#endif
