/*
 * How far count-min is from the truth, on skewed and even streams of integers: how
 * many estimates are too small, which none may be, and how many are too large by more
 * than eps times the rows, which a share of delta may be.
 *
 * Prints a table, tab separated.  A row is of the values of ranks `first` to `last`,
 * the most frequent being 1; from 1 to the last it is of all.  It has the mean of their
 * true counts; of the errors, in rows, the mean, the median, what 99 percent do not
 * pass, and the largest; and the bytes in use and of the stored sketch.  Fails when
 * a promise is broken.
 */
#include "stream.h"

#include "cms.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { ACCURACY_ROWS = 5000000 };

struct accuracy_stream {
    const char *name;
    double exponent;
    double eps;
    size_t bytes; /* of the stored sketch, at most; 0: any */
    uint32_t values;
    bool ranks; /* print parts, too */
};

/* One value that occurred, and how often. */
struct accuracy_value {
    uint32_t truth;
    uint64_t estimate;
};

struct accuracy_sizes {
    size_t memory;
    size_t bytes;
};

static int accuracy_by_truth(const void *left, const void *right)
{
    uint32_t a = ((const struct accuracy_value *)left)->truth;
    uint32_t b = ((const struct accuracy_value *)right)->truth;
    return (a < b) - (a > b);
}

static int accuracy_by_size(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The smallest that a share of at least part / 100 of sorted numbers does not pass. */
static double accuracy_share(const double *sorted, size_t count, size_t part)
{
    return sorted[(count * part + 99) / 100 - 1];
}

/* Prints one row, of values[from .. to - 1]; true if the promises are kept. */
static bool accuracy_print(const struct accuracy_stream *stream,
                           const struct accuracy_value *values, size_t from, size_t to,
                           struct accuracy_sizes sizes)
{
    size_t count = to - from;
    double *errors = stream_allocate(count, sizeof *errors);
    double truth = 0;
    double mean = 0;
    size_t below = 0;
    size_t beyond = 0;
    for (size_t i = 0; i < count; i++) {
        const struct accuracy_value *value = &values[from + i];
        errors[i] = (double)value->estimate - value->truth;
        truth += value->truth;
        mean += errors[i];
        below += value->estimate < value->truth;
        beyond += errors[i] > stream->eps * ACCURACY_ROWS;
    }
    qsort(errors, count, sizeof *errors, accuracy_by_size);
    bool met = below == 0 && (double)beyond <= CMS_DELTA * (double)count &&
               (stream->bytes == 0 || sizes.bytes <= stream->bytes);
    printf(
        "%s\t%u\t%g\t%zu\t%zu\t%.1f\t%.1f\t%.0f\t%.0f\t%.0f\t%zu\t%zu\t%zu\t%zu\t%s\n",
        stream->name, stream->values, stream->eps, from + 1, to, truth / (double)count,
        mean / (double)count, accuracy_share(errors, count, 50),
        accuracy_share(errors, count, 99), errors[count - 1], below, beyond,
        sizes.memory, sizes.bytes, met ? "met" : "MISSED");
    free(errors);
    return met;
}

/* All values, then those of ranks 1, 2 to 3, 4 to 9 and so on.  A promise for most
 * values need not hold in each of the parts. */
static bool accuracy_report(const struct accuracy_stream *stream,
                            const struct cms *sketch, const uint32_t *truth,
                            struct accuracy_sizes sizes)
{
    struct accuracy_value *values = stream_allocate(stream->values, sizeof *values);
    size_t count = 0;
    for (uint32_t i = 0; i < stream->values; i++) {
        if (truth[i] > 0) {
            uint64_t estimate = cms_estimate(sketch, hash_u64(i));
            values[count++] = (struct accuracy_value){truth[i], estimate};
        }
    }
    qsort(values, count, sizeof *values, accuracy_by_truth);
    bool met = accuracy_print(stream, values, 0, count, sizes);
    static const size_t ends[] = {1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000};
    size_t from = 0;
    for (size_t i = 0; stream->ranks && from < count; i++) {
        bool last = i == sizeof ends / sizeof *ends || ends[i] > count;
        size_t end = last ? count : ends[i];
        accuracy_print(stream, values, from, end, sizes);
        from = end;
    }
    free(values);
    return met;
}

static bool accuracy_measure(const struct accuracy_stream *stream)
{
    struct random random = {6};
    struct stream_zipf zipf;
    size_t used;
    struct sketch_memory memory = stream_metered(&used);
    struct cms *sketch = NULL;
    uint8_t *bytes = NULL;
    struct accuracy_sizes sizes = {0, 0};
    uint32_t *truth = stream_allocate(stream->values, sizeof *truth);
    stream_zipf_create(&zipf, stream->values, stream->exponent);
    enum sketch_status status = cms_create(&sketch, stream->eps, CMS_DELTA, &memory);
    for (uint32_t i = 0; status == SKETCH_OK && i < ACCURACY_ROWS; i++) {
        uint32_t value = stream_zipf_draw(&zipf, &random);
        truth[value]++;
        status = cms_add(sketch, hash_u64(value), 1);
    }
    if (status == SKETCH_OK) {
        sizes.memory = used;
        status = cms_serialise(sketch, &bytes, &sizes.bytes);
    }
    bool met = status == SKETCH_OK && accuracy_report(stream, sketch, truth, sizes);
    sketch_release(&memory, bytes);
    cms_free(sketch);
    stream_zipf_free(&zipf);
    free(truth);
    return met;
}

int main(void)
{
    static const struct accuracy_stream streams[] = {
        {"Zipf 1.0", 1.0, CMS_EPS, 0, 200000, true},
        {"Zipf 0.8", 0.8, CMS_EPS, 0, 200000, true},
        {"even", 0.0, CMS_EPS, 0, 200000, true},
        {"Zipf 1.0", 1.0, CMS_EPS, 12 * 1024, 1000, false},
        {"even", 0.0, CMS_EPS, 12 * 1024, 1000, false},
        {"Zipf 1.0", 1.0, 0.01, 0, 200000, false},
        {"Zipf 1.0", 1.0, 0.0001, 0, 200000, false},
    };
    puts("stream\tvalues\teps\tfirst\tlast\ttruth\tmean\tmedian\tp99\tlargest\tbelow\tb"
         "eyo"
         "nd\tmemo"
         "ry\t"
         "bytes\tverdict");
    bool met = true;
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        met = accuracy_measure(&streams[i]) && met;
    }
    return met ? 0 : 1;
}
