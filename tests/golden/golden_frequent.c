/*
 * golden_frequent DIRECTORY: reads the frequent-items images that Apache DataSketches
 * wrote.
 *
 * The directory holds the images and MANIFEST.tsv, which says of each file how it was
 * made and what DataSketches answers.  All of that follows from a top-k sketch that was
 * made of the image, but for epsilon, which is a matter of the table's size.  What is
 * written out of that sketch has to be what was read: the same head, unless a smaller
 * table will do, the same total and offset, and the same items with the same weights,
 * which DataSketches has in the order of its table.
 *
 * Then every truncation and every change of a byte is read, and what is accepted is
 * used.
 */
#include "frequent_items.h"
#include "manifest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GOLDEN_ITEMS = 2000, GOLDEN_K = 100 };

static const char *golden_name; /* the file that is being looked at */

static enum frequent_items_type golden_type(void)
{
    return golden_name[1] == 'l' ? FREQUENT_INTEGERS : FREQUENT_TEXTS;
}

static struct topk *golden_read(const uint8_t *bytes, size_t size)
{
    struct topk *sketch;
    struct frequent_items_fault fault;
    uint8_t *copy = malloc(size + 1); /* with an end for sanitizers to see */
    if (!copy) {
        abort();
    }
    uint8_t *at = copy + 1;
    memcpy(at, bytes, size);
    enum sketch_status status = frequent_items_read(
        &sketch, at, size, golden_type(), GOLDEN_K, &fault, &sketch_libc_memory);
    if ((status != SKETCH_OK) != (fault.what != NULL)) {
        abort();
    }
    free(copy);
    return sketch;
}

/* An item as it stands in an image, with its weight before it. */
struct golden_entry {
    uint64_t weight;
    const uint8_t *item;
    size_t size;
};

static int golden_compare(const void *left, const void *right)
{
    const struct golden_entry *a = left;
    const struct golden_entry *b = right;
    size_t least = a->size < b->size ? a->size : b->size;
    int order = memcmp(a->item, b->item, least);
    return order ? order : (a->size > b->size) - (a->size < b->size);
}

/* The items of an image that has some, read here a second time and without any care. */
static size_t golden_parse(const uint8_t *bytes, struct golden_entry *entries)
{
    uint32_t count;
    memcpy(&count, bytes + 8, 4);
    const uint8_t *p = bytes + 32 + 8 * (size_t)count;
    for (uint32_t i = 0; i < count && i < GOLDEN_ITEMS; i++) {
        uint32_t length = 4;
        if (golden_type() == FREQUENT_TEXTS) {
            memcpy(&length, p, 4);
        }
        memcpy(&entries[i].weight, bytes + 32 + 8 * (size_t)i, 8);
        entries[i].item = p;
        entries[i].size = 4 + length;
        p += entries[i].size;
    }
    qsort(entries, count, sizeof *entries, golden_compare);
    return count;
}

static bool golden_same_items(const uint8_t *a, const uint8_t *b)
{
    static struct golden_entry entries[2][GOLDEN_ITEMS];
    size_t count = golden_parse(a, entries[0]);
    bool same = golden_parse(b, entries[1]) == count;
    for (size_t i = 0; same && i < count; i++) {
        same = entries[0][i].weight == entries[1][i].weight &&
               golden_compare(&entries[0][i], &entries[1][i]) == 0;
    }
    return same;
}

static void golden_write(const struct topk *sketch, const struct image *image)
{
    uint8_t *bytes;
    size_t size;
    struct item odd[2];
    if (frequent_items_write(sketch, FREQUENT_IMAGE, &bytes, &size, odd,
                             &sketch_libc_memory) != SKETCH_OK) {
        expect(false, "cannot be written");
        return;
    }
    expect(size == image->size, "is written in another size");
    expect(bytes[3] <= image->bytes[3] && bytes[4] == bytes[3],
           "is written for a larger table");
    expect(memcmp(bytes, image->bytes, 3) == 0 && bytes[5] == image->bytes[5],
           "is written with another head");
    if (size == image->size && size > 8) {
        expect(memcmp(bytes + 6, image->bytes + 6, 26) == 0,
               "is written with another total or offset");
        expect(golden_same_items(bytes, image->bytes), "is written with other items");
    }
    struct topk *again = golden_read(bytes, size);
    expect(again && topk_total(again) == topk_total(sketch), "is not read again");
    topk_free(again);
    free(bytes);
}

