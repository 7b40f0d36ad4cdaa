/*
 * Nobody vouches for the bytes, so that everything is checked that their writers keep.
 * What they keep of the sums is this: a purge takes the offset from at least half of
 * the counters, and what it takes has been added before, so that all weights and the
 * offset are never more than the total.  Without a purge they are the total.
 */
#include "bytes.h"
#include "frequent_items.h"
#include "frequent_items_layout.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

/* An image, whose head is right. */
struct frequent_items_image {
    enum frequent_items_type type;
    unsigned lg_max;
    size_t count;
    uint64_t total;
    uint64_t offset;
    struct reader weights;
    struct reader items;
};

static enum sketch_status frequent_items_complain(struct frequent_items_fault *fault,
                                                  enum sketch_status status,
                                                  const char *what, size_t item)
{
    *fault = (struct frequent_items_fault){what, item};
    return status;
}

/* What is wrong with the first eight bytes, or NULL. */
static const char *frequent_items_take_start(struct frequent_items_image *image,
                                             struct reader *r, size_t *capacity)
{
    uint8_t words = take_u8(r);
    uint8_t version = take_u8(r);
    uint8_t family = take_u8(r);
    image->lg_max = take_u8(r);
    unsigned lg = take_u8(r);
    uint8_t flags = take_u8(r);
    uint16_t unused = take_u16(r);
    bool is_empty = words == FREQUENT_EMPTY_WORDS;
    if (r->bad) {
        return "it is shorter than 8 bytes";
    }
    if (family != FREQUENT_ITEMS_FAMILY) {
        return "its family is not 10";
    }
    if (version != FREQUENT_VERSION) {
        return "its serial version is not 1";
    }
    if (!is_empty && words != FREQUENT_WORDS) {
        return "its preamble is neither 1 nor 4 words long";
    }
    if (lg < FREQUENT_MIN_LG || image->lg_max > FREQUENT_MAX_LG || lg > image->lg_max) {
        return "the sizes of its table are not 3 <= now <= most <= 31";
    }
    if ((flags & FREQUENT_EMPTY) != flags || (flags != 0) != is_empty || unused != 0) {
        return "its flags do not fit its preamble";
    }
    *capacity = is_empty ? 0 : frequent_items_capacity(lg);
    return NULL;
}

/* Leaves out the number behind the items, which take so many bytes, if there is one: it
 * is below 2^48. */
static void frequent_items_drop_nulls(struct reader *r, size_t items)
{
    if (r->left == items + FREQUENT_NULLS && r->next[items] == 0 &&
        r->next[items + 1] == 0) {
        r->left = items;
    }
}

/* What is wrong with the head, or NULL. */
static const char *frequent_items_take_head(struct frequent_items_image *image,
                                            struct reader *r)
{
    size_t capacity;
    const char *what = frequent_items_take_start(image, r, &capacity);
    if (what || capacity == 0) {
        frequent_items_drop_nulls(r, 0);
        return what ? what : r->left > 0 ? "bytes follow its end" : NULL;
    }
    image->count = take_u32(r);
    uint32_t unused = take_u32(r);
    image->total = take_u64(r);
    image->offset = take_u64(r);
    if (r->bad) {
        return "it ends within its preamble";
    }
    if (unused != 0) {
        return "its bytes 12 to 15 are not 0";
    }
    if (image->count == 0) {
        return "it is not marked as empty, but has no items";
    }
    if (image->count > capacity) {
        return "it has more items than its table holds";
    }
    if (image->total > SKETCH_MAX_TOTAL) {
        return "its total weight is above 2^63 - 1";
    }
    if (image->count > r->left / FREQUENT_WEIGHT) {
        return "it ends before its last weight does";
    }
    size_t size = image->count * FREQUENT_WEIGHT;
    image->weights = (struct reader){take_bytes(r, size), size, false};
    image->items = *r;
    return NULL;
}

