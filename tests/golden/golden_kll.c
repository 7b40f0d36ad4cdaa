/*
 * golden_kll DIRECTORY: reads the KLL images that Apache DataSketches wrote, and writes
 * them again.
 *
 * The directory holds the images and MANIFEST.tsv, which says of each file how it was
 * made and what DataSketches answers: qi(share)=value and ri(value)=rank.  An image of
 * doubles has to be written as it was read; and with the coin that DataSketches was
 * given, which fell on 0, 1, 0, 1 and so on, the same values have to give the same
 * bytes.  Floats and integers are imported; strings are refused.
 */
#include "kll_private.h"
#include "manifest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool golden_is_close(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fabs(b);
}

/* Goes past a word that a text may begin with. */
static bool golden_takes(const char **text, const char *word)
{
    size_t length = strlen(word);
    bool takes = strncmp(*text, word, length) == 0;
    *text += takes ? length : 0;
    return takes;
}

/* Goes past a number, which has to be there. */
static double golden_number(const char **text)
{
    char *end;
    double number = strtod(*text, &end);
    need(end > *text, *text);
    *text = end;
    return number;
}

static int64_t golden_integer(const char **text)
{
    char *end;
    int64_t number = strtoll(*text, &end, 10);
    need(end > *text, *text);
    *text = end;
    return number;
}

/* What a fact is about that has no question in brackets; NaN: none of these. */
static double golden_figure(const struct kll *sketch, const char **fact)
{
    return golden_takes(fact, "n=")              ? (double)kll_weight(sketch)
           : golden_takes(fact, "num_retained=") ? (double)kll_retained(sketch)
           : golden_takes(fact, "min_k=")        ? sketch->min_k
           : golden_takes(fact, "rank_error=")   ? kll_rank_error(sketch->min_k)
           : golden_takes(fact, "pmf_error=")    ? kll_share_error(sketch->min_k)
           : golden_takes(fact, "min=")          ? kll_min(sketch)
           : golden_takes(fact, "max=")          ? kll_max(sketch)
                                                 : NAN;
}

/* One `name=value`, such as qi(0.5)=3; those that are no question of ours are left. */
static void golden_check(const struct kll *sketch, const char *fact)
{
    const char *rest = fact;
    double answer;
    bool is_quantile = golden_takes(&rest, "qi(");
    if (is_quantile || golden_takes(&rest, "ri(")) {
        double asked = golden_number(&rest);
        need(golden_takes(&rest, ")="), fact);
        expect((is_quantile ? kll_quantiles : kll_ranks)(sketch, &asked, 1, &answer) ==
                   SKETCH_OK,
               fact);
    } else {
        answer = golden_figure(sketch, &rest);
        if (isnan(answer)) {
            /* qx and rx: exclusive, which we do not offer */
            expect(fact[1] == 'x', fact);
            return;
        }
    }
    expect(golden_is_close(answer, golden_number(&rest)), fact);
}

static void golden_check_all(const struct kll *sketch, const struct image *image)
{
    for (char *fact = strtok(image->field[MANIFEST_FACTS], ";"); fact;
         fact = strtok(NULL, ";")) {
        golden_check(sketch, fact);
    }
}

static void golden_expect_bytes(const struct kll *sketch, const struct image *image,
                                const char *what)
{
    uint8_t *bytes;
    size_t size;
    need(kll_serialise(sketch, &bytes, &size) == SKETCH_OK, "memory");
    expect(size == image->size && memcmp(bytes, image->bytes, size) == 0, what);
    free(bytes);
}

/* 0, 1, 0, 1, ... */
static bool golden_toss(void *ctx, uint64_t n, int level, const double *values,
                        size_t count)
{
    unsigned *coin = ctx;
    (void)n;
    (void)level;
    (void)values;
    (void)count;
    return (*coin)++ % 2;
}

