/*
 * golden_tdigest DIRECTORY: reads the t-digest images that Apache DataSketches wrote.
 *
 * The directory holds the images and MANIFEST.tsv, which says of each file how it was
 * made and what DataSketches answers: q(share)=value and rank(value)=share.
 * DataSketches draws straight lines between centroids, where we draw curves, and lets
 * values return a little to the left or right of where they are.  So its answers are
 * compared with lines drawn here through the centroids in the file, and ours have to
 * lie between the neighbours of the centroid in question.  (Images with a buffer were
 * compressed before DataSketches answered; they pass the second comparison alone.)
 *
 * Then every truncation and every change of a byte is read, and what is accepted is
 * used.  The bytes are also absorbed and asked directly, which has to come to the same.
 */
#include "tdigest.h"

#include "manifest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GOLDEN_POINTS = 2000, GOLDEN_STEPS = 100000 };

/* What the file says, read here a second time and without any care. */
struct golden_digest {
    double means[GOLDEN_POINTS];
    double weights[GOLDEN_POINTS];
    size_t count;
    double least;
    double most;
    double total;
    bool was_buffered;
};

static bool golden_is_float(const struct image *image)
{
    return strncmp(image->name, "tdf_", 4) == 0 && image->size > 0;
}

static double golden_number(const struct image *image, size_t *at)
{
    double number;
    float small;
    if (golden_is_float(image)) {
        memcpy(&small, image->bytes + *at, sizeof small);
        *at += sizeof small;
        return (double)small;
    }
    memcpy(&number, image->bytes + *at, sizeof number);
    *at += sizeof number;
    return number;
}

static double golden_weight(const struct image *image, size_t *at)
{
    uint64_t weight = 0;
    size_t width = golden_is_float(image) ? 4 : 8;
    memcpy(&weight, image->bytes + *at, width);
    *at += width;
    return (double)weight;
}

static void golden_parse(const struct image *image, struct golden_digest *digest)
{
    size_t at = 8;
    memset(digest, 0, sizeof *digest);
    if (image->bytes[5] & 1) {
        return;
    }
    if (image->bytes[5] & 2) {
        digest->means[0] = digest->least = digest->most = golden_number(image, &at);
        digest->weights[0] = digest->total = 1;
        digest->count = 1;
        return;
    }
    uint32_t centroids;
    uint32_t values;
    memcpy(&centroids, image->bytes + 8, 4);
    memcpy(&values, image->bytes + 12, 4);
    at = 16;
    digest->least = golden_number(image, &at);
    digest->most = golden_number(image, &at);
    for (size_t i = 0; i < centroids; i++) {
        digest->means[i] = golden_number(image, &at);
        digest->weights[i] = golden_weight(image, &at);
        digest->total += digest->weights[i];
    }
    digest->count = centroids;
    digest->was_buffered = values > 0;
}

/* The quantile as DataSketches means it, on digests whose first and last centroid are
 * single values. */
static double golden_quantile(const struct golden_digest *digest, double q)
{
    const double *mean = digest->means;
    const double *weight = digest->weights;
    double height = q * digest->total;
    if (digest->count == 1 || height < 1) {
        return digest->count == 1 ? mean[0] : digest->least;
    }
    if (height > digest->total - 1) {
        return digest->most;
    }
    double middle = weight[0] / 2;
    for (size_t i = 0; i + 1 < digest->count; i++) {
        double step = (weight[i] + weight[i + 1]) / 2;
        if (middle + step > height) {
            double left = weight[i] == 1 ? 0.5 : 0;
            double right = weight[i + 1] == 1 ? 0.5 : 0;
            if (left > 0 && height - middle < 0.5) {
                return mean[i];
            }
            if (right > 0 && middle + step - height <= 0.5) {
                return mean[i + 1];
            }
            double a = height - middle - left;
            double b = middle + step - height - right;
            return (mean[i] * b + mean[i + 1] * a) / (a + b);
        }
        middle += step;
    }
    return digest->most;
}

static bool golden_is_close(double a, double b)
{
    return fabs(a - b) <= 1e-12 * fmax(fabs(a), fabs(b));
}