/* The bytes that so many texts take, if the rest begins with those; or 0. */
static size_t frequent_items_texts(struct reader r, size_t count, uint8_t least_byte)
{
    size_t size = r.left;
    for (size_t i = 0; i < count && !r.bad; i++) {
        uint32_t length = take_u32(&r);
        const uint8_t *text = take_bytes(&r, length);
        r.bad = r.bad || !utf8_is_whole(text, length);
        for (uint32_t j = 0; j < length && !r.bad; j++) {
            r.bad = text[j] < least_byte;
        }
    }
    return r.bad ? 0 : size - r.left;
}

/*
 * Whether words of eight bytes are doubles, which an image does not say, and which
 * would be read as integers of 19 digits.  Each is from 2^-64 to 2^64, as one in 16 of
 * random words is, or 0; and most have few digits, so that they end in zero bits.  Of
 * random words one set in 2^64 looks like that, and none of one word.
 */
static bool frequent_items_are_doubles(struct reader r, size_t count)
{
    enum { MANTISSA = 52, BIAS = 1023, MOST = 64, EVIDENCE = 4, ENOUGH = 64 };
    uint64_t evidence = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t word = take_u64(&r);
        int exponent = (int)(word >> MANTISSA & 0x7ff) - BIAS;
        if (word == 0) {
            continue;
        }
        if (exponent < -MOST || exponent > MOST) {
            return false;
        }
        evidence += EVIDENCE;
        for (uint64_t bit = 1; bit >> MANTISSA == 0 && !(word & bit); bit <<= 1) {
            evidence++;
        }
    }
    return evidence >= ENOUGH;
}

/* Whether words of four bytes are floats from 2^-64 to 2^64, or 0. */
static bool frequent_items_are_floats(struct reader r, size_t count)
{
    enum { MANTISSA = 23, BIAS = 127, MOST = 64 };
    bool are = r.left == 4 * count;
    for (size_t i = 0; are && i < count; i++) {
        uint32_t word = take_u32(&r);
        int exponent = (int)(word >> MANTISSA & 0xff) - BIAS;
        are = word == 0 || (exponent >= -MOST && exponent <= MOST);
    }
    return are;
}

/* Whether the items are of four bytes, with the number of their type before each. */
static bool frequent_items_are_tagged(struct reader r, size_t count)
{
    enum { A_FLOAT = 6, AN_INT = 9 };
    bool are = r.left == 5 * count || r.left == 5 * count + FREQUENT_NULLS;
    for (size_t i = 0; are && i < count; i++) {
        uint8_t tag = take_u8(&r);
        are = tag == A_FLOAT || tag == AN_INT;
        (void)take_u32(&r);
    }
    return are;
}

/* What items are that are neither texts nor integers, or NULL. */
static const char *frequent_items_name(struct reader r, size_t count)
{
    return frequent_items_are_floats(r, count) ? "they take 4 bytes each, as floats do"
           : frequent_items_are_tagged(r, count)
               ? "they take 5 bytes each, as Spark's INT and FLOAT do"
               : NULL;
}

/* What shows that integers are none, or NULL.  `all` is what follows the weights.  One
 * word may well look like a text. */
static const char *frequent_items_no_integers(const struct frequent_items_image *image,
                                              struct reader all)
{
    size_t count = image->count;
    bool has_words = image->items.left == FREQUENT_WEIGHT * count;
    size_t texts = frequent_items_texts(all, count, has_words ? ' ' : 1);
    struct reader rest = all;
    frequent_items_drop_nulls(&rest, has_words ? image->items.left : texts);
    if (texts > 0 && texts == rest.left && !(has_words && count == 1)) {
        return "they are texts";
    }
    if (has_words) {
        return frequent_items_are_doubles(image->items, count)
                   ? "they look like doubles"
                   : NULL;
    }
    return frequent_items_name(all, count);
}

/* What shows that texts, which something is wrong with, are none, or NULL.  Numbers
 * hardly begin with a text that has neither no byte nor one of 0. */
static const char *frequent_items_no_texts(const struct frequent_items_image *image)
{
    size_t count = image->count;
    size_t size = image->items.left;
    if (frequent_items_texts(image->items, count, 0) == size ||
        frequent_items_texts(image->items, 1, 1) > 4) {
        return NULL;
    }
    return size == 8 * count || size == 8 * count + FREQUENT_NULLS
               ? "they take 8 bytes each, as integers do"
               : frequent_items_name(image->items, count);
}

