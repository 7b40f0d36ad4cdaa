/*
 * Writing is the free-format algorithm of R. G. Burger and R. K. Dybvig, "Printing
 * Floating-Point Numbers Quickly and Accurately" (PLDI 1996): digits of v = r / s come
 * by division until what is left is closer to v than to half the way to its neighbours.
 *
 * Reading is algorithm M of W. D. Clinger, "How to Read Floating Point Numbers
 * Accurately" (PLDI 1990), with a quotient of 64 bits instead of 53: the digits times
 * a power of ten are a fraction u / v of integers, scaled by a power of two so that
 * their quotient has 63 or 64 bits, which with the remainder tells how to round.  Up
 * to 15 digits with a small exponent need no more than one exact operation (ibid.).
 *
 * Both need integers of at most 4,096 bits.
 */
#include "decimal.h"

#include "invariant.h"

#include <math.h>
#include <string.h>

enum {
    DECIMAL_LIMBS = 128,
    /* Halfway between two doubles lies a number of at most 767 digits; of what comes
     * behind it only matters whether it is all zeros. */
    DECIMAL_DIGITS = 780,
    DECIMAL_MANTISSA = 53,
    DECIMAL_LEAST_EXPONENT = -1074, /* of the smallest double, 2^-1074 */
    DECIMAL_MOST_POWER = 310,       /* 10^309 is no double, ... */
    DECIMAL_LEAST_POWER = -324,     /* and 10^-324 less than half of the smallest */
    DECIMAL_PLAIN_LEAST = -4,
    DECIMAL_PLAIN_MOST = 16
};

/* ---- whole numbers ---- */

struct big {
    uint32_t count; /* limbs in use; the last is not zero */
    uint32_t limbs[DECIMAL_LIMBS];
};

static void big_set(struct big *b, uint64_t value)
{
    b->limbs[0] = (uint32_t)value;
    b->limbs[1] = (uint32_t)(value >> 32);
    b->count = value >> 32 ? 2 : value ? 1 : 0;
}

static void big_trim(struct big *b)
{
    while (b->count > 0 && b->limbs[b->count - 1] == 0) {
        b->count--;
    }
}

static void big_multiply_add(struct big *b, uint32_t factor, uint32_t summand)
{
    uint64_t carry = summand;
    for (uint32_t i = 0; i < b->count; i++) {
        carry += (uint64_t)b->limbs[i] * factor;
        b->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry) {
        b->limbs[b->count++] = (uint32_t)carry;
    }
}

static void big_multiply_power_of_ten(struct big *b, int power)
{
    for (; power >= 9; power -= 9) {
        big_multiply_add(b, 1000000000, 0);
    }
    for (; power > 0; power--) {
        big_multiply_add(b, 10, 0);
    }
}

static void big_set_digits(struct big *b, const uint8_t *digits, int count)
{
    b->count = 0;
    while (count > 0) { /* nine at a time */
        uint32_t factor = 1;
        uint32_t summand = 0;
        for (; count > 0 && factor < 1000000000; factor *= 10, count--) {
            summand = summand * 10 + *digits++;
        }
        big_multiply_add(b, factor, summand);
    }
}

static int big_bits(const struct big *b)
{
    int bits = 0;
    for (uint32_t top = b->count ? b->limbs[b->count - 1] : 0; top; top >>= 1) {
        bits++;
    }
    return b->count ? (int)(b->count - 1) * 32 + bits : 0;
}

static void big_shift_left(struct big *b, int bits)
{
    uint32_t limbs = (uint32_t)bits / 32;
    uint32_t rest = (uint32_t)bits % 32;
    if (b->count == 0 || bits == 0) {
        return;
    }
    b->limbs[b->count] = 0;
    for (uint32_t i = b->count + 1; i-- > 0;) {
        uint32_t low = i > 0 && rest ? b->limbs[i - 1] >> (32 - rest) : 0;
        b->limbs[i + limbs] = b->limbs[i] << rest | low;
    }
    memset(b->limbs, 0, limbs * sizeof *b->limbs);
    b->count += limbs + 1;
    big_trim(b);
}

