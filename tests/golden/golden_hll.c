/*
 * HyperLogLog against images that Apache DataSketches has written.
 *
 *   golden_hll DIRECTORY
 *
 * The directory holds MANIFEST.tsv and the images it lists.  Every HLL image is
 * read, asked, written back in its own form, and made again from its input; its bytes
 * are merged, asked and added to as they are.  Then it is cut at every byte and changed
 * in every byte, which has to be refused or to give a sketch that works.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hll.h"
#include "manifest.h"
#include "random.h"

enum { MAX_INPUTS = 4 };
/* Bits of byte 5 that say nothing of the content. */
enum { FLAGS_OF_THE_WRITER = 8 | 32, FLAG_MERGED = 16 };

static bool near(double a, double b, double tolerance)
{
    return fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b));
}

/* Making a sketch again from its input */

static void add(struct hll *sketch, struct hash hash)
{
    if (hll_add(sketch, hash) != SKETCH_OK) {
        puts("out of memory");
        exit(2);
    }
}

static void add_double(struct hll *sketch, double value)
{
    uint64_t bits;
    value = value == 0 ? 0 : value;
    memcpy(&bits, &value, sizeof bits);
    add(sketch, hash_u64(isnan(value) ? UINT64_C(0x7ff8000000000000) : bits));
}

/* printf("BEFORE%lldAFTER", i) for i in a range */
static void add_texts(struct hll *sketch, const char *input)
{
    const char *format = strchr(input, '"') + 1;
    const char *number = strstr(format, "%lld");
    const char *after = number + 4;
    const char *end = strchr(after, '"');
    const char *range = strstr(end, "i=") + 2;
    long long first = strtoll(range, NULL, 10);
    long long last = strtoll(strstr(range, "..") + 2, NULL, 10);
    for (long long i = first; i <= last; i++) {
        char text[200];
        int size = snprintf(text, sizeof text, "%.*s%lld%.*s", (int)(number - format),
                            format, i, (int)(end - after), after);
        add(sketch, hash_bytes((const uint8_t *)text, (size_t)size));
    }
}

static void add_value(struct hll *sketch, const char *value)
{
    if (strncmp(value, "double ", 7) == 0) {
        add_double(sketch, strtod(value + 7, NULL));
    } else if (strncmp(value, "int64 ", 6) == 0) {
        add(sketch, hash_u64((uint64_t)strtoll(value + 6, NULL, 10)));
    } else { /* string "..." or bytes "..." */
        const char *text = strchr(value, '"') + 1;
        size_t size = (size_t)(strchr(text, '"') - text);
        if (size > 0) { /* DataSketches skips empty strings */
            add(sketch, hash_bytes((const uint8_t *)text, size));
        }
    }
}

static void add_input(struct hll *sketch, const char *input)
{
    if (strncmp(input, "string printf", 13) == 0) {
        add_texts(sketch, input);
    } else if (strncmp(input, "int64 sm64", 10) == 0) {
        struct random random = {(uint64_t)number_of(input, "seed=")};
        uint64_t count = (uint64_t)number_of(input, "n=");
        for (uint64_t i = 0; i < count; i++) {
            add(sketch, hash_u64(random_next(&random)));
        }
    } else if (strstr(input, "; ")) {
        for (const char *at = input; at;
             at = strstr(at, "; ") ? strstr(at, "; ") + 2 : NULL) {
            add_value(sketch, at);
        }
    } else if (strstr(input, "..")) {
        bool real = strncmp(input, "double i*", 9) == 0;
        double step = real ? strtod(input + 9, NULL) : 1;
        const char *range = real ? strstr(input, "i=") + 2 : input + 6;
        long long last = strtoll(strstr(range, "..") + 2, NULL, 10);
        for (long long i = strtoll(range, NULL, 10); i <= last; i++) {
            if (real) {
                add_double(sketch, (double)i * step);
            } else {
                add(sketch, hash_u64((uint64_t)i));
            }
        }
    }
}

static struct hll *create(int precision)
{
    struct hll *sketch;
    if (hll_create(&sketch, precision, &sketch_libc_memory) != SKETCH_OK) {
        puts("cannot create a sketch");
        exit(2);
    }
    return sketch;
}