/* Between the neighbours of the centroid that holds the share q, or that it touches. */
static bool golden_is_near(const struct golden_digest *digest, double q, double value)
{
    double height = q * digest->total;
    double before = 0;
    double low = digest->least;
    double high = digest->most;
    for (size_t i = 0; i < digest->count; i++) {
        double after = before + digest->weights[i];
        if (after < height) {
            low = digest->means[i]; /* ends below: a neighbour, or further left */
        }
        if (before > height) {
            high = digest->means[i];
            break;
        }
        before = after;
    }
    return value >= low && value <= high;
}

/* The share of the weight that lies at most at the neighbour to the left, and the share
 * that lies up to the one to the right. */
static bool golden_is_near_rank(const struct golden_digest *digest, double value,
                                double rank)
{
    double low = 0;
    double high = digest->total;
    double before = 0;
    for (size_t i = 0; i < digest->count; i++) {
        double after = before + digest->weights[i];
        if (digest->means[i] < value) {
            low = before;
        }
        if (digest->means[i] > value) {
            high = after;
            break;
        }
        before = after;
    }
    return rank * digest->total >= low - 1e-9 && rank * digest->total <= high + 1e-9;
}

static void golden_check_quantile(const struct tdigest *sketch,
                                  const struct golden_digest *digest, double q,
                                  double wanted)
{
    double ours = NAN;
    double rank = NAN;
    expect(tdigest_quantile(sketch, q, &ours) == SKETCH_OK, "a quantile is refused");
    if (digest->was_buffered) {
        double step = 1 / (double)tdigest_weight(sketch);
        expect(tdigest_rank(sketch, wanted, &rank) == SKETCH_OK, "a rank is refused");
        expect(fabs(rank - q) < 0.001 + step, "a quantile differs");
        return;
    }
    expect(golden_is_close(golden_quantile(digest, q), wanted),
           "a quantile on straight lines is not what DataSketches says");
    expect(golden_is_near(digest, q, ours), "a quantile is not near its centroid");
}

static void golden_check_rank(const struct tdigest *sketch,
                              const struct golden_digest *digest, double value,
                              double wanted)
{
    double ours = NAN;
    expect(tdigest_rank(sketch, value, &ours) == SKETCH_OK, "a rank is refused");
    if (digest->was_buffered) {
        double step = 1 / (double)tdigest_weight(sketch);
        expect(fabs(ours - wanted) < 0.001 + step, "a rank differs");
        return;
    }
    expect(golden_is_near_rank(digest, value, wanted),
           "the bounds of a rank are wrong");
    expect(golden_is_near_rank(digest, value, ours), "a rank is not near its centroid");
}

/* One "name=value" of the last column. */
static void golden_check(const struct tdigest *sketch,
                         const struct golden_digest *digest, char *fact)
{
    char *equals = strchr(fact, '=');
    if (!equals) {
        expect(false, "a fact without =");
        return;
    }
    double wanted = strtod(equals + 1, NULL);
    char *parenthesis = strchr(fact, '(');
    double argument = parenthesis ? strtod(parenthesis + 1, NULL) : 0;
    size_t name = strcspn(fact, "(=");
    if (strncmp(fact, "q", name) == 0 && name == 1) {
        golden_check_quantile(sketch, digest, argument, wanted);
    } else if (strncmp(fact, "rank", name) == 0) {
        golden_check_rank(sketch, digest, argument, wanted);
    } else if (strncmp(fact, "total_weight", name) == 0) {
        expect((double)tdigest_weight(sketch) == wanted, "the weight is wrong");
    } else if (strncmp(fact, "min", name) == 0) {
        expect(tdigest_min(sketch) == wanted, "the smallest value is wrong");
    } else if (strncmp(fact, "max", name) == 0) {
        expect(tdigest_max(sketch) == wanted, "the largest value is wrong");
    } else if (strncmp(fact, "empty", name) == 0) {
        expect(tdigest_weight(sketch) == 0, "it should be empty");
    } else if (strncmp(fact, "num_centroids", name) == 0) {
        expect(digest->was_buffered || (double)digest->count == wanted ||
                   digest->count == 1,
               "the number of centroids is wrong");
    } else {
        expect(strncmp(fact, "qold", name) == 0 ||
                   strncmp(fact, "num_buffered", name) == 0,
               "a fact that is not known here");
    }
}

