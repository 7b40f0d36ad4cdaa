/*
 * Logarithm and exponential with the same last bit everywhere, which libm does not
 * promise.  The relative error is below 2^-50.
 */
#ifndef PORTABLE_MATH_H
#define PORTABLE_MATH_H

#define PORTABLE_LN2 0x1.62e42fefa39efp-1

double portable_ln(double x);    /* of a finite x >= 2^-1022 */
double portable_ln1p(double x);  /* ln(1 + x) for -1 < x <= 0 */
double portable_exp(double x);   /* for -700 <= x <= 700 */
double portable_expm1(double x); /* e^x - 1 for x <= 0 */

#endif
