/*
 * Doubles as decimal numbers, and back: exact both ways, whatever the locale and the C
 * library.
 */
#ifndef DECIMAL_H
#define DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A number as text, such as "0.1" or "1.0e+300"; ends with a zero byte. */
struct decimal_text {
    char text[32];
};

/* The fewest digits, 1 to 17, that a correct reader reads back as the same double, and
 * of those the closest to it.  There is always a point with a digit on either side;
 * numbers below 0.0001 and from 10^17 on have an exponent.  `value` is finite. */
struct decimal_text decimal_write(double value);

/* What decimal_read reads. */
struct decimal {
    bool is_integer; /* neither point nor exponent, and an int64 */
    int64_t integer; /* if it is one; else 0 */
    double real; /* the double that is closest, of two the even one; or an infinity */
};

/* Reads the number at the start of the text: perhaps a sign, digits with perhaps a
 * point among or beside them, perhaps an exponent.  Returns how many bytes it takes; 0
 * if there is no number.  Linear in the size. */
size_t decimal_read(const uint8_t *text, size_t size, struct decimal *out);

#endif