/* The rows that have a bound above the offset: which bound is it? */
static double golden_count(const struct topk *sketch, bool is_lower)
{
    struct topk_row *rows;
    size_t count;
    size_t above = 0;
    uint64_t offset = topk_unlisted(sketch);
    if (topk_rank(sketch, SIZE_MAX, &rows, &count) != SKETCH_OK) {
        return NAN;
    }
    for (size_t i = 0; i < count; i++) {
        above += rows[i].count - (is_lower ? rows[i].error : 0) > offset;
    }
    free(rows);
    return (double)above;
}

/* ("w1",est=1027,lb=979,ub=1027), of the rank in the name of the fact. */
static void golden_check_top(const struct topk *sketch, size_t rank, const char *value)
{
    const char *end = strrchr(value, '"');
    if (!end || end - value < 2) {
        expect(false, "a fact cannot be read");
        return;
    }
    double estimate = number_of(end, ",est=");
    double lower = number_of(end, ",lb=");
    double upper = number_of(end, ",ub=");
    const char *text = value + 2;
    struct topk_row row = topk_lookup(sketch, item_text(text, (uint32_t)(end - text)));
    expect(fabs((double)row.count - estimate) <= 1e-9, "an estimate differs");
    expect(fabs((double)row.count - upper) <= 1e-9, "an upper bound differs");
    expect(fabs((double)(row.count - row.error) - lower) <= 1e-9,
           "a lower bound differs");
    struct topk_row *rows;
    size_t count;
    if (topk_rank(sketch, SIZE_MAX, &rows, &count) == SKETCH_OK) {
        expect(rank <= count && rows[rank - 1].count == row.count, "a rank differs");
        free(rows);
    }
}

static void golden_check(const struct topk *sketch, const struct image *image,
                         char *fact)
{
    char *value = strchr(fact, '=');
    if (!value) {
        expect(false, "a fact cannot be read");
        return;
    }
    *value++ = '\0';
    if (strncmp(fact, "top", 3) == 0) {
        golden_check_top(sketch, strtoul(fact + 3, NULL, 10), value);
        return;
    }
    double ours = strcmp(fact, "total_weight") == 0 ? (double)topk_total(sketch)
                  : strcmp(fact, "num_active") == 0 ? (double)topk_used(sketch)
                  : strcmp(fact, "max_error") == 0  ? (double)topk_unlisted(sketch)
                  : strcmp(fact, "epsilon") == 0    ? ldexp(3.5, -image->bytes[3])
                  : strcmp(fact, "nfp_count") == 0  ? golden_count(sketch, true)
                  : strcmp(fact, "nfn_count") == 0  ? golden_count(sketch, false)
                                                    : NAN;
    expect(fabs(ours - strtod(value, NULL)) <= 1e-9, fact);
}

/* Whatever is accepted is a sketch like others. */
static unsigned golden_use(struct topk *sketch)
{
    uint8_t *bytes;
    size_t size;
    struct topk *copy = NULL;
    if (!sketch) {
        return 0;
    }
    expect(topk_serialise(sketch, &bytes, &size) == SKETCH_OK &&
               topk_deserialise(&copy, bytes, size, &sketch_libc_memory) == SKETCH_OK,
           "makes no sketch that can be stored");
    topk_free(copy);
    free(bytes);
    topk_free(sketch);
    return 1;
}

static unsigned golden_mutilate(const struct image *image)
{
    unsigned accepted = 0;
    expect_counts(false);
    for (size_t size = 0; size < image->size; size++) {
        expect(!golden_read(image->bytes, size), "is read though it was cut");
    }
    /* Of a large image some. */
    size_t step = image->size > 2000 ? 17 : 1;
    for (size_t at = 0; at < image->size; at += step) {
        uint8_t byte = image->bytes[at];
        for (unsigned bits = 1; bits < 256; bits = 2 * bits + (bits == 1)) {
            image->bytes[at] = (uint8_t)(byte ^ bits);
            accepted += golden_use(golden_read(image->bytes, image->size));
        }
        image->bytes[at] = byte;
    }
    expect_counts(true);
    return accepted;
}

static void golden_check_image(const struct image *image)
{
    golden_name = image->name;
    struct topk *sketch = golden_read(image->bytes, image->size);
    if (!sketch) {
        expect(false, "is refused");
        return;
    }
    for (char *fact = strtok(image->field[MANIFEST_FACTS], ";"); fact;
         fact = strtok(NULL, ";")) {
        golden_check(sketch, image, fact);
    }
    golden_write(sketch, image);
    topk_free(sketch);
    printf("%-28s %5zu bytes, %7u changes accepted\n", image->name, image->size,
           golden_mutilate(image));
}

int main(int argc, char **argv)
{
    static const char *const families[] = {"frequent_items", NULL};
    return manifest_run(argc, argv, families, golden_check_image);
}