/* The next item; what is wrong with it, or NULL. */
static const char *frequent_items_take_item(struct frequent_items_image *image,
                                            struct item *item)
{
    struct reader *r = &image->items;
    if (image->type == FREQUENT_INTEGERS) {
        *item = (struct item){.kind = ITEM_INTEGER, .as.bits = take_u64(r)};
        return r->bad ? "ends beyond the last byte" : NULL;
    }
    uint32_t size = take_u32(r);
    const uint8_t *bytes = take_bytes(r, size);
    *item = item_text(bytes, size);
    return r->bad                        ? "ends beyond the last byte"
           : !utf8_is_whole(bytes, size) ? "is not UTF-8"
                                         : NULL;
}

/* All rows: what is wrong with an item that fault->item is to name, or NULL. */
static const char *frequent_items_take_rows(struct frequent_items_image *image,
                                            struct topk_row *rows,
                                            struct frequent_items_fault *fault)
{
    uint64_t left = image->total;
    for (size_t i = 0; i < image->count; i++) {
        uint64_t weight = take_u64(&image->weights);
        const char *what = frequent_items_take_item(image, &rows[i].item);
        fault->item = i + 1;
        if (what) {
            return what;
        }
        if (weight < 1 || weight > SKETCH_MAX_TOTAL) {
            return "has a weight that is not 1 to 2^63 - 1";
        }
        if (weight > left || image->offset > left - weight) {
            return "makes all weights and the offset more than the total weight";
        }
        left -= weight;
        rows[i].count = weight + image->offset;
        rows[i].error = image->offset;
    }
    fault->item = 0;
    if (!took_all(&image->items)) {
        return "bytes follow its last item";
    }
    return image->offset == 0 && left > 0
               ? "its weights are less than the total weight, though the offset is 0"
               : NULL;
}

/* Any order will do that makes equal texts neighbours. */
static int frequent_items_by_text(const void *left, const void *right)
{
    struct item a = ((const struct topk_row *)left)->item;
    struct item b = ((const struct topk_row *)right)->item;
    return a.size != b.size ? (a.size < b.size ? -1 : 1)
           : a.size == 0    ? 0
                            : memcmp(a.as.bytes, b.as.bytes, a.size);
}

/* Sorts values byte by byte, the lowest first: whoever made the image, that takes no
 * longer.  There is room for as many behind them. */
static void frequent_items_sort(uint64_t *values, size_t count)
{
    uint64_t *from = values;
    uint64_t *to = values + count;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        size_t ends[257] = {0};
        for (size_t i = 0; i < count; i++) {
            ends[(from[i] >> shift & 255) + 1]++;
        }
        for (size_t byte = 0; byte < 256; byte++) {
            ends[byte + 1] += ends[byte];
        }
        for (size_t i = 0; i < count; i++) {
            to[ends[from[i] >> shift & 255]++] = from[i];
        }
        uint64_t *sorted = to;
        to = from;
        from = sorted;
    }
}

/* Sorts values; the place of the first that equals the one before it, or `count`. */
static size_t frequent_items_find_pair(uint64_t *values, size_t count)
{
    frequent_items_sort(values, count);
    size_t at = 1;
    while (at < count && values[at - 1] != values[at]) {
        at++;
    }
    return at;
}

/* The first integer that is there twice, by way of a list of all.  False if there is
 * none. */
static bool frequent_items_find_integer(const struct topk_row *rows, size_t count,
                                        uint64_t *values, struct item *twice)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = rows[i].item.as.bits;
    }
    size_t at = frequent_items_find_pair(values, count);
    *twice = item_integer(at < count ? (int64_t)values[at] : 0);
    return at < count;
}

/* Likewise of texts, by way of their hashes: only if two of these are equal, which may
 * be somebody's work, the rows themselves are sorted. */
static bool frequent_items_find_text(struct topk_row *rows, size_t count,
                                     uint64_t *values, struct item *twice)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = item_bytes_hash(rows[i].item).h1;
    }
    if (frequent_items_find_pair(values, count) >= count) {
        return false;
    }
    qsort(rows, count, sizeof *rows, frequent_items_by_text);
    size_t at = 1;
    while (at < count && !item_equal(rows[at - 1].item, rows[at].item)) {
        at++;
    }
    *twice = rows[at - 1].item;
    return at < count;
}

