/*
 * Nothing here but additions, multiplications, divisions and conversions, which
 * IEEE 754 fixes to the last bit; the compiler is told not to fuse them.
 */
#include "random.h"

#include "invariant.h"

#include <string.h>

/* ln 2 in two parts.  The first ends with 16 zero bits, so that its product with an
 * exponent is exact. */
#define RANDOM_LN2_HIGH 0x1.62e42fefap-1
#define RANDOM_LN2_LOW  0x1.cf79abc9e3b3ap-40

/* The 128 bits of a product, from 32-bit halves. */
static uint64_t random_multiply(uint64_t a, uint64_t b, uint64_t *low)
{
    uint64_t mask = UINT32_MAX;
    uint64_t bottom = (a & mask) * (b & mask);
    uint64_t cross = (a >> 32) * (b & mask) + (bottom >> 32);
    uint64_t middle = (a & mask) * (b >> 32) + (cross & mask);
    *low = middle << 32 | (bottom & mask);
    return (a >> 32) * (b >> 32) + (cross >> 32) + (middle >> 32);
}

/* A multiple of `end` cut into 2^64 parts, and the parts that would make some
 * results more likely drawn again (Lemire, Fast random integer generation in an
 * interval, 2019). */
uint64_t random_below(struct random *random, uint64_t end)
{
    invariant(end > 0);
    uint64_t low;
    uint64_t high = random_multiply(random_next(random), end, &low);
    if (low < end) {
        uint64_t uneven = (0 - end) % end; /* 2^64 modulo end */
        while (low < uneven) {
            high = random_multiply(random_next(random), end, &low);
        }
    }
    return high;
}

double random_exponential(struct random *random)
{
    return -random_ln(random_real(random));
}

/* 2 atanh(y) by its series; |y| < 0.172, where the next term is below 2^-60 of it. */
static double random_atanh2(double y)
{
    static const double terms[] = {1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13,
                                   1.0 / 11, 1.0 / 9,  1.0 / 7,  1.0 / 5,  1.0 / 3};
    double square = y * y;
    double sum = 0;
    for (unsigned i = 0; i < sizeof terms / sizeof *terms; i++) {
        sum = (sum + terms[i]) * square;
    }
    return 2 * y + 2 * y * sum;
}

/* x = 2^exponent * part with 1 / sqrt(2) < part <= sqrt(2), and
 * ln(part) = 2 atanh((part - 1) / (part + 1)). */
double random_ln(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int exponent = (int)(bits >> 52) - 1023;
    bits = (bits & UINT64_C(0x000fffffffffffff)) | UINT64_C(0x3ff0000000000000);
    double part;
    memcpy(&part, &bits, sizeof part);
    if (part > 1.4142135623730951) {
        part /= 2;
        exponent++;
    }
    double ln = random_atanh2((part - 1) / (part + 1));
    return exponent * RANDOM_LN2_HIGH + (exponent * RANDOM_LN2_LOW + ln);
}

/* Where 1 + x would drop what matters of x: 1 + x = (1 + y) / (1 - y) with
 * y = x / (2 + x). */
double random_ln1p(double x)
{
    return x > -0.29 ? random_atanh2(x / (2 + x)) : random_ln(1 + x);
}

/* e^x - 1 by its series; |x| <= ln(2) / 2, where the next term is below 2^-61 of it. */
static double random_expm1_series(double x)
{
    static const double terms[] = {1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800,
                                   1.0 / 3628800,    1.0 / 362880,    1.0 / 40320,
                                   1.0 / 5040,       1.0 / 720,       1.0 / 120,
                                   1.0 / 24,         1.0 / 6,         1.0 / 2};
    double sum = 1.0 / 87178291200;
    for (unsigned i = 0; i < sizeof terms / sizeof *terms; i++) {
        sum = sum * x + terms[i];
    }
    return x + x * x * sum;
}

/* x = rest - halvings * ln(2) */
double random_expm1(double x)
{
    if (x < -40) {
        return -1; /* e^x is less than half of the last bit of 1 */
    }
    int halvings = (int)(0.5 - x * 1.4426950408889634);
    double rest = x + halvings * RANDOM_LN2_HIGH + halvings * RANDOM_LN2_LOW;
    double series = random_expm1_series(rest);
    if (halvings == 0) {
        return series;
    }
    uint64_t bits = (uint64_t)(1023 - halvings) << 52;
    double scale;
    memcpy(&scale, &bits, sizeof scale);
    return scale * series + (scale - 1);
}
