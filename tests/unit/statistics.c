#include "statistics.h"

#include <math.h>

double chi_square_bound(double degrees)
{
    double a = 2 / (9 * degrees);
    return degrees * pow(1 - a + 3.0902 * sqrt(a), 3);
}

double chi_square(const uint32_t *counts, uint32_t cells)
{
    double mean = 0;
    double sum = 0;
    for (uint32_t i = 0; i < cells; i++) {
        mean += (double)counts[i] / cells;
    }
    for (uint32_t i = 0; i < cells; i++) {
        sum += (counts[i] - mean) * (counts[i] - mean) / mean;
    }
    return sum;
}

/* Each count has variance runs * p * (1 - p), and the counts of two rows have
 * covariance -runs * p * (1 - p) / (rows - 1). */
double inclusion_chi_square(const uint32_t *counts, uint32_t rows, uint32_t size,
                            uint32_t runs)
{
    double p = (double)size / rows;
    double sum = 0;
    for (uint32_t i = 0; i < rows; i++) {
        double off = counts[i] - runs * p;
        sum += off * off;
    }
    return sum / (runs * p * (1 - p)) * (rows - 1) / rows;
}
