/*
 * The bytes of a count-min sketch (docs/formats.md), little-endian:
 *
 *     "CMIN", version 1, layout, eps and delta as doubles, varint total,
 *     layout 0: for each cell that is not zero, in order,
 *               varint number of zero cells before it, varint count;
 *     layout 1: a bit for each cell, lowest first, that says whether it is not zero,
 *               then the varint counts of those.
 *
 * The layout is 0 just when its gaps take fewer bytes than the bits of 1 would, so
 * there is one image for each content.  The shape follows from eps and delta, and
 * every row has to add up to the total.
 */
#include "bytes.h"
#include "cms_private.h"

#include <string.h>

static const char cms_tag[4] = {'C', 'M', 'I', 'N'};
enum {
    CMS_VERSION = 1,
    CMS_GAPS = 0,
    CMS_BITS = 1,
    CMS_FIXED_SIZE = 4 + 1 + 1 + 8 + 8
};

static uint32_t cms_bits_size(uint32_t cells) { return (cells + 7) / 8; }

struct cms_sizes {
    size_t gaps;
    size_t counts;
};

static struct cms_sizes cms_measure(struct cms_walk *walk)
{
    struct cms_sizes sizes = {0, 0};
    uint32_t at;
    uint64_t count;
    for (uint32_t after = 0; cms_walk_next(walk, &at, &count); after = at + 1) {
        sizes.gaps += varint_size(at - after);
        sizes.counts += varint_size(count);
    }
    cms_walk_rewind(walk);
    return sizes;
}

static void cms_put_gaps(struct cms_walk *walk, uint8_t *p)
{
    uint32_t at;
    uint64_t count;
    for (uint32_t after = 0; cms_walk_next(walk, &at, &count); after = at + 1) {
        p = put_varint(put_varint(p, at - after), count);
    }
}

static void cms_put_bits(struct cms_walk *walk, uint8_t *p)
{
    uint32_t size = cms_bits_size(cms_cells(walk->sketch));
    uint8_t *bits = p;
    uint32_t at;
    uint64_t count;
    memset(bits, 0, size);
    p += size;
    while (cms_walk_next(walk, &at, &count)) {
        bits[at / 8] |= (uint8_t)(1u << at % 8);
        p = put_varint(p, count);
    }
}

static enum sketch_status cms_put_image(struct cms_walk *walk, uint8_t **bytes,
                                        size_t *size)
{
    const struct cms *sketch = walk->sketch;
    struct cms_sizes sizes = cms_measure(walk);
    size_t bits = cms_bits_size(cms_cells(sketch));
    bool gaps = sizes.gaps < bits;
    size_t needed = CMS_FIXED_SIZE + varint_size(sketch->total) +
                    (gaps ? sizes.gaps : bits) + sizes.counts;
    *bytes = sketch->memory.resize(sketch->memory.ctx, NULL, needed);
    if (!*bytes) {
        return SKETCH_NOMEM;
    }
    *size = needed;
    uint8_t *p = put_tag(*bytes, cms_tag);
    p = put_u8(p, CMS_VERSION);
    p = put_u8(p, gaps ? CMS_GAPS : CMS_BITS);
    p = put_f64(p, sketch->eps);
    p = put_f64(p, sketch->delta);
    p = put_varint(p, sketch->total);
    if (gaps) {
        cms_put_gaps(walk, p);
    } else {
        cms_put_bits(walk, p);
    }
    return SKETCH_OK;
}

enum sketch_status cms_serialise(const struct cms *sketch, uint8_t **bytes,
                                 size_t *size)
{
    struct cms_walk walk;
    *bytes = NULL;
    *size = 0;
    enum sketch_status status = cms_walk_begin(&walk, sketch);
    if (status == SKETCH_OK) {
        status = cms_put_image(&walk, bytes, size);
    }
    cms_walk_end(&walk);
    return status;
}

/* The cells of an image, one after the other.  After the last one `at` is the
 * number of cells; a damaged image ends early, and its reader is bad. */
struct cms_scan {
    struct reader reader; /* of gaps and counts, or of counts */
    const uint8_t *bits;  /* NULL: there are gaps */
    uint32_t cells;
    uint32_t at;
    uint32_t after; /* where the next one may be */
    uint64_t count;
};

static void cms_scan_gap(struct cms_scan *scan)
{
    if (scan->reader.left == 0) {
        scan->at = scan->cells;
        return;
    }
    uint64_t gap = take_varint(&scan->reader);
    bool inside = gap < scan->cells - scan->after;
    scan->reader.bad = scan->reader.bad || !inside;
    scan->at = scan->after + (inside ? (uint32_t)gap : 0);
}

static void cms_scan_bits(struct cms_scan *scan)
{
    uint32_t at = scan->after;
    while (at < scan->cells && !(scan->bits[at / 8] >> at % 8 & 1)) {
        at += at % 8 == 0 && scan->bits[at / 8] == 0 ? 8 : 1;
    }
    scan->at = at < scan->cells ? at : scan->cells;
}

