/*
 * Theta sketches against images that Apache DataSketches has written.
 *
 *   golden_theta DIRECTORY
 *
 * The directory holds MANIFEST.tsv and the images it lists.  Every theta image is read
 * and asked, as a sketch and as it is, and made again from its input, byte for byte if
 * it is of the form that is written here; those of another seed have to be refused.
 * Then it is cut at every byte and changed in every byte, which has to be refused or to
 * give a sketch that works.
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "theta.h"
#include "manifest.h"

enum { AT_VERSION = 1, AT_FLAGS = 5, FLAG_ORDERED = 16 };

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b));
}

/* Making a sketch again from its input */

static struct theta *create(int lg_k)
{
    struct theta *sketch;
    need(theta_create(&sketch, lg_k, &sketch_libc_memory) == SKETCH_OK, "memory");
    return sketch;
}

static void add_real(struct theta *sketch, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    need(theta_add(sketch, hash_u64(bits)) == SKETCH_OK, "memory");
}

static void add_text(struct theta *sketch, long long value)
{
    char text[32];
    int size = snprintf(text, sizeof text, "%lld", value);
    need(theta_add(sketch, hash_bytes((const uint8_t *)text, (size_t)size)) ==
             SKETCH_OK,
         "memory");
}

/* "int64 0..99", "double i*0.5 i=0..99", "string printf("%lld",i) i=0..99", "none" */
static struct theta *make(int lg_k, const char *input)
{
    struct theta *sketch = create(lg_k);
    bool real = strncmp(input, "double i*", 9) == 0;
    bool text = strncmp(input, "string", 6) == 0;
    double step = real ? strtod(input + 9, NULL) : 1;
    const char *range = strncmp(input, "int64 ", 6) == 0 ? input + 6
                        : real || text                   ? strstr(input, "i=") + 2
                                                         : NULL;
    if (!range) {
        return sketch;
    }
    long long last = strtoll(strstr(range, "..") + 2, NULL, 10);
    for (long long i = strtoll(range, NULL, 10); i <= last; i++) {
        if (text) {
            add_text(sketch, i);
        } else if (real) {
            add_real(sketch, (double)i * step);
        } else {
            need(theta_add(sketch, hash_u64((uint64_t)i)) == SKETCH_OK, "memory");
        }
    }
    return sketch;
}

/* "A lgK=10 int64 0..9999; B lgK=10 int64 5000..14999; A union B" */
static struct theta *combine(const char *input)
{
    const char *second = strstr(input, "; B ");
    const char *rule = strstr(second + 1, "; ");
    int lg_k = (int)number_of(input, "lgK=");
    struct theta *a = make(lg_k, strstr(input, "int64"));
    struct theta *b = make((int)number_of(second, "lgK="), strstr(second, "int64"));
    enum sketch_status status = strstr(rule, "union")       ? theta_merge(a, b)
                                : strstr(rule, "intersect") ? theta_intersect(a, b)
                                                            : theta_except(a, b);
    need(status == SKETCH_OK, "memory");
    theta_free(b);
    return a;
}

static bool same_as(const struct theta *a, const struct theta *b)
{
    uint8_t *x = NULL;
    uint8_t *y = NULL;
    size_t x_size = 0;
    size_t y_size = 0;
    bool same = theta_serialise(a, &x, &x_size) == SKETCH_OK &&
                theta_serialise(b, &y, &y_size) == SKETCH_OK && x_size == y_size &&
                memcmp(x, y, x_size) == 0;
    free(x);
    free(y);
    return same;
}

/* Whether the sketch is written as the image; false for images of other forms, too. */
static bool writes(const struct theta *sketch, const struct image *image)
{
    uint8_t *bytes;
    size_t size;
    need(theta_serialise(sketch, &bytes, &size) == SKETCH_OK, "memory");
    bool same = size == image->size && memcmp(bytes, image->bytes, size) == 0;
    free(bytes);
    return same;
}

static bool is_form_of_ours(const struct image *image)
{
    return image->bytes[AT_VERSION] == 3 && image->bytes[AT_FLAGS] & FLAG_ORDERED;
}

static void check_input(const struct image *image, const struct theta *sketch)
{
    const char *params = image->field[MANIFEST_PARAMETERS];
    double sampled = number_of(params, " p=");
    bool is_made = isnan(sampled) || sampled == 1; /* no stream is sampled here */
    bool combines = strstr(image->field[MANIFEST_INPUT], "; B ") != NULL;
    struct theta *made =
        !is_made   ? NULL
        : combines ? combine(image->field[MANIFEST_INPUT])
                   : make((int)number_of(params, "lgK="), image->field[MANIFEST_INPUT]);
    if (made) {
        expect(same_as(made, sketch), "its input gives another sketch");
        expect(!is_form_of_ours(image) || writes(made, image),
               "its input gives other bytes");
    }
    expect(!is_form_of_ours(image) || writes(sketch, image),
           "is written back otherwise");
    theta_free(made);
}

