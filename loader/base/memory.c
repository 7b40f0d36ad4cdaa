#include "memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "outcome.h"

void memory_refused(void)
{
    fputs("mastodon-loader: error: out of memory; what was committed is safe\n",
          stderr);
    exit(OUTCOME_INTERNAL);
}

void *memory_resize(void *block, size_t size)
{
    void *moved = realloc(block, size);
    if (!moved) {
        memory_refused();
    }
    return moved;
}

void *memory_grow(void *list, size_t *room, size_t wanted, size_t element)
{
    enum { FIRST = 16 };
    if (wanted <= *room) {
        return list;
    }
    size_t most = SIZE_MAX / element;
    size_t larger = *room > FIRST ? *room : FIRST;
    while (larger < wanted && larger <= most / 2) {
        larger *= 2;
    }
    if (larger < wanted || larger > most) { /* no machine has so much */
        memory_refused();
    }
    *room = larger;
    return memory_resize(list, larger * element);
}