/* "A=HLL_4 lgK=12 int64 0..9999; B=...; union(A,B)" */
static struct hll *unite(const char *input)
{
    struct hll *all = create(HLL_PRECISION);
    for (const char *at = input; at && strncmp(at, "union", 5) != 0;
         at = strstr(at, "; ") ? strstr(at, "; ") + 2 : NULL) {
        char one[200];
        const char *end = strstr(at, "; ");
        snprintf(one, sizeof one, "%.*s", (int)(end - at), at);
        struct hll *part = create((int)number_of(one, "lgK="));
        add_input(part, strstr(one, "int64"));
        if (hll_merge(all, part) != SKETCH_OK) {
            puts("out of memory");
            exit(2);
        }
        hll_free(part);
    }
    return all;
}

/* Images */

static enum hll_type type_of(const struct image *image)
{
    return (enum hll_type)(image->bytes[7] >> 2);
}

static enum hll_form form_of(const struct image *image)
{
    return strstr(image->field[MANIFEST_PARAMETERS], "updatable") ? HLL_UPDATABLE
                                                                  : HLL_COMPACT;
}

/* Readers need not keep the free cells of such a table where they were. */
static bool shows_free_cells(const struct image *image)
{
    return (image->bytes[7] & 3) == 1 && form_of(image) == HLL_UPDATABLE;
}

static bool has_registers(const struct image *image)
{
    return (image->bytes[7] & 3) == 2;
}

/* Whether the sketch, written as `type`, is the image but for the writer's flags. */
static bool writes(const struct hll *sketch, const struct image *image)
{
    uint8_t *bytes;
    size_t size;
    if (hll_serialise_as(sketch, type_of(image), form_of(image), &bytes, &size) !=
        SKETCH_OK) {
        return false;
    }
    bool same = size == image->size;
    for (size_t i = 0; same && i < size; i++) {
        bool flags = i == 5 && has_registers(image) && type_of(image) != HLL_4;
        int mask = flags ? 0xff & ~FLAGS_OF_THE_WRITER : 0xff;
        same = ((bytes[i] ^ image->bytes[i]) & mask) == 0;
    }
    free(bytes);
    return same;
}

static bool same_as(const struct hll *a, const struct hll *b, enum hll_type type)
{
    uint8_t *x = NULL;
    uint8_t *y = NULL;
    size_t x_size;
    size_t y_size;
    bool same = hll_serialise_as(a, type, HLL_COMPACT, &x, &x_size) == SKETCH_OK &&
                hll_serialise_as(b, type, HLL_COMPACT, &y, &y_size) == SKETCH_OK &&
                x_size == y_size && memcmp(x, y, x_size) == 0;
    free(x);
    free(y);
    return same;
}

static void check_answers(const struct image *image, const struct hll *sketch)
{
    const char *answers = image->field[MANIFEST_FACTS];
    double estimate = number_of(answers, ";estimate=");
    /* After a union our estimator is another one, as good as theirs. */
    bool merged = number_of(answers, ";ooo=") == 1;
    double tolerance = merged ? 0.01 : 1e-12;
    expect(hll_is_merged(sketch) == merged, "the history is read wrong");
    expect(near(hll_estimate(sketch), estimate, tolerance), "the estimate is off");
    for (int deviations = 1; deviations <= 3; deviations++) {
        char key[2][8];
        double lower;
        double upper;
        snprintf(key[0], sizeof key[0], ";lb%d=", deviations);
        snprintf(key[1], sizeof key[1], ";ub%d=", deviations);
        bool answered =
            hll_bounds(sketch, deviations, &lower, &upper) == SKETCH_OK &&
            near(lower, number_of(answers, key[0]), merged ? tolerance : 1e-6) &&
            near(upper, number_of(answers, key[1]), merged ? tolerance : 1e-6);
        expect(answered, "the bounds are off");
    }
}

