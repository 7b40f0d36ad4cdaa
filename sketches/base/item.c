#include "item.h"

#include <string.h>

/* 2^63: every integral double in [-2^63, 2^63) fits an int64. */
#define ITEM_INT64_END 9223372036854775808.0

struct item item_real(double value)
{
    if (value >= -ITEM_INT64_END && value < ITEM_INT64_END &&
        (double)(int64_t)value == value) {
        return (struct item){.kind = ITEM_WHOLE, .as.bits = (uint64_t)(int64_t)value};
    }
    struct item item = {.kind = ITEM_REAL};
    memcpy(&item.as.bits, &value, sizeof value);
    return item;
}

bool item_is_canonical(struct item item)
{
    double value = item_as_real(item);
    if (item.kind == ITEM_WHOLE) {
        /* Not every int64 is a double, and 2^63 is no int64. */
        return value < ITEM_INT64_END && (int64_t)value == item_as_integer(item);
    }
    return item.kind != ITEM_REAL ||
           (value == value && item_real(value).kind == ITEM_REAL);
}

int64_t item_as_integer(struct item item) { return (int64_t)item.as.bits; }

double item_as_real(struct item item)
{
    if (item.kind == ITEM_WHOLE) {
        return (double)item_as_integer(item);
    }
    double value;
    memcpy(&value, &item.as.bits, sizeof value);
    return value;
}

static bool item_is_whole(struct item item) { return item.kind <= ITEM_WHOLE; }

bool item_equal(struct item a, struct item b)
{
    if (item_is_number(a)) {
        return a.as.bits == b.as.bits && item_is_number(b) &&
               item_is_whole(a) == item_is_whole(b);
    }
    return a.kind == b.kind && a.size == b.size &&
           (a.size == 0 || memcmp(a.as.bytes, b.as.bytes, a.size) == 0);
}

static int item_compare_bytes(struct item a, struct item b)
{
    uint32_t shorter = a.size < b.size ? a.size : b.size;
    int order = shorter > 0 ? memcmp(a.as.bytes, b.as.bytes, shorter) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

/* `real` is no integer within int64, so it equals no `whole`. */
static int item_compare_mixed(int64_t whole, double real)
{
    if (real >= ITEM_INT64_END) {
        return -1;
    }
    if (real < -ITEM_INT64_END) {
        return 1;
    }
    int64_t towards_zero = (int64_t)real;
    if (whole != towards_zero) {
        return whole < towards_zero ? -1 : 1;
    }
    return real > 0 ? -1 : 1;
}

static int item_compare_numbers(struct item a, struct item b)
{
    if (item_is_whole(a) && item_is_whole(b)) {
        int64_t x = item_as_integer(a);
        int64_t y = item_as_integer(b);
        return (x > y) - (x < y);
    }
    if (item_is_whole(a)) {
        return item_compare_mixed(item_as_integer(a), item_as_real(b));
    }
    if (item_is_whole(b)) {
        return -item_compare_mixed(item_as_integer(b), item_as_real(a));
    }
    double x = item_as_real(a);
    double y = item_as_real(b);
    return (x > y) - (x < y);
}

int item_compare(struct item a, struct item b)
{
    if (item_is_number(a) || item_is_number(b)) {
        return item_is_number(a) && item_is_number(b) ? item_compare_numbers(a, b)
               : item_is_number(a)                    ? -1
                                                      : 1;
    }
    if (a.kind != b.kind) {
        return a.kind == ITEM_TEXT ? -1 : 1;
    }
    return item_compare_bytes(a, b);
}