static bool cms_scan_next(struct cms_scan *scan)
{
    if (scan->bits) {
        cms_scan_bits(scan);
    } else {
        cms_scan_gap(scan);
    }
    if (scan->reader.bad || scan->at == scan->cells) {
        return false;
    }
    scan->count = take_varint(&scan->reader);
    scan->after = scan->at + 1;
    return !scan->reader.bad;
}

/* How many cells an image has that are not zero, if it is a good one. */
static size_t cms_scan_cells(const struct cms_scan *scan)
{
    size_t counted = 0;
    size_t varints = 0;
    for (uint32_t i = 0; scan->bits && i < cms_bits_size(scan->cells); i++) {
        for (uint8_t bits = scan->bits[i]; bits; bits &= (uint8_t)(bits - 1)) {
            counted++;
        }
    }
    for (size_t i = 0; !scan->bits && i < scan->reader.left; i++) {
        varints += scan->reader.next[i] < 0x80;
    }
    return counted + varints / 2;
}

/* Takes the cells, while every row adds up to the total; *gaps are their gaps'
 * bytes. */
static enum sketch_status cms_take_rows(struct cms *sketch, struct cms_scan *scan,
                                        uint64_t total, size_t *gaps)
{
    uint32_t row_end = sketch->width;
    uint64_t row_left = total;
    *gaps = 0;
    for (uint32_t after = 0; cms_scan_next(scan); after = scan->after) {
        for (; scan->at >= row_end && row_left == 0; row_left = total) {
            row_end += sketch->width;
        }
        if (scan->at >= row_end || scan->count == 0 || scan->count > row_left) {
            return SKETCH_CORRUPT;
        }
        row_left -= scan->count;
        *gaps += varint_size(scan->at - after);
        if (!sketch->cells) {
            cms_notes_append(&sketch->notes, scan->at, scan->count);
            continue;
        }
        enum sketch_status status = cms_widen(sketch, scan->count);
        if (status != SKETCH_OK) {
            return status;
        }
        cms_store(sketch->cells, sketch->cell_bytes, scan->at, scan->count);
    }
    bool ended = row_left == 0 && row_end == cms_cells(sketch);
    return took_all(&scan->reader) && (ended || total == 0) ? SKETCH_OK
                                                            : SKETCH_CORRUPT;
}

static enum sketch_status cms_take_cells(struct cms *sketch, struct reader r,
                                         uint8_t layout, uint64_t total)
{
    uint32_t bits_size = cms_bits_size(cms_cells(sketch));
    struct cms_scan scan = {.cells = cms_cells(sketch)};
    if (layout == CMS_BITS) {
        scan.bits = take_bytes(&r, bits_size);
        uint32_t odd = scan.cells % 8;
        if (r.bad || (odd > 0 && scan.bits[bits_size - 1] >> odd != 0)) {
            return SKETCH_CORRUPT;
        }
    }
    scan.reader = r;
    size_t used = cms_scan_cells(&scan);
    enum sketch_status status = used <= cms_most_notes(sketch)
                                    ? cms_reserve_notes(sketch, (uint32_t)used)
                                    : cms_widen(sketch, 1);
    size_t gaps;
    if (status == SKETCH_OK) {
        status = cms_take_rows(sketch, &scan, total, &gaps);
    }
    cms_notes_are_sorted(&sketch->notes);
    if (status == SKETCH_OK && (gaps < bits_size) != (layout == CMS_GAPS)) {
        status = SKETCH_CORRUPT;
    }
    sketch->total = total;
    return status;
}

enum sketch_status cms_deserialise(struct cms **out, const uint8_t *bytes, size_t size,
                                   const struct sketch_memory *memory)
{
    struct reader r = {bytes, size, false};
    *out = NULL;
    take_tag(&r, cms_tag);
    uint8_t version = take_u8(&r);
    uint8_t layout = take_u8(&r);
    double eps = take_f64(&r);
    double delta = take_f64(&r);
    uint64_t total = take_varint(&r);
    uint32_t width;
    uint32_t depth;
    if (r.bad || version != CMS_VERSION || layout > CMS_BITS ||
        total > SKETCH_MAX_TOTAL || !cms_shape(eps, delta, &width, &depth)) {
        return SKETCH_CORRUPT;
    }
    struct cms *sketch;
    enum sketch_status status = cms_create(&sketch, eps, delta, memory);
    if (status != SKETCH_OK) {
        return status;
    }
    status = cms_take_cells(sketch, r, layout, total);
    if (status != SKETCH_OK) {
        cms_free(sketch);
        return status;
    }
    *out = sketch;
    return SKETCH_OK;
}

bool cms_recognises(const uint8_t *bytes, size_t size)
{
    return opens_with(bytes, size, cms_tag);
}
