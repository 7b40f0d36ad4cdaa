/*
 * Each record lies in one piece behind its size.  One that does not fit before the
 * end of the block goes to the beginning, and the rest at the end stays unused until
 * the records before it are gone.
 */
#include "ring.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

enum { RING_ALIGN = alignof(max_align_t) };

/* The bytes a record takes up, 0 if that is no size at all. */
static size_t ring_cost(const struct ring *ring, size_t size)
{
    if (size > ring->room) {
        return 0;
    }
    size_t whole = RING_ALIGN + size;
    return (whole + RING_ALIGN - 1) / RING_ALIGN * RING_ALIGN;
}

void ring_init(struct ring *ring, size_t room, size_t most)
{
    *ring = (struct ring){.room = room, .most = most};
    ring->bytes = memory_resize(NULL, room);
}

/* Where a record of that cost fits, or `room` if nowhere. */
static size_t ring_place(const struct ring *ring, size_t cost)
{
    if (ring->wrap > 0) {
        return cost <= ring->first - ring->next ? ring->next : ring->room;
    }
    if (cost <= ring->room - ring->next) {
        return ring->next;
    }
    return cost <= ring->first ? 0 : ring->room;
}

void *ring_add(struct ring *ring, size_t size)
{
    size_t cost = ring_cost(ring, size);
    if (cost == 0 || ring->count == ring->most) {
        return NULL;
    }
    if (ring->count == 0) {
        ring->first = ring->next = ring->wrap = 0;
    }
    size_t place = ring_place(ring, cost);
    if (place == ring->room) {
        return NULL;
    }
    if (place < ring->next) {
        ring->wrap = ring->next;
    }
    ring->next = place + cost;
    ring->used += cost;
    ring->count++;
    memcpy(ring->bytes + place, &size, sizeof size);
    return ring->bytes + place + RING_ALIGN;
}

struct slice ring_oldest(const struct ring *ring)
{
    struct slice record = {ring->bytes + ring->first + RING_ALIGN, 0};
    memcpy(&record.size, ring->bytes + ring->first, sizeof record.size);
    return record;
}

void ring_drop_oldest(struct ring *ring)
{
    size_t cost = ring_cost(ring, ring_oldest(ring).size);
    ring->first += cost;
    ring->used -= cost;
    ring->count--;
    if (ring->wrap > 0 && ring->first == ring->wrap) {
        ring->first = ring->wrap = 0;
    }
}

void ring_free(struct ring *ring)
{
    free(ring->bytes);
    *ring = (struct ring){0};
}