static void golden_check_order(const struct tdigest *sketch, size_t steps)
{
    static double shares[GOLDEN_STEPS + 1];
    static double values[GOLDEN_STEPS + 1];
    for (size_t i = 0; i <= steps; i++) {
        shares[i] = (double)i / (double)steps;
    }
    expect(tdigest_quantiles(sketch, shares, steps + 1, values) == SKETCH_OK,
           "quantiles are refused");
    bool ascending = values[0] == tdigest_min(sketch);
    for (size_t i = 1; i <= steps; i++) {
        ascending = ascending && values[i] >= values[i - 1];
    }
    expect(ascending && values[steps] == tdigest_max(sketch),
           "quantiles do not ascend");
}

static struct tdigest *golden_read(const uint8_t *bytes, size_t size)
{
    /* Its own block, so that a sanitizer sees a read beyond its end. */
    uint8_t *block = malloc(size > 0 ? size : 1);
    struct tdigest *sketch = NULL;
    if (block) {
        memcpy(block, bytes, size);
        enum sketch_status status =
            tdigest_deserialise(&sketch, block, size, &sketch_libc_memory);
        expect(status == SKETCH_OK || (status == SKETCH_CORRUPT && !sketch),
               "reading fails in a wrong way");
    }
    free(block);
    return sketch;
}

static bool golden_is_same(const struct tdigest *a, const struct tdigest *b)
{
    uint8_t *bytes[2] = {NULL, NULL};
    size_t sizes[2] = {0, 0};
    expect(tdigest_serialise(a, &bytes[0], &sizes[0]) == SKETCH_OK &&
               tdigest_serialise(b, &bytes[1], &sizes[1]) == SKETCH_OK,
           "writing fails");
    bool same = sizes[0] == sizes[1] && memcmp(bytes[0], bytes[1], sizes[0]) == 0;
    free(bytes[0]);
    free(bytes[1]);
    return same;
}

/* A sketch of another k to merge with. */
static struct tdigest *golden_total(void)
{
    struct tdigest *total = NULL;
    enum sketch_status status = tdigest_create(&total, 150, &sketch_libc_memory);
    for (int i = 0; status == SKETCH_OK && i < 1000; i++) {
        status = tdigest_add(total, i * 7 % 1000 - 100);
    }
    expect(status == SKETCH_OK, "a sketch cannot be made");
    return total;
}

/* Absorbing the bytes is reading and merging them. */
static void golden_absorb(const uint8_t *bytes, size_t size,
                          const struct tdigest *sketch)
{
    struct tdigest *merged = golden_total();
    struct tdigest *absorbed = golden_total();
    enum sketch_status wanted = tdigest_merge(merged, sketch);
    expect(tdigest_absorb(absorbed, bytes, size) == wanted, "absorbing is not merging");
    expect(golden_is_same(merged, absorbed), "what is absorbed differs");
    tdigest_free(merged);
    tdigest_free(absorbed);
}

/* The answers of the bytes are those of the sketch, to the last bit. */
static bool golden_same(const double *a, const double *b, int count)
{
    bool same = true;
    for (int i = 0; i < count; i++) {
        same = same && a[i] == b[i] && signbit(a[i]) == signbit(b[i]);
    }
    return same;
}

static void golden_compare(const void *visited, void *ctx)
{
    const struct tdigest *lent = visited;
    const struct tdigest *sketch = ctx;
    enum { SHARES = 101 };
    double shares[SHARES];
    double answers[2][SHARES];
    bool same = tdigest_weight(lent) == tdigest_weight(sketch);
    if (same && tdigest_weight(sketch) > 0) {
        for (int i = 0; i < SHARES; i++) {
            shares[i] = i / (SHARES - 1.0);
        }
        same = tdigest_quantiles(lent, shares, SHARES, answers[0]) == SKETCH_OK &&
               tdigest_quantiles(sketch, shares, SHARES, answers[1]) == SKETCH_OK &&
               golden_same(answers[0], answers[1], SHARES) &&
               tdigest_ranks(lent, answers[0], SHARES, shares) == SKETCH_OK &&
               tdigest_ranks(sketch, answers[1], SHARES, answers[0]) == SKETCH_OK &&
               golden_same(shares, answers[0], SHARES) &&
               tdigest_mean(lent) == tdigest_mean(sketch);
    }
    expect(same, "a direct answer differs");
}

static unsigned golden_direct; /* how many images were asked directly */

