/*
 * Sorts what waits in the buffers, which is half of the work of adding it.
 *
 * The bits of a double, with the sign flipped and negatives complemented, sort like the
 * double.  A radix sort orders them by the bits from the highest in which any two of
 * them differ, 22 or so in two or three passes, and an insertion sort settles the rest,
 * which is next to nothing for most data.  Where many values agree in those bits, since
 * one far off made them be the wrong ones, it would take quadratic time: then passes
 * over all 64 bits do the work.  Passes over a digit that is the same everywhere are
 * left out.
 *
 * Values are records of one word, points of two: the key and what goes with it.  Both
 * are sorted by the same functions, which the compiler makes twice.
 */
#include "tdigest_private.h"

#include <string.h>

enum {
    TDIGEST_FEW = 48,          /* up to here the insertion sort is faster */
    TDIGEST_MANY = 1024,       /* from here wide digits are */
    TDIGEST_INSERTED = 8,      /* so many behind many that are in order are inserted */
    TDIGEST_MOVES_A_RECORD = 8 /* what the insertion sort may cost after the passes */
};

struct tdigest_sorter {
    uint64_t *from;   /* the records */
    uint64_t *to;     /* as much room again */
    uint32_t *starts; /* of each pass and digit */
    size_t count;
    int passes;    /* over digits that are counted together */
    unsigned bits; /* of a digit */
};

/* What is sorted: values, or points. */
enum { TDIGEST_VALUE_WORDS = 1, TDIGEST_POINT_WORDS = 2 };

static void tdigest_choose_digits(struct tdigest_sorter *sorter)
{
    bool is_many = sorter->count >= TDIGEST_MANY;
    sorter->passes = is_many ? 2 : 3;
    sorter->bits = is_many ? 11 : 8;
}

static size_t tdigest_starts(const struct tdigest_sorter *sorter)
{
    return (size_t)sorter->passes << sorter->bits;
}

static size_t tdigest_scratch(size_t count, size_t words)
{
    struct tdigest_sorter sorter = {.count = count};
    tdigest_choose_digits(&sorter);
    size_t starts = count > TDIGEST_FEW ? tdigest_starts(&sorter) : 0;
    return count * words * sizeof(uint64_t) + starts * sizeof(uint32_t);
}

size_t tdigest_sort_values_size(size_t count)
{
    return tdigest_scratch(count, TDIGEST_VALUE_WORDS);
}

