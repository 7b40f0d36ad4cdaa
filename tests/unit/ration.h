/*
 * A memory hook that watches, and refuses when told to.
 *
 * Fresh memory is filled with rubbish and a block that is resized always moves,
 * so that what is read before it is written, or after it went, shows.
 */
#ifndef RATION_H
#define RATION_H

#include "sketch.h"

#define RATION_UNLIMITED UINT64_MAX

struct ration {
    uint64_t grants; /* requests that succeed before all others are refused */
    uint64_t blocks; /* that are out now */
};

/* A hook that draws on the ration, which has to outlive it. */
struct sketch_memory ration_memory(struct ration *ration);

#endif