/* What was read from the bytes has to be a sketch like any other. */
static void golden_use(struct tdigest *sketch, const uint8_t *from, size_t length)
{
    golden_absorb(from, length, sketch);
    golden_direct += tdigest_stored_visit(from, length, golden_compare, sketch);
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (tdigest_weight(sketch) > 0) {
        golden_check_order(sketch, 10);
    }
    expect(tdigest_serialise(sketch, &bytes, &size) == SKETCH_OK, "writing fails");
    struct tdigest *again = golden_read(bytes, size);
    expect(again && tdigest_weight(again) == tdigest_weight(sketch),
           "what was written does not read");
    tdigest_free(again);
    free(bytes);
}

/* Returns how many were accepted. */
static unsigned golden_mutilate(const struct image *image)
{
    unsigned accepted = 0;
    for (size_t size = 0; size < image->size; size++) {
        struct tdigest *sketch = golden_read(image->bytes, size);
        if (sketch) {
            golden_use(sketch, image->bytes, size);
            accepted++;
        }
        tdigest_free(sketch);
    }
    /* Three quarters of a single double are a single float. */
    expect(accepted == (image->size == 16), "a truncation is not refused");
    for (size_t at = 0; at < image->size; at++) {
        uint8_t byte = image->bytes[at];
        for (int change = 1; change < 256; change++) {
            image->bytes[at] = byte ^ (uint8_t)change;
            struct tdigest *sketch = golden_read(image->bytes, image->size);
            bool one_bit = (change & (change - 1)) == 0;
            if (sketch && one_bit) { /* all of them would take minutes */
                golden_use(sketch, image->bytes, image->size);
            }
            accepted += sketch != NULL;
            tdigest_free(sketch);
        }
        image->bytes[at] = byte;
    }
    return accepted;
}

/* Streams so short that our bytes are those of DataSketches. */
static void golden_rebuild(const struct image *image)
{
    static const struct {
        const char *name;
        int k;
        int values; /* 1, 2, 3, ... */
    } shorts[] = {
        {"td_k100_n0.sk", 100, 0},   {"td_k100_n1.sk", 100, 1},
        {"td_k100_n2.sk", 100, 2},   {"td_k100_naninf.sk", 100, 3},
        {"td_k100_n10.sk", 100, 10},
    };
    for (size_t i = 0; i < sizeof shorts / sizeof *shorts; i++) {
        if (strcmp(image->name, shorts[i].name) == 0) {
            struct tdigest *sketch = NULL;
            uint8_t *bytes = NULL;
            size_t size = 0;
            enum sketch_status status =
                tdigest_create(&sketch, shorts[i].k, &sketch_libc_memory);
            for (int value = 1; status == SKETCH_OK && value <= shorts[i].values;
                 value++) {
                status = tdigest_add(sketch, value);
            }
            if (status == SKETCH_OK) {
                status = tdigest_serialise(sketch, &bytes, &size);
            }
            expect(status == SKETCH_OK && size == image->size &&
                       memcmp(bytes, image->bytes, size) == 0,
                   "our bytes differ from those of DataSketches");
            free(bytes);
            tdigest_free(sketch);
        }
    }
}

static void golden_check_image(const struct image *image)
{
    static struct golden_digest digest;
    golden_parse(image, &digest);
    expect(tdigest_ops.recognises(image->bytes, image->size), "is not recognised");
    struct tdigest *sketch = golden_read(image->bytes, image->size);
    if (!sketch) {
        expect(false, "is refused");
        return;
    }
    for (char *fact = strtok(image->field[MANIFEST_FACTS], ";"); fact;
         fact = strtok(NULL, ";")) {
        golden_check(sketch, &digest, fact);
    }
    if (tdigest_weight(sketch) > 0) {
        golden_check_order(sketch, GOLDEN_STEPS);
    }
    golden_use(sketch, image->bytes, image->size);
    tdigest_free(sketch);
    golden_rebuild(image);
    unsigned accepted = golden_mutilate(image);
    printf("%-28s %5zu bytes, %7u of %zu changes accepted\n", image->name, image->size,
           accepted, image->size * 256);
}

int main(int argc, char **argv)
{
    static const char *const families[] = {"tdigest", NULL};
    int result = manifest_run(argc, argv, families, golden_check_image);
    printf("%u images were asked directly\n", golden_direct);
    return golden_direct > 0 ? result : 1;
}
