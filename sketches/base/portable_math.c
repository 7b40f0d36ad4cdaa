/*
 * Nothing here but additions, multiplications, divisions and conversions, which
 * IEEE 754 fixes to the last bit; the compiler is told not to fuse them.
 */
#include "portable_math.h"

#include "invariant.h"

#include <stdint.h>
#include <string.h>

/* ln 2 in two parts.  The first ends with 16 zero bits, so that its product with an
 * exponent is exact. */
#define PORTABLE_LN2_HIGH 0x1.62e42fefap-1
#define PORTABLE_LN2_LOW  0x1.cf79abc9e3b3ap-40
#define PORTABLE_LOG2_E   1.4426950408889634

/* 2 atanh(y) by its series; |y| < 0.172, where the next term is below 2^-60 of it. */
static double portable_atanh2(double y)
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
double portable_ln(double x)
{
    invariant(x >= 0x1p-1022 && x <= 0x1.fffffffffffffp1023);
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
    double ln = portable_atanh2((part - 1) / (part + 1));
    return exponent * PORTABLE_LN2_HIGH + (exponent * PORTABLE_LN2_LOW + ln);
}

/* Where 1 + x would drop what matters of x: 1 + x = (1 + y) / (1 - y) with
 * y = x / (2 + x). */
double portable_ln1p(double x)
{
    return x > -0.29 ? portable_atanh2(x / (2 + x)) : portable_ln(1 + x);
}

/* e^x - 1 by its series; |x| <= ln(2) / 2, where the next term is below 2^-61 of it. */
static double portable_expm1_series(double x)
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

/* 2^exponent for -1022 <= exponent <= 1023. */
static double portable_power(int exponent)
{
    uint64_t bits = (uint64_t)(1023 + exponent) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

/* x = rest - halvings * ln(2) */
static double portable_rest(double x, int halvings)
{
    return x + halvings * PORTABLE_LN2_HIGH + halvings * PORTABLE_LN2_LOW;
}

double portable_expm1(double x)
{
    if (x < -40) {
        return -1; /* e^x is less than half of the last bit of 1 */
    }
    int halvings = (int)(0.5 - x * PORTABLE_LOG2_E);
    double series = portable_expm1_series(portable_rest(x, halvings));
    if (halvings == 0) {
        return series;
    }
    double scale = portable_power(-halvings);
    return scale * series + (scale - 1);
}

double portable_exp(double x)
{
    invariant(x >= -700 && x <= 700);
    int halvings =
        (int)(x < 0 ? 0.5 - x * PORTABLE_LOG2_E : -0.5 - x * PORTABLE_LOG2_E);
    double series = portable_expm1_series(portable_rest(x, halvings));
    double scale = portable_power(-halvings);
    return scale * series + scale;
}