static int big_compare(const struct big *a, const struct big *b)
{
    if (a->count != b->count) {
        return a->count < b->count ? -1 : 1;
    }
    for (uint32_t i = a->count; i-- > 0;) {
        if (a->limbs[i] != b->limbs[i]) {
            return a->limbs[i] < b->limbs[i] ? -1 : 1;
        }
    }
    return 0;
}

/* How a + b compares with c. */
static int big_compare_sum(const struct big *a, const struct big *b,
                           const struct big *c)
{
    struct big sum;
    uint32_t longer = a->count > b->count ? a->count : b->count;
    uint64_t carry = 0;
    for (uint32_t i = 0; i < longer; i++) {
        carry += (uint64_t)(i < a->count ? a->limbs[i] : 0) +
                 (i < b->count ? b->limbs[i] : 0);
        sum.limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    sum.limbs[longer] = (uint32_t)carry;
    sum.count = longer + 1;
    big_trim(&sum);
    return big_compare(&sum, c);
}

/* r -= q * s, over s->count + 1 limbs; false if that is negative, and then r has
 * wrapped around. */
static bool big_subtract_product(struct big *r, const struct big *s, uint32_t q)
{
    uint64_t carry = 0;
    uint64_t borrow = 0;
    for (uint32_t i = 0; i <= s->count; i++) {
        carry += (uint64_t)(i < s->count ? s->limbs[i] : 0) * q;
        uint64_t difference = (uint64_t)r->limbs[i] - (uint32_t)carry - borrow;
        r->limbs[i] = (uint32_t)difference;
        borrow = difference >> 63;
        carry >>= 32;
    }
    return borrow == 0;
}

/* The quotient of r and s; r becomes the remainder.  The highest bit of s's last limb
 * is set, and the quotient fits 32 bits: one step of algorithm D in D. E. Knuth, The
 * Art of Computer Programming, volume 2, 4.3.1.  Its guess is never too small, and too
 * large by 2 at most. */
static uint32_t big_divide(struct big *r, const struct big *s)
{
    uint32_t n = s->count;
    invariant(n > 0 && s->limbs[n - 1] >> 31 == 1);
    if (n == 0 || r->count < n) {
        return 0;
    }
    if (r->count == n) {
        r->limbs[n] = 0;
    }
    uint64_t top = (uint64_t)r->limbs[n] << 32 | r->limbs[n - 1];
    uint64_t guess = top / s->limbs[n - 1];
    uint32_t q = guess > UINT32_MAX ? UINT32_MAX : (uint32_t)guess;
    bool is_negative = !big_subtract_product(r, s, q);
    while (is_negative) {
        uint64_t carry = 0;
        for (uint32_t i = 0; i <= n; i++) {
            carry += (uint64_t)r->limbs[i] + (i < n ? s->limbs[i] : 0);
            r->limbs[i] = (uint32_t)carry;
            carry >>= 32;
        }
        is_negative = carry == 0;
        q--;
    }
    r->count = n + 1;
    big_trim(r);
    return q;
}

/* How far to shift so that the highest bit of the last limb is set. */
static int big_slack(const struct big *b) { return (32 - big_bits(b) % 32) % 32; }

/* ---- writing ---- */

/* v = r / s; its neighbours are as far as `below` / s, and twice that to the upper one
 * where v is a power of two. */
struct decimal_fraction {
    struct big r;
    struct big s;
    struct big below;
    struct big above;
    bool is_even; /* then the ends of the interval read back as v, too */
};

/* v = mantissa * 2^exponent, both as in IEEE 754. */
static void decimal_split(double value, uint64_t *mantissa, int *exponent)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    int field = (int)(bits >> 52 & 0x7ff);
    *mantissa = bits & ((UINT64_C(1) << 52) - 1);
    *exponent = DECIMAL_LEAST_EXPONENT;
    if (field > 0) {
        *mantissa |= UINT64_C(1) << 52;
        *exponent += field - 1;
    }
}