/* The number of an item that is not the first of its kind, or 0.  There is room for
 * twice as many values as rows. */
static size_t frequent_items_repeated(struct frequent_items_image *image,
                                      struct topk_row *rows, uint64_t *values)
{
    struct item twice;
    if (!(image->type == FREQUENT_INTEGERS
              ? frequent_items_find_integer(rows, image->count, values, &twice)
              : frequent_items_find_text(rows, image->count, values, &twice))) {
        return 0;
    }
    size_t place = 0;
    for (int seen = 0; seen < 2; place++) {
        struct item item;
        (void)frequent_items_take_item(image, &item);
        seen += item_equal(item, twice);
    }
    return place;
}

/* Leaves out what Spark has behind the items, where these are of the type. */
static void frequent_items_find_end(struct frequent_items_image *image)
{
    size_t size = image->type == FREQUENT_INTEGERS
                      ? FREQUENT_WEIGHT * image->count
                      : frequent_items_texts(image->items, image->count, 0);
    if (size > 0) {
        frequent_items_drop_nulls(&image->items, size);
    }
}

/* Reads and checks all rows, of which there is at least one; `values` is room for twice
 * as many numbers. */
static enum sketch_status frequent_items_take(struct frequent_items_image *image,
                                              struct topk_row *rows, uint64_t *values,
                                              struct frequent_items_fault *fault)
{
    struct reader all = image->items;
    frequent_items_find_end(image);
    struct reader items = image->items;
    const char *what = frequent_items_take_rows(image, rows, fault);
    image->items = items;
    const char *other = image->type == FREQUENT_INTEGERS
                            ? frequent_items_no_integers(image, all)
                        : what ? frequent_items_no_texts(image)
                               : NULL;
    if (other) {
        return frequent_items_complain(fault, SKETCH_MISMATCH, other, 0);
    }
    if (what) {
        return frequent_items_complain(fault, SKETCH_CORRUPT, what, fault->item);
    }
    size_t repeated = frequent_items_repeated(image, rows, values);
    return repeated > 0 ? frequent_items_complain(fault, SKETCH_CORRUPT,
                                                  "is there before", repeated)
                        : SKETCH_OK;
}

static int frequent_items_counters(const struct frequent_items_image *image, int k)
{
    size_t own = frequent_items_capacity(image->lg_max);
    int counters = topk_default_counters(k);
    own = own < TOPK_MAX_COUNTERS ? own : TOPK_MAX_COUNTERS;
    return counters > (int)own ? counters : (int)own;
}

enum sketch_status frequent_items_read(struct topk **out, const uint8_t *bytes,
                                       size_t size, enum frequent_items_type type,
                                       int k, struct frequent_items_fault *fault,
                                       const struct sketch_memory *memory)
{
    struct reader r = {bytes, size, false};
    struct frequent_items_image image = {.type = type};
    const char *what = frequent_items_take_head(&image, &r);
    *out = NULL;
    *fault = (struct frequent_items_fault){NULL, 0};
    if (what) {
        return frequent_items_complain(fault, SKETCH_CORRUPT, what, 0);
    }
    struct topk_row *rows = memory->resize(
        memory->ctx, NULL, (image.count + 1) * (sizeof *rows + 2 * sizeof(uint64_t)));
    enum sketch_status status = rows ? SKETCH_OK : SKETCH_NOMEM;
    if (status == SKETCH_OK && image.count > 0) {
        status =
            frequent_items_take(&image, rows, (uint64_t *)(rows + image.count), fault);
    }
    if (status == SKETCH_OK) {
        struct topk_state state = {.k = k,
                                   .counters = frequent_items_counters(&image, k),
                                   .total = image.total,
                                   .unlisted = image.offset,
                                   .rows = rows,
                                   .count = image.count};
        status = topk_restore(out, &state, memory);
    }
    sketch_release(memory, rows);
    return status;
}
