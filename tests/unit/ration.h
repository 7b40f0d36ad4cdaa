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
    uint64_t bytes;  /* that are out now */
    uint64_t peak;   /* the most bytes that were out at once */
    uint64_t asked;  /* bytes of all requests so far, the work of filling them */
};

/* A hook that draws on the ration, which has to outlive it. */
struct sketch_memory ration_memory(struct ration *ration);

#endif