/* Table 1 of the paper. */
static void decimal_fraction_set(struct decimal_fraction *v, uint64_t mantissa,
                                 int exponent)
{
    int is_power = mantissa == UINT64_C(1) << 52 && exponent > DECIMAL_LEAST_EXPONENT;
    big_set(&v->r, mantissa);
    big_set(&v->s, 1);
    big_set(&v->below, 1);
    big_shift_left(&v->r, 1 + is_power + (exponent > 0 ? exponent : 0));
    big_shift_left(&v->s, 1 + is_power - (exponent < 0 ? exponent : 0));
    big_shift_left(&v->below, exponent > 0 ? exponent : 0);
    v->above = v->below;
    big_shift_left(&v->above, is_power);
    v->is_even = mantissa % 2 == 0;
}

static bool decimal_reaches_above(const struct decimal_fraction *v)
{
    int order = big_compare_sum(&v->r, &v->above, &v->s);
    return v->is_even ? order >= 0 : order > 0;
}

static bool decimal_reaches_below(const struct decimal_fraction *v)
{
    int order = big_compare(&v->r, &v->below);
    return v->is_even ? order <= 0 : order < 0;
}

static void decimal_next_place(struct decimal_fraction *v)
{
    big_multiply_add(&v->r, 10, 0);
    big_multiply_add(&v->below, 10, 0);
    big_multiply_add(&v->above, 10, 0);
}

/* Scales v by a power of ten so that its first digit is the quotient of r and s, and
 * returns the power of that digit. */
static int decimal_scale(struct decimal_fraction *v, int highest_bit)
{
    /* Too small by 1 at most: no power of two up to 2^1100 but 1 is as close to a
     * power of ten as this is inexact. */
    int power = (int)ceil(highest_bit * 0.30102999566398120 - 1e-10);
    if (power >= 0) {
        big_multiply_power_of_ten(&v->s, power);
    } else {
        big_multiply_power_of_ten(&v->r, -power);
        big_multiply_power_of_ten(&v->below, -power);
        big_multiply_power_of_ten(&v->above, -power);
    }
    int slack = big_slack(&v->s);
    big_shift_left(&v->r, slack);
    big_shift_left(&v->s, slack);
    big_shift_left(&v->below, slack);
    big_shift_left(&v->above, slack);
    if (decimal_reaches_above(v)) {
        return power;
    }
    decimal_next_place(v);
    return power - 1;
}

/* The digits, '0' to '9', and how many; the first is not zero. */
static int decimal_digits(struct decimal_fraction *v, char *digits)
{
    int count = 0;
    for (;;) {
        uint32_t digit = big_divide(&v->r, &v->s);
        bool low = decimal_reaches_below(v);
        bool high = decimal_reaches_above(v);
        if (low && high) {
            high = big_compare_sum(&v->r, &v->r, &v->s) >= 0; /* the closer one */
        }
        digits[count++] = (char)('0' + digit + high);
        if (low || high) {
            return count;
        }
        decimal_next_place(v);
    }
}

static char *decimal_put(char *out, const char *digits, int count)
{
    memcpy(out, digits, (size_t)count);
    return out + count;
}

static char *decimal_put_zeros(char *out, int count)
{
    memset(out, '0', (size_t)count);
    return out + count;
}

/* The digits with a point, the first one at this power of ten. */
static char *decimal_put_plain(char *out, const char *digits, int count, int power)
{
    if (power < 0) {
        out = decimal_put(out, "0.", 2);
        out = decimal_put_zeros(out, -power - 1);
        return decimal_put(out, digits, count);
    }
    int whole = power + 1 < count ? power + 1 : count;
    out = decimal_put(out, digits, whole);
    out = decimal_put_zeros(out, power + 1 - whole);
    *out++ = '.';
    return whole < count ? decimal_put(out, digits + whole, count - whole)
                         : decimal_put_zeros(out, 1);
}