static void check_input(const struct image *image, const struct hll *sketch)
{
    const char *input = image->field[MANIFEST_INPUT];
    bool united = strstr(input, "union") != NULL;
    struct hll *again = united ? unite(input) : create(hll_precision(sketch));
    if (!united) {
        add_input(again, input);
    }
    if (strstr(image->field[MANIFEST_PARAMETERS], "start_full_size")) {
        expect(!hll_is_exact(sketch) && hll_is_exact(again),
               "did not start with registers");
    } else if (hll_precision(again) != hll_precision(sketch)) {
        /* A union here has the smallest precision of its sketches; theirs may have
         * another that is asked for, or ignores sketches that still list coupons. */
        expect(near(hll_estimate(again), hll_estimate(sketch), 4 * hll_error(again)),
               "another precision answers otherwise");
    } else if (strcmp(image->field[MANIFEST_EXACT], "yes") == 0) {
        expect(writes(again, image), "the same input writes other bytes");
        expect(same_as(sketch, again, HLL_4), "is not what its input makes");
    } else if (has_registers(image)) {
        expect(same_as(sketch, again, HLL_8), "the union differs");
    } else {
        expect(hll_estimate(sketch) == hll_estimate(again), "the union differs");
    }
    hll_free(again);
}

/* What is done with the bytes has to be what is done with the sketch in them, which is
 * NULL when they are refused. */

static void check_direct(const uint8_t *bytes, size_t size, const struct hll *sketch)
{
    double answer;
    bool same = !hll_stored_estimate(bytes, size, &answer) || !sketch ||
                answer == hll_estimate(sketch);
    for (int deviations = 1; deviations <= 3; deviations++) {
        double stored[2];
        double read[2];
        same = same &&
               (!hll_stored_bounds(bytes, size, deviations, &stored[0], &stored[1]) ||
                !sketch ||
                (hll_bounds(sketch, deviations, &read[0], &read[1]) == SKETCH_OK &&
                 stored[0] == read[0] && stored[1] == read[1]));
    }
    expect(same, "the bytes answer otherwise");
}

/* Both totals go on, with what was merged into the one and absorbed by the other. */
static void check_absorbed(const uint8_t *bytes, size_t size, const struct hll *sketch,
                           struct hll *totals[2])
{
    enum sketch_status status = sketch ? hll_merge(totals[0], sketch) : SKETCH_CORRUPT;
    expect(hll_absorb(totals[1], bytes, size) == status &&
               same_as(totals[0], totals[1], HLL_4),
           "the bytes merge otherwise");
}

/* Into sketches of every stage, and of smaller and larger precisions. */
static void check_absorbed_everywhere(const struct image *image,
                                      const struct hll *sketch)
{
    static const uint64_t counts[] = {0, 5, 100, 5000};
    for (int precision = 5; precision <= 15; precision += 5) {
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            struct hll *totals[] = {create(precision), create(precision)};
            for (uint64_t item = 0; item < counts[i]; item++) {
                add(totals[0], hash_u64(item));
                add(totals[1], hash_u64(item));
            }
            check_absorbed(image->bytes, image->size, sketch, totals);
            check_absorbed(image->bytes, image->size, sketch, totals);
            hll_free(totals[0]);
            hll_free(totals[1]);
        }
    }
}

/* An item more, in a copy of the bytes. */
static void check_added(const uint8_t *bytes, size_t size, struct hash hash)
{
    uint8_t *copy = malloc(size + SKETCH_SPARE);
    uint8_t *expected = NULL;
    size_t expected_size = 0;
    size_t written = size;
    struct hll *sketch;
    memcpy(copy, bytes, size);
    bool added = hll_stored_add(copy, &written, size + SKETCH_SPARE, hash);
    bool right = added || (written == size && memcmp(copy, bytes, size) == 0);
    if (added) {
        right =
            hll_deserialise(&sketch, bytes, size, &sketch_libc_memory) == SKETCH_OK &&
            hll_add(sketch, hash) == SKETCH_OK &&
            hll_serialise(sketch, &expected, &expected_size) == SKETCH_OK &&
            expected_size == written && memcmp(copy, expected, written) == 0;
        hll_free(sketch);
    }
    expect(right, "the bytes count an item otherwise");
    free(expected);
    free(copy);
}

