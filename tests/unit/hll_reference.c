#include "hll_reference.h"

#include <math.h>
#include <string.h>

enum { ADDRESS = 0x3ffffff, ESCAPE = 15 };

/* A hash table of address and value, as sets and exceptions have it. */
struct table {
    uint32_t *slots;
    int lg_size; /* -1: there is none */
    int count;
};

struct hll_reference {
    int precision;
    int stage; /* 0 list, 1 set, 2 registers */
    uint32_t list[8];
    int listed;
    struct table set;
    uint8_t *nibbles; /* one a byte */
    int minimum;
    uint32_t at_minimum;
    double hip;
    double kxq[2];
    struct table exceptions;
};

static int first_lg_size(int precision)
{
    return precision < 7    ? 2
           : precision < 10 ? 3
           : precision < 12 ? 4
           : precision < 14 ? 5
                            : precision - 8;
}

/* The slot that has this key, or where it belongs. */
static uint32_t *look_up(const struct table *table, uint32_t key, uint32_t mask)
{
    uint32_t size = 1u << table->lg_size;
    uint32_t probe = key % size;
    while (table->slots[probe] != 0 && (table->slots[probe] & mask) != (key & mask)) {
        probe = (probe + ((key & ADDRESS) / size | 1)) % size;
    }
    return &table->slots[probe];
}

static void make(struct table *table, int lg_size)
{
    table->slots = calloc((size_t)1 << lg_size, sizeof *table->slots);
    table->lg_size = lg_size;
    table->count = 0;
}

static void insert(struct table *table, uint32_t cell, uint32_t mask)
{
    *look_up(table, cell, mask) = cell;
    table->count++;
}

static void enlarge(struct table *table, uint32_t mask)
{
    struct table old = *table;
    make(table, old.lg_size + 1);
    for (uint32_t i = 0; i < 1u << old.lg_size; i++) {
        if (old.slots[i] != 0) {
            insert(table, old.slots[i], mask);
        }
    }
    free(old.slots);
}

static int crowded(const struct table *table)
{
    return 4 * table->count > 3 * (1 << table->lg_size);
}

struct hll_reference *hll_reference_create(int precision)
{
    struct hll_reference *sketch = calloc(1, sizeof *sketch);
    sketch->precision = precision;
    sketch->exceptions.lg_size = -1;
    return sketch;
}

void hll_reference_free(struct hll_reference *sketch)
{
    free(sketch->set.slots);
    free(sketch->exceptions.slots);
    free(sketch->nibbles);
    free(sketch);
}

static void add_exception(struct hll_reference *sketch, uint32_t slot, uint32_t value)
{
    struct table *table = &sketch->exceptions;
    if (table->lg_size < 0) {
        make(table, first_lg_size(sketch->precision));
    }
    insert(table, value << 26 | slot, ADDRESS);
    if (crowded(table)) {
        enlarge(table, ADDRESS);
    }
}

static void raise_minimum(struct hll_reference *sketch)
{
    uint32_t k = 1u << sketch->precision;
    struct table old = sketch->exceptions;
    sketch->exceptions = (struct table){.lg_size = -1};
    sketch->minimum++;
    sketch->at_minimum = 0;
    for (uint32_t i = 0; i < k; i++) {
        if (sketch->nibbles[i] < ESCAPE) {
            sketch->nibbles[i]--;
            sketch->at_minimum += sketch->nibbles[i] == 0;
        }
    }
    for (uint32_t i = 0; old.lg_size >= 0 && i < 1u << old.lg_size; i++) {
        uint32_t slot = old.slots[i] & ADDRESS;
        uint32_t value = old.slots[i] >> 26;
        if (value == 0) {
            continue;
        }
        if (value - (uint32_t)sketch->minimum < ESCAPE) {
            sketch->nibbles[slot] = (uint8_t)(value - (uint32_t)sketch->minimum);
        } else {
            add_exception(sketch, slot, value);
        }
    }
    free(old.slots);
}

static void update_register(struct hll_reference *sketch, uint32_t coupon)
{
    uint32_t k = 1u << sketch->precision;
    uint32_t slot = coupon % k;
    int value = (int)(coupon >> 26);
    int escaped = sketch->nibbles[slot] == ESCAPE;
    int old = escaped ? (int)(*look_up(&sketch->exceptions, slot, ADDRESS) >> 26)
                      : sketch->nibbles[slot] + sketch->minimum;
    if (value <= old) {
        return;
    }
    sketch->hip += k / (sketch->kxq[0] + sketch->kxq[1]);
    sketch->kxq[old >= 32] -= ldexp(1, -old);
    sketch->kxq[value >= 32] += ldexp(1, -value);
    if (escaped) {
        *look_up(&sketch->exceptions, slot, ADDRESS) = (uint32_t)value << 26 | slot;
    } else if (value - sketch->minimum >= ESCAPE) {
        sketch->nibbles[slot] = ESCAPE;
        add_exception(sketch, slot, (uint32_t)value);
    } else {
        sketch->nibbles[slot] = (uint8_t)(value - sketch->minimum);
    }
    if (old == sketch->minimum) {
        sketch->at_minimum--;
        while (sketch->at_minimum == 0) {
            raise_minimum(sketch);
        }
    }
}