static void check_answers(const struct image *image, const struct theta *sketch)
{
    const char *answers = image->field[MANIFEST_FACTS];
    double estimate = NAN;
    expect(near(theta_estimate(sketch), number_of(answers, "estimate=")),
           "another estimate");
    expect(near(theta_fraction(sketch), number_of(answers, ";theta=")),
           "another theta");
    expect((double)theta_retained(sketch) == number_of(answers, ";num_retained="),
           "other hashes");
    expect(theta_is_exact(sketch) == (number_of(answers, ";estimation_mode=") == 0),
           "is exact or not");
    expect(theta_stored_estimate(image->bytes, image->size, &estimate) &&
               estimate == theta_estimate(sketch),
           "another estimate without reading");
    for (int sd = 1; sd <= 3; sd++) {
        char key[2][8];
        double lower = NAN;
        double upper = NAN;
        double stored[2] = {NAN, NAN};
        snprintf(key[0], sizeof key[0], ";lb%d=", sd);
        snprintf(key[1], sizeof key[1], ";ub%d=", sd);
        need(theta_bounds(sketch, sd, &lower, &upper) == SKETCH_OK, "memory");
        expect(near(lower, number_of(answers, key[0])), key[0]);
        expect(near(upper, number_of(answers, key[1])), key[1]);
        expect(theta_stored_bounds(image->bytes, image->size, sd, &stored[0],
                                   &stored[1]) &&
                   stored[0] == lower && stored[1] == upper,
               "other bounds without reading");
    }
}

/* Damage */

static long damaged;
static long accepted;

/* A sketch read from damaged bytes has to work. */
static bool is_usable(struct theta *sketch)
{
    double lower;
    double upper;
    struct theta_overlap overlap;
    struct theta *all = create(6);
    uint8_t *bytes;
    size_t size;
    struct theta *again = NULL;
    for (uint64_t i = 0; i < 200; i++) {
        need(theta_add(all, hash_u64(i)) == SKETCH_OK, "memory");
    }
    double estimate = theta_estimate(sketch);
    bool usable =
        estimate >= 0 && isfinite(estimate) &&
        theta_bounds(sketch, 2, &lower, &upper) == SKETCH_OK && lower <= estimate &&
        estimate <= upper && theta_jaccard(all, sketch, &overlap) == SKETCH_OK &&
        overlap.lower <= overlap.upper && theta_merge(all, sketch) == SKETCH_OK &&
        theta_intersect(sketch, all) == SKETCH_OK &&
        theta_add(all, hash_u64(12345)) == SKETCH_OK &&
        theta_serialise(all, &bytes, &size) == SKETCH_OK;
    if (usable) {
        usable =
            theta_deserialise(&again, bytes, size, &sketch_libc_memory) == SKETCH_OK;
        free(bytes);
    }
    theta_free(again);
    theta_free(all);
    return usable;
}

static void check_damage(const uint8_t *bytes, size_t size)
{
    struct theta *sketch;
    struct theta *total = create(6);
    damaged++;
    bool read =
        theta_deserialise(&sketch, bytes, size, &sketch_libc_memory) == SKETCH_OK;
    bool absorbed = theta_absorb(total, bytes, size) == SKETCH_OK;
    expect(read == absorbed, "a damaged image is read, or absorbed, alone");
    if (read) {
        accepted++;
        expect(is_usable(sketch), "a damaged image gives a useless sketch");
    }
    theta_free(sketch);
    theta_free(total);
}

/* Every value for the bytes that steer the reading, single bits for some others. */
static void check_changes(const struct image *image)
{
    uint8_t *bytes = malloc(image->size);
    memcpy(bytes, image->bytes, image->size);
    size_t step = image->size > 4096 ? 61 : 1;
    for (size_t i = 0; i < image->size; i += i < 32 ? 1 : step) {
        for (int change = 1; change < 256; change++) {
            if (i < 32 || (change & (change - 1)) == 0) {
                bytes[i] = (uint8_t)(image->bytes[i] ^ change);
                check_damage(bytes, image->size);
            }
        }
        bytes[i] = image->bytes[i];
    }
    free(bytes);
}

static void check_truncations(const struct image *image)
{
    for (size_t size = 0; size < image->size; size++) {
        uint8_t *bytes = malloc(size ? size : 1);
        struct theta *sketch = NULL;
        memcpy(bytes, image->bytes, size);
        if (theta_deserialise(&sketch, bytes, size, &sketch_libc_memory) == SKETCH_OK) {
            expect(false, "a truncated image is read");
            theta_free(sketch);
        }
        free(bytes);
    }
}

/* A sketch of another seed has other hashes for the same items. */
static void check_other_seed(const struct image *image, enum sketch_status status)
{
    const char *fault = theta_ops.fault(image->bytes, image->size);
    expect(status == SKETCH_CORRUPT, "is read in spite of its seed");
    expect(fault && strstr(fault, "seed"), "is refused for another reason");
}

static void check_image(const struct image *image)
{
    struct theta *sketch;
    double seed = number_of(image->field[MANIFEST_PARAMETERS], "seed=");
    expect(theta_ops.recognises(image->bytes, image->size), "is not recognised");
    enum sketch_status status =
        theta_deserialise(&sketch, image->bytes, image->size, &sketch_libc_memory);
    if (!isnan(seed) && seed != HASH_SEED) {
        check_other_seed(image, status);
        return;
    }
    expect(status == SKETCH_OK, "cannot be read");
    if (status == SKETCH_OK) {
        check_answers(image, sketch);
        check_input(image, sketch);
        check_truncations(image);
        check_changes(image);
    }
    theta_free(sketch);
}

int main(int argc, char **argv)
{
    static const char *const families[] = {"theta", NULL};
    int result = manifest_run(argc, argv, families, check_image);
    printf("of %ld damaged images %ld are read as sketches\n", damaged, accepted);
    return result;
}