/* A sketch read from damaged bytes has to work. */
static bool is_usable(struct hll *sketch)
{
    double lower;
    double upper;
    double estimate = hll_estimate(sketch);
    bool usable = estimate >= 0 && isfinite(estimate) &&
                  hll_bounds(sketch, 2, &lower, &upper) == SKETCH_OK && lower <= upper;
    add(sketch, hash_u64(12345));
    struct hll *all = create(10);
    add(all, hash_u64(54321));
    uint8_t *bytes;
    size_t size;
    struct hll *again = NULL;
    usable = usable && hll_merge(all, sketch) == SKETCH_OK && hll_estimate(all) > 0 &&
             hll_serialise(all, &bytes, &size) == SKETCH_OK;
    if (usable) {
        usable = hll_deserialise(&again, bytes, size, &sketch_libc_memory) == SKETCH_OK;
        free(bytes);
    }
    hll_free(again);
    hll_free(all);
    return usable;
}

enum { DAMAGED_EACH = 61 }; /* of so many, one is merged and added to */
static long damaged;
static long accepted;

static void check_damage(uint8_t *bytes, size_t size, struct hll *totals[2])
{
    struct hll *sketch;
    damaged++;
    bool read = hll_deserialise(&sketch, bytes, size, &sketch_libc_memory) == SKETCH_OK;
    check_direct(bytes, size, sketch);
    if (damaged % DAMAGED_EACH == 0) {
        check_absorbed(bytes, size, sketch, totals);
        check_added(bytes, size, hash_u64((uint64_t)damaged));
    }
    if (read) {
        accepted++;
        expect(is_usable(sketch), "a damaged image gives a useless sketch");
        hll_free(sketch);
    }
}

/* Every value for the bytes that steer the reading, single bits for the others. */
static void check_changes(const struct image *image)
{
    struct hll *totals[] = {create(HLL_MIN_PRECISION), create(HLL_MIN_PRECISION)};
    uint8_t *bytes = malloc(image->size);
    memcpy(bytes, image->bytes, image->size);
    for (size_t i = 0; i < image->size; i++) {
        bool steers = i < 48 || i + 64 >= image->size;
        for (int change = 1; change < 256; change++) {
            if (steers || (change & (change - 1)) == 0 || change == 255) {
                bytes[i] = (uint8_t)(image->bytes[i] ^ change);
                check_damage(bytes, image->size, totals);
            }
        }
        bytes[i] = image->bytes[i];
    }
    hll_free(totals[0]);
    hll_free(totals[1]);
    free(bytes);
}

static void check_truncations(const struct image *image)
{
    for (size_t size = 0; size < image->size; size++) {
        uint8_t *bytes = malloc(size ? size : 1);
        struct hll *sketch = NULL;
        memcpy(bytes, image->bytes, size);
        if (hll_deserialise(&sketch, bytes, size, &sketch_libc_memory) == SKETCH_OK) {
            expect(false, "a truncated image is read");
            hll_free(sketch);
        }
        free(bytes);
    }
}

static void check_image(const struct image *image)
{
    struct hll *sketch;
    expect(hll_ops.recognises(image->bytes, image->size), "is not recognised");
    enum sketch_status status =
        hll_deserialise(&sketch, image->bytes, image->size, &sketch_libc_memory);
    expect(status == SKETCH_OK, "cannot be read");
    if (status != SKETCH_OK) {
        return;
    }
    check_answers(image, sketch);
    expect(shows_free_cells(image) || writes(sketch, image),
           "is written back otherwise");
    check_input(image, sketch);
    check_direct(image->bytes, image->size, sketch);
    check_absorbed_everywhere(image, sketch);
    for (uint64_t item = 0; item < 1000; item++) {
        check_added(image->bytes, image->size, hash_u64(item * item));
    }
    check_truncations(image);
    check_changes(image);
    hll_free(sketch);
}

int main(int argc, char **argv)
{
    static const char *const families[] = {"hll", "hll_union", NULL};
    int result = manifest_run(argc, argv, families, check_image);
    printf("of %ld damaged images %ld are read as sketches\n", damaged, accepted);
    return result;
}