size_t tdigest_sort_points_size(size_t count)
{
    return tdigest_scratch(count, TDIGEST_POINT_WORDS);
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

static inline void tdigest_move(uint64_t *to, const uint64_t *from, size_t words)
{
    to[0] = from[0];
    if (words == TDIGEST_POINT_WORDS) {
        to[1] = from[1];
    }
}

/* Where the records with each digit begin, for all digits from `shift` up. */
static inline void tdigest_find_starts(struct tdigest_sorter *sorter, unsigned shift,
                                       size_t words)
{
    size_t digits = (size_t)1 << sorter->bits;
    uint32_t *low = sorter->starts;
    uint32_t *middle = low + digits;
    uint32_t *high = low + tdigest_starts(sorter) - digits; /* may be the middle one */
    bool is_three = high != middle;
    memset(low, 0, tdigest_starts(sorter) * sizeof *low);
    for (size_t i = 0; i < sorter->count; i++) {
        uint64_t key = sorter->from[i * words] >> shift;
        low[key & (digits - 1)]++;
        middle[key >> sorter->bits & (digits - 1)]++;
        if (is_three) {
            high[key >> 2 * sorter->bits & (digits - 1)]++;
        }
    }
    for (uint32_t *starts = low; starts <= high; starts += digits) {
        uint32_t before = 0;
        for (size_t digit = 0; digit < digits; digit++) {
            uint32_t here = starts[digit];
            starts[digit] = before;
            before += here;
        }
    }
}

/* True if every record has this digit. */
static bool tdigest_is_common(const uint32_t *starts, size_t digit, size_t digits,
                              size_t count)
{
    size_t end = digit + 1 < digits ? starts[digit + 1] : count;
    return starts[digit] == 0 && end == count;
}

/* Orders the records by the digits from `shift` up; those that agree keep their order.
 */
static inline void tdigest_distribute(struct tdigest_sorter *sorter, unsigned shift,
                                      size_t words)
{
    size_t digits = (size_t)1 << sorter->bits;
    uint32_t *starts = sorter->starts;
    size_t count = sorter->count;
    tdigest_find_starts(sorter, shift, words);
    for (int pass = 0; pass < sorter->passes; pass++) {
        uint64_t *from = sorter->from;
        uint64_t *to = sorter->to;
        size_t first = from[0] >> shift & (digits - 1);
        if (!tdigest_is_common(starts, first, digits, count)) {
            for (size_t i = 0; i < count; i++) {
                size_t digit = from[i * words] >> shift & (digits - 1);
                tdigest_move(to + starts[digit]++ * words, from + i * words, words);
            }
            sorter->from = to;
            sorter->to = from;
        }
        starts += digits;
        shift += sorter->bits;
    }
}

/* An insertion sort; gives up, leaving the records in some order, when it would move
 * them more often than allowed. */
static inline bool tdigest_insert(uint64_t *records, size_t count, size_t moves,
                                  size_t words)
{
    for (size_t i = 1; i < count; i++) {
        if (records[(i - 1) * words] <= records[i * words]) {
            continue; /* as nearly always */
        }
        uint64_t record[TDIGEST_POINT_WORDS];
        size_t at = i;
        tdigest_move(record, records + i * words, words);
        do {
            tdigest_move(records + at * words, records + (at - 1) * words, words);
            at--;
        } while (at > 0 && records[(at - 1) * words] > record[0]);
        tdigest_move(records + at * words, record, words);
        if (i - at > moves) {
            return false;
        }
        moves -= i - at;
    }
    return true;
}

/* Sorts records; `different` has the bits in which some of their keys differ. */
static inline void tdigest_sort_records(struct tdigest_sorter *sorter,
                                        uint64_t different, size_t words)
{
    if (sorter->count <= TDIGEST_FEW) {
        tdigest_insert(sorter->from, sorter->count, TDIGEST_FEW * TDIGEST_FEW, words);
        return;
    }
    tdigest_choose_digits(sorter);
    unsigned passed = (unsigned)sorter->passes * sorter->bits;
    unsigned shift = 0;
    while (different >> shift >> passed > 0) {
        shift++;
    }
    tdigest_distribute(sorter, shift, words);
    size_t moves = TDIGEST_MOVES_A_RECORD * sorter->count;
    if (!tdigest_insert(sorter->from, sorter->count, moves, words)) {
        tdigest_distribute(sorter, 0, words);
        tdigest_distribute(sorter, 64 - 2 * passed, words);
        tdigest_distribute(sorter, 64 - passed, words);
    }
}

/* How many values are in order, from the first one on. */
static size_t tdigest_ordered(const double *values, size_t count)
{
    size_t ordered = count > 0;
    while (ordered < count && values[ordered - 1] <= values[ordered]) {
        ordered++;
    }
    return ordered;
}

/* Puts a value in its place among so many before it. */
static void tdigest_place_value(double *values, size_t count)
{
    double value = values[count];
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (values[middle] <= value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    memmove(values + low + 1, values + low, (count - low) * sizeof *values);
    values[low] = value;
}

/* Into the records that are sorted in place of values, and out of them again: the block
 * is from malloc, so it has the type of what was written to it last. */
void tdigest_sort_values(double *values, size_t count, void *scratch)
{
    size_t ordered = tdigest_ordered(values, count);
    if (count - ordered <= TDIGEST_INSERTED) {
        for (; ordered < count; ordered++) {
            tdigest_place_value(values, ordered);
        }
        return;
    }
    uint64_t *keys = scratch;
    uint64_t first = tdigest_key(values[0]);
    uint64_t different = 0;
    for (size_t i = 0; i < count; i++) {
        keys[i] = tdigest_key(values[i]);
        different |= keys[i] ^ first;
    }
    struct tdigest_sorter sorter = {.from = keys, .to = (void *)values, .count = count};
    sorter.starts = (void *)(keys + count);
    tdigest_sort_records(&sorter, different, TDIGEST_VALUE_WORDS);
    for (size_t i = 0; i < count; i++) {
        values[i] = tdigest_unkey(sorter.from[i]);
    }
}

void tdigest_sort_points(struct tdigest_point *points, size_t count, void *scratch)
{
    uint64_t *records = scratch;
    uint64_t different = 0;
    if (count == 0) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        records[2 * i] = tdigest_key(points[i].mean);
        records[2 * i + 1] = points[i].tagged;
        different |= records[2 * i] ^ records[0];
    }
    struct tdigest_sorter sorter = {
        .from = records, .to = (void *)points, .count = count};
    sorter.starts = (void *)(records + 2 * count);
    tdigest_sort_records(&sorter, different, TDIGEST_POINT_WORDS);
    for (size_t i = 0; i < count; i++) {
        uint64_t key = sorter.from[2 * i];
        uint64_t tagged = sorter.from[2 * i + 1];
        points[i] = (struct tdigest_point){tdigest_unkey(key), tagged};
    }
}