static double golden_share(uint64_t seed, uint64_t i)
{
    uint64_t z = seed + (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

static struct kll *golden_create(int k, unsigned *coin)
{
    struct kll *sketch;
    need(kll_create(&sketch, k, &sketch_libc_memory) == SKETCH_OK, "create");
    sketch->toss = golden_toss;
    sketch->toss_ctx = coin;
    return sketch;
}

static void golden_add(struct kll *sketch, const char *input)
{
    const char *rest = input;
    if (golden_takes(&rest, "double i*")) {
        double factor = golden_number(&rest);
        need(golden_takes(&rest, " i="), input);
        int64_t first = golden_integer(&rest);
        need(golden_takes(&rest, ".."), input);
        int64_t last = golden_integer(&rest);
        for (int64_t i = first; i <= last; i++) {
            need(kll_add(sketch, (double)i * factor) == SKETCH_OK, "add");
        }
    } else if (golden_takes(&rest, "double u01(seed=")) {
        uint64_t seed = (uint64_t)golden_integer(&rest);
        need(golden_takes(&rest, ") n="), input);
        int64_t count = golden_integer(&rest);
        for (int64_t i = 0; i < count; i++) {
            double value = golden_share(seed, (uint64_t)i);
            need(kll_add(sketch, value) == SKETCH_OK, "add");
        }
    } else {
        need(strcmp(input, "none") == 0, input);
    }
}

/* Makes the image ourselves: of one stream, or of A and B that are merged. */
static void golden_make(const struct image *image)
{
    unsigned coin = 0;
    const char *parameters = image->field[MANIFEST_PARAMETERS];
    const char *a = strstr(image->field[MANIFEST_INPUT], "A(k=");
    const char *b = strstr(image->field[MANIFEST_INPUT], "B(k=");
    need(golden_takes(&parameters, "T=double k="), "no k");
    struct kll *sketch = golden_create((int)golden_integer(&parameters), &coin);
    golden_add(sketch, a ? strchr(a, ':') + 2 : image->field[MANIFEST_INPUT]);
    if (b) {
        const char *k = b;
        need(golden_takes(&k, "B(k="), "no k of B");
        struct kll *other = golden_create((int)golden_integer(&k), &coin);
        golden_add(other, strchr(b, ':') + 2);
        need(kll_merge(sketch, other) == SKETCH_OK, "merge");
        kll_free(other);
    }
    golden_expect_bytes(sketch, image, "not the same bytes when made by us");
    kll_free(sketch);
}

static void golden_check_doubles(const struct image *image)
{
    struct kll *sketch;
    expect(kll_ops.recognises(image->bytes, image->size), "not recognised");
    need(kll_deserialise(&sketch, image->bytes, image->size, &sketch_libc_memory) ==
             SKETCH_OK,
         "refused");
    golden_check_all(sketch, image);
    golden_expect_bytes(sketch, image, "not the same bytes when written again");
    kll_free(sketch);
    golden_make(image);
    for (size_t cut = 0; cut < image->size; cut++) {
        expect(kll_deserialise(&sketch, image->bytes, cut, &sketch_libc_memory) ==
                   SKETCH_CORRUPT,
               "read although it is cut off");
    }
}

static void golden_check_imported(const struct image *image, enum kll_type type)
{
    struct kll *sketch;
    int64_t beyond;
    need(kll_import(&sketch, image->bytes, image->size, type, &beyond,
                    &sketch_libc_memory) == SKETCH_OK,
         "refused");
    golden_check_all(sketch, image);
    kll_free(sketch);
}

static void golden_check_refused(const struct image *image, bool has_floats)
{
    struct kll *sketch;
    expect(kll_deserialise(&sketch, image->bytes, image->size, &sketch_libc_memory) ==
                   SKETCH_CORRUPT &&
               !sketch,
           "not refused");
    expect(!kll_ops.recognises(image->bytes, image->size), "taken for ours");
    expect(kll_holds_floats(image->bytes, image->size) == has_floats &&
               kll_holds_strings(image->bytes, image->size) == !has_floats,
           "taken for another type");
}

static void golden_check_image(const struct image *image)
{
    const char *parameters = image->field[MANIFEST_PARAMETERS];
    if (strncmp(parameters, "T=double", 8) == 0) {
        golden_check_doubles(image);
    } else if (strncmp(parameters, "T=float", 7) == 0) {
        golden_check_imported(image, KLL_FLOATS);
        golden_check_refused(image, true);
    } else if (strncmp(parameters, "T=int64", 7) == 0) {
        golden_check_imported(image, KLL_INTEGERS);
    } else {
        golden_check_refused(image, false);
    }
}

int main(int argc, char **argv)
{
    static const char *const families[] = {"kll", NULL};
    return manifest_run(argc, argv, families, golden_check_image);
}
