/* Is what was counted what chance would have done? */
#ifndef STATISTICS_H
#define STATISTICS_H

#include <stdint.h>

/* What a chi-square of so many degrees of freedom exceeds once in a thousand (Wilson,
 * Hilferty 1931; within 0.5 % from 4 degrees on). */
double chi_square_bound(double degrees);

/* Of `cells` counts that all have the same expectation; cells - 1 degrees. */
double chi_square(const uint32_t *counts, uint32_t cells);

/* Of how often each of `rows` rows was in a sample of `size` of them: rows - 1
 * degrees.  Rows of one sample are not independent, which is allowed for. */
double inclusion_chi_square(const uint32_t *counts, uint32_t rows, uint32_t size,
                            uint32_t runs);

#endif