/* At least two digits, as printf has it. */
static char *decimal_put_exponent(char *out, int power)
{
    int size = power < 0 ? -power : power;
    *out++ = 'e';
    *out++ = power < 0 ? '-' : '+';
    if (size >= 100) {
        *out++ = (char)('0' + size / 100);
    }
    *out++ = (char)('0' + size / 10 % 10);
    *out++ = (char)('0' + size % 10);
    return out;
}

struct decimal_text decimal_write(double value)
{
    struct decimal_text text = {""};
    struct decimal_fraction fraction;
    uint64_t mantissa;
    int exponent;
    int power = 0;
    int count = 1;
    char digits[DECIMAL_MANTISSA] = "0";
    char *out = text.text;
    if (signbit(value)) {
        *out++ = '-';
    }
    decimal_split(value, &mantissa, &exponent);
    if (mantissa > 0) {
        int highest_bit = exponent - 1;
        for (uint64_t rest = mantissa; rest; rest >>= 1) {
            highest_bit++;
        }
        decimal_fraction_set(&fraction, mantissa, exponent);
        power = decimal_scale(&fraction, highest_bit);
        count = decimal_digits(&fraction, digits);
    }
    if (power >= DECIMAL_PLAIN_LEAST && power <= DECIMAL_PLAIN_MOST) {
        out = decimal_put_plain(out, digits, count, power);
    } else {
        out = decimal_put_plain(out, digits, count, 0);
        out = decimal_put_exponent(out, power);
    }
    *out = '\0';
    return text;
}

/* ---- reading ---- */

/* The number digits * 10^exponent. */
struct decimal_digits {
    uint8_t digits[DECIMAL_DIGITS + 1]; /* the first is not zero */
    int count;
    int64_t exponent;
    bool has_more; /* digits that are left out, and not all zero */
    bool has_point;
    bool has_digit;
};

static bool decimal_is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

static void decimal_take_digit(struct decimal_digits *number, uint8_t digit)
{
    number->has_digit = true;
    number->exponent -= number->has_point;
    if (number->count == 0 && digit == 0) {
        return;
    }
    if (number->count < DECIMAL_DIGITS) {
        number->digits[number->count++] = digit;
    } else {
        number->exponent++;
        number->has_more = number->has_more || digit > 0;
    }
}

/* Returns where the digits and the point end. */
static size_t decimal_take_mantissa(struct decimal_digits *number, const uint8_t *text,
                                    size_t at, size_t size)
{
    for (; at < size; at++) {
        if (text[at] == '.' && !number->has_point) {
            number->has_point = true;
        } else if (decimal_is_digit(text[at])) {
            decimal_take_digit(number, (uint8_t)(text[at] - '0'));
        } else {
            break;
        }
    }
    return at;
}

/* Returns where the exponent ends, which is `at` if there is none. */
static size_t decimal_take_exponent(struct decimal_digits *number, const uint8_t *text,
                                    size_t at, size_t size)
{
    size_t end = at;
    int64_t exponent = 0;
    if (end < size && (text[end] == 'e' || text[end] == 'E')) {
        end++;
    }
    bool is_negative = end < size && text[end] == '-';
    if (end < size && end > at && (text[end] == '-' || text[end] == '+')) {
        end++;
    }
    if (end == at || end >= size || !decimal_is_digit(text[end])) {
        return at;
    }
    for (; end < size && decimal_is_digit(text[end]); end++) {
        if (exponent < INT64_C(1) << 40) { /* more than there can be digits */
            exponent = exponent * 10 + (text[end] - '0');
        }
    }
    number->exponent += is_negative ? -exponent : exponent;
    return end;
}