/* The number of items behind `count` coupons, by four points of a curve. */
static double curve(double count)
{
    static const double x[] = {0, 1, 20, 400, 8000, 160000, 300000, 600000};
    static const double y[] = {0,
                               1,
                               20.0000009437402611,
                               400.0003963713384110,
                               8000.1589294602090376,
                               160063.6067763759638183,
                               300223.7071597663452849,
                               600895.5933856170158833};
    int j = 0;
    while (j < 6 && x[j + 1] <= count) {
        j++;
    }
    int a = j == 0 ? 0 : j - 1;
    int b = a + 1;
    int c = a + 2;
    int d = a + 3;
    double at_a = y[a] * ((count - x[b]) * (count - x[c]) * (count - x[d])) /
                  ((x[a] - x[b]) * (x[a] - x[c]) * (x[a] - x[d]));
    double at_b = y[b] * ((count - x[a]) * (count - x[c]) * (count - x[d])) /
                  ((x[b] - x[a]) * (x[b] - x[c]) * (x[b] - x[d]));
    double at_c = y[c] * ((count - x[a]) * (count - x[b]) * (count - x[d])) /
                  ((x[c] - x[a]) * (x[c] - x[b]) * (x[c] - x[d]));
    double at_d = y[d] * ((count - x[a]) * (count - x[b]) * (count - x[c])) /
                  ((x[d] - x[a]) * (x[d] - x[b]) * (x[d] - x[c]));
    return fmax(at_a + at_b + at_c + at_d, count);
}

static void start_registers(struct hll_reference *sketch, const uint32_t *coupons,
                            uint32_t size, int count)
{
    uint32_t k = 1u << sketch->precision;
    sketch->stage = 2;
    sketch->nibbles = calloc(k, 1);
    sketch->at_minimum = k;
    sketch->kxq[0] = k;
    for (uint32_t i = 0; i < size; i++) {
        if (coupons[i] != 0) {
            update_register(sketch, coupons[i]);
        }
    }
    sketch->hip = curve(count);
}

static void add_to_set(struct hll_reference *sketch, uint32_t coupon)
{
    struct table *set = &sketch->set;
    if (*look_up(set, coupon, UINT32_MAX) != 0) {
        return;
    }
    insert(set, coupon, UINT32_MAX);
    if (crowded(set) && set->lg_size == sketch->precision - 3) {
        start_registers(sketch, set->slots, 1u << set->lg_size, set->count);
    } else if (crowded(set)) {
        enlarge(set, UINT32_MAX);
    }
}

static void add_to_list(struct hll_reference *sketch, uint32_t coupon)
{
    for (int i = 0; i < sketch->listed; i++) {
        if (sketch->list[i] == coupon) {
            return;
        }
    }
    sketch->list[sketch->listed++] = coupon;
    if (sketch->listed < 8) {
        return;
    }
    if (sketch->precision < 8) {
        start_registers(sketch, sketch->list, 8, 8);
        return;
    }
    sketch->stage = 1;
    make(&sketch->set, 5);
    for (int i = 0; i < 8; i++) {
        insert(&sketch->set, sketch->list[i], UINT32_MAX);
    }
}

void hll_reference_add(struct hll_reference *sketch, struct hash hash)
{
    uint32_t zeros = 0;
    while (zeros < 62 && !(hash.h2 << zeros >> 63)) {
        zeros++;
    }
    uint32_t coupon = (zeros + 1) << 26 | (uint32_t)(hash.h1 & ADDRESS);
    if (sketch->stage == 0) {
        add_to_list(sketch, coupon);
    } else if (sketch->stage == 1) {
        add_to_set(sketch, coupon);
    } else {
        update_register(sketch, coupon);
    }
}

static void put(uint8_t **p, uint64_t value, int width)
{
    for (int i = 0; i < width; i++) {
        *(*p)++ = (uint8_t)(value >> 8 * i);
    }
}

static void put_double(uint8_t **p, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put(p, bits, 8);
}

static void put_used(uint8_t **p, const uint32_t *slots, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        if (slots[i] != 0) {
            put(p, slots[i], 4);
        }
    }
}

uint8_t *hll_reference_image(const struct hll_reference *sketch, size_t *size)
{
    uint32_t k = 1u << sketch->precision;
    int has_exceptions = sketch->exceptions.lg_size >= 0;
    uint8_t *image =
        calloc(1, 40 + k / 2 +
                      4 * (size_t)(sketch->set.count + sketch->exceptions.count) + 64);
    uint8_t *p = image;
    static const int preamble[] = {2, 3, 10};
    int lg_size = sketch->stage == 0   ? 3
                  : sketch->stage == 1 ? sketch->set.lg_size
                  : has_exceptions     ? sketch->exceptions.lg_size
                                       : 0;
    put(&p, (uint64_t)preamble[sketch->stage], 1);
    put(&p, 1, 1);
    put(&p, 7, 1);
    put(&p, (uint64_t)sketch->precision, 1);
    put(&p, (uint64_t)lg_size, 1);
    put(&p, sketch->stage == 0 && sketch->listed == 0 ? 12 : 8, 1);
    put(&p,
        (uint64_t)(sketch->stage == 0   ? sketch->listed
                   : sketch->stage == 1 ? 0
                                        : sketch->minimum),
        1);
    put(&p, (uint64_t)sketch->stage, 1);
    if (sketch->stage == 0) {
        put_used(&p, sketch->list, (uint32_t)sketch->listed);
    } else if (sketch->stage == 1) {
        put(&p, (uint64_t)sketch->set.count, 4);
        put_used(&p, sketch->set.slots, 1u << sketch->set.lg_size);
    } else {
        put_double(&p, sketch->hip);
        put_double(&p, sketch->kxq[0]);
        put_double(&p, sketch->kxq[1]);
        put(&p, sketch->at_minimum, 4);
        put(&p, (uint64_t)sketch->exceptions.count, 4);
        for (uint32_t i = 0; i < k; i += 2) {
            put(&p, (uint64_t)(sketch->nibbles[i] | sketch->nibbles[i + 1] << 4), 1);
        }
        if (has_exceptions) {
            put_used(&p, sketch->exceptions.slots, 1u << sketch->exceptions.lg_size);
        }
    }
    *size = (size_t)(p - image);
    return image;
}
