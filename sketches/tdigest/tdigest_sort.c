/*
 * Sorts the buffer, which is half of the work of adding a value.
 *
 * The bits of a double, with the sign flipped and negatives complemented, sort like the
 * double.  Three passes of a radix sort order them by 30 bits, from the highest in
 * which any two of them differ, and an insertion sort settles the rest, which is next
 * to nothing for most data.  Where many values agree in those bits, since one far off
 * made them be the wrong ones, it would take quadratic time: then passes over all 64
 * bits do the work.  Passes over a digit that is the same everywhere are left out.
 */
#include "tdigest_private.h"

#include <string.h>

enum {
    TDIGEST_DIGIT_BITS = 10,
    TDIGEST_DIGITS = 1 << TDIGEST_DIGIT_BITS,
    TDIGEST_PASSES = 3, /* over digits that are counted together */
    TDIGEST_PASSED_BITS = TDIGEST_PASSES * TDIGEST_DIGIT_BITS,
    TDIGEST_FEW = 96,         /* up to here the insertion sort is faster */
    TDIGEST_MOVES_A_VALUE = 8 /* what the insertion sort may cost after the passes */
};

struct tdigest_sorter {
    uint64_t *from;   /* the keys */
    uint64_t *to;     /* as much room again */
    uint32_t *starts; /* of each pass and digit */
    size_t count;
};

size_t tdigest_sort_scratch(size_t count)
{
    size_t starts = count > TDIGEST_FEW ? TDIGEST_PASSES * TDIGEST_DIGITS : 0;
    return 2 * count * sizeof(uint64_t) + starts * sizeof(uint32_t);
}

static uint64_t tdigest_key(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t negative = 0 - (bits >> 63); /* all ones or all zeros */
    return bits ^ (negative | UINT64_C(1) << 63);
}

static double tdigest_unkey(uint64_t key)
{
    uint64_t negative = (key >> 63) - 1;
    uint64_t bits = key ^ (negative | UINT64_C(1) << 63);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static bool tdigest_is_sorted(const double *values, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (values[i] < values[i - 1]) {
            return false;
        }
    }
    return true;
}

static size_t tdigest_digit(uint64_t key, unsigned shift)
{
    return key >> shift & (TDIGEST_DIGITS - 1);
}

/* Where the keys with each digit begin, for the three digits from `shift` up. */
static void tdigest_find_starts(struct tdigest_sorter *sorter, unsigned shift)
{
    uint32_t *low = sorter->starts;
    uint32_t *middle = low + TDIGEST_DIGITS;
    uint32_t *high = middle + TDIGEST_DIGITS;
    const uint64_t *keys = sorter->from;
    memset(low, 0, TDIGEST_PASSES * TDIGEST_DIGITS * sizeof *low);
    for (size_t i = 0; i < sorter->count; i++) {
        uint64_t key = keys[i] >> shift;
        low[tdigest_digit(key, 0)]++;
        middle[tdigest_digit(key, TDIGEST_DIGIT_BITS)]++;
        high[tdigest_digit(key, 2 * TDIGEST_DIGIT_BITS)]++;
    }
    uint32_t before[TDIGEST_PASSES] = {0, 0, 0};
    for (size_t digit = 0; digit < TDIGEST_DIGITS; digit++) {
        uint32_t here[TDIGEST_PASSES] = {low[digit], middle[digit], high[digit]};
        low[digit] = before[0];
        middle[digit] = before[1];
        high[digit] = before[2];
        before[0] += here[0];
        before[1] += here[1];
        before[2] += here[2];
    }
}

/* True if every key has this digit. */
static bool tdigest_is_common(const uint32_t *starts, size_t digit, size_t count)
{
    size_t end = digit + 1 < TDIGEST_DIGITS ? starts[digit + 1] : count;
    return starts[digit] == 0 && end == count;
}

/* Orders the keys by the 30 bits from `shift` up; those that agree keep their order. */
static void tdigest_distribute(struct tdigest_sorter *sorter, unsigned shift)
{
    tdigest_find_starts(sorter, shift);
    uint32_t *starts = sorter->starts;
    size_t count = sorter->count;
    for (int pass = 0; pass < TDIGEST_PASSES; pass++) {
        uint64_t *from = sorter->from;
        uint64_t *to = sorter->to;
        if (!tdigest_is_common(starts, tdigest_digit(from[0], shift), count)) {
            for (size_t i = 0; i < count; i++) {
                to[starts[tdigest_digit(from[i], shift)]++] = from[i];
            }
            sorter->from = to;
            sorter->to = from;
        }
        starts += TDIGEST_DIGITS;
        shift += TDIGEST_DIGIT_BITS;
    }
}

/* An insertion sort; gives up, leaving the keys in some order, when it would move keys
 * more often than allowed. */
static bool tdigest_insert(uint64_t *keys, size_t count, size_t moves)
{
    for (size_t i = 1; i < count; i++) {
        uint64_t key = keys[i];
        size_t at = i;
        while (at > 0 && keys[at - 1] > key) {
            keys[at] = keys[at - 1];
            at--;
        }
        keys[at] = key;
        if (i - at > moves) {
            return false;
        }
        moves -= i - at;
    }
    return true;
}

/* Sorts many keys; `different` has the bits in which some of them differ. */
static void tdigest_sort_keys(struct tdigest_sorter *sorter, uint64_t different)
{
    unsigned shift = 0;
    while (different >> shift >> TDIGEST_PASSED_BITS > 0) {
        shift++;
    }
    tdigest_distribute(sorter, shift);
    size_t moves = TDIGEST_MOVES_A_VALUE * sorter->count;
    if (!tdigest_insert(sorter->from, sorter->count, moves)) {
        tdigest_distribute(sorter, 0);
        tdigest_distribute(sorter, TDIGEST_PASSED_BITS);
        tdigest_distribute(sorter, 64 - TDIGEST_PASSED_BITS);
    }
}

const double *tdigest_sort(const double *values, size_t count, void *scratch)
{
    if (tdigest_is_sorted(values, count)) {
        return values;
    }
    uint64_t *keys = scratch;
    uint64_t different = 0;
    uint64_t first = tdigest_key(values[0]);
    for (size_t i = 0; i < count; i++) {
        keys[i] = tdigest_key(values[i]);
        different |= keys[i] ^ first;
    }
    struct tdigest_sorter sorter = {.from = keys, .to = keys + count, .count = count};
    if (count > TDIGEST_FEW) {
        sorter.starts = (void *)(keys + 2 * count);
        tdigest_sort_keys(&sorter, different);
    } else {
        tdigest_insert(keys, count, TDIGEST_FEW * TDIGEST_FEW);
    }
    double *sorted = (void *)sorter.to;
    for (size_t i = 0; i < count; i++) {
        sorted[i] = tdigest_unkey(sorter.from[i]);
    }
    return sorted;
}