/* (quotient + a fraction) * 2^exponent, rounded; the quotient has 63 or 64 bits, and
 * the fraction is zero or `rest`. */
static double decimal_round(uint64_t quotient, bool rest, int exponent)
{
    int bits = quotient >> 63 ? 64 : 63;
    int lowest = exponent + bits - DECIMAL_MANTISSA;
    if (lowest < DECIMAL_LEAST_EXPONENT) {
        lowest = DECIMAL_LEAST_EXPONENT;
    }
    int drop = lowest - exponent;
    if (drop > 64) {
        return 0;
    }
    uint64_t kept = drop < 64 ? quotient >> drop : 0;
    uint64_t half = UINT64_C(1) << (drop - 1);
    uint64_t dropped = quotient & (half | (half - 1));
    if (dropped > half || (dropped == half && (rest || kept % 2 == 1))) {
        kept++;
    }
    return ldexp((double)kept, lowest);
}

static double decimal_divide(const struct decimal_digits *number)
{
    struct big u;
    struct big v;
    big_set(&v, 1);
    big_set_digits(&u, number->digits, number->count);
    if (number->exponent > 0) {
        big_multiply_power_of_ten(&u, (int)number->exponent);
    } else {
        big_multiply_power_of_ten(&v, (int)-number->exponent);
    }
    int shift = big_bits(&v) + 31 - big_bits(&u); /* 2^30 < u / v < 2^32 then */
    big_shift_left(&u, shift > 0 ? shift : 0);
    big_shift_left(&v, shift < 0 ? -shift : 0);
    int slack = big_slack(&v);
    big_shift_left(&u, slack);
    big_shift_left(&v, slack);
    uint64_t quotient = big_divide(&u, &v);
    big_shift_left(&u, 32);
    quotient = quotient << 32 | big_divide(&u, &v);
    return decimal_round(quotient, u.count > 0, -shift - 32);
}

static uint64_t decimal_leading(const struct decimal_digits *number, int count)
{
    uint64_t value = 0;
    for (int i = 0; i < count; i++) {
        value = value * 10 + number->digits[i];
    }
    return value;
}

/* The double that is closest, without its sign. */
static double decimal_value(struct decimal_digits *number)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    int64_t exponent = number->exponent;
    if (number->count <= 15 && exponent >= -22 && exponent <= 22) {
        double leading = (double)decimal_leading(number, number->count);
        return exponent < 0 ? leading / powers[-exponent] : leading * powers[exponent];
    }
    if (number->count == 0 || number->count + exponent < DECIMAL_LEAST_POWER) {
        return 0;
    }
    if (number->count + exponent > DECIMAL_MOST_POWER) {
        return HUGE_VAL;
    }
    if (number->has_more) {
        number->digits[number->count++] = 1;
        number->exponent--;
    }
    return decimal_divide(number);
}

size_t decimal_read(const uint8_t *text, size_t size, struct decimal *out)
{
    struct decimal_digits number;
    number.count = 0;
    number.exponent = 0;
    number.has_more = number.has_point = number.has_digit = false;
    *out = (struct decimal){false, 0, 0};
    bool is_negative = size > 0 && text[0] == '-';
    size_t start = size > 0 && (text[0] == '-' || text[0] == '+');
    size_t end = decimal_take_mantissa(&number, text, start, size);
    if (!number.has_digit) {
        return 0;
    }
    size_t after = decimal_take_exponent(&number, text, end, size);
    if (!number.has_point && after == end && number.count <= 19) {
        uint64_t whole = decimal_leading(&number, number.count);
        out->is_integer = whole <= (uint64_t)INT64_MAX + is_negative;
        out->integer = !out->is_integer ? 0
                       : is_negative    ? (int64_t)(0 - whole)
                                        : (int64_t)whole;
    }
    double size_of = decimal_value(&number);
    out->real = is_negative ? -size_of : size_of;
    return after;
}
