/*
 * What families that count different values answer in the same way: the estimate, and
 * its bounds.
 */
#ifndef CARDINALITY_H
#define CARDINALITY_H

#include "family.h"

/* Where a family has it.  Deviations are 1..3; what is stored may be damaged, and then
 * nothing is known. */
struct cardinality {
    double (*estimate)(const void *sketch);
    enum sketch_status (*bounds)(const void *sketch, int deviations, double *lower,
                                 double *upper);
    bool (*stored_estimate)(const uint8_t *bytes, size_t size, double *estimate);
    bool (*stored_bounds)(const uint8_t *bytes, size_t size, int deviations,
                          double *lower, double *upper);
};

reply_fn cardinality_count; /* a whole number, not above the rows that there were */
reply_fn cardinality_get;
reply_fn cardinality_lower; /* question: perhaps the number of standard deviations, 2 */
reply_fn cardinality_upper;

direct_fn cardinality_get_stored;
direct_fn cardinality_lower_stored;
direct_fn cardinality_upper_stored;

#endif
