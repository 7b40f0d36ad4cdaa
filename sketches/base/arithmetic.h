/*
 * The same rows give the same bytes: what a compiler must not do for that.
 *
 * Every double is rounded to 64 bits after each operation: none is kept wider, as the
 * x87 of i386 does, and no product goes unrounded into a sum, as a fused multiply-add
 * does.  Compilers that would are told not to, or refused.  FLT_EVAL_METHOD 1 widens
 * only floats, which nothing is computed in.
 */
#ifndef ARITHMETIC_H
#define ARITHMETIC_H

#include <float.h>

#if FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 1
#error "doubles are kept wider than 64 bits: compile with -msse2 -mfpmath=sse on i386"
#endif

/* The parts of -ffast-math that gcc tells of may be given one by one, too. */
#if defined __FAST_MATH__ || defined __ASSOCIATIVE_MATH__ ||                           \
    defined __RECIPROCAL_MATH__ ||                                                     \
    (defined __FINITE_MATH_ONLY__ && __FINITE_MATH_ONLY__)
#error "answers must not depend on the machine: compile without -ffast-math"
#endif

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#elif defined __GNUC__ && defined __FP_FAST_FMA && !defined __STRICT_ANSI__ &&         \
    !defined SKETCHES_FP_CONTRACT_OFF
/* gcc fuses unless it is told not to, by -std=c11 or by a flag that shows nowhere. */
#error "compile with -std=c11, or with -ffp-contract=off -DSKETCHES_FP_CONTRACT_OFF"
#endif

#endif
