/* A count-min sketch into bytes: see cms_image.h. */
#include "cms_image.h"

#include "invariant.h"

/* The end of a run of cells that begins at `start`. */
static uint32_t cms_run_end(uint32_t start, uint32_t end)
{
    return end - start < CMS_RUN ? end : start + CMS_RUN;
}

static uint64_t cms_cell(const struct cms *sketch, uint32_t at)
{
    return cms_load(sketch->cells, sketch->cell_bytes, at);
}

/* A byte of a run, or the run's end, in front of which no other is above the bound. */
static uint32_t cms_skip(const uint8_t *bytes, uint32_t at, uint32_t count,
                         uint8_t bound)
{
    for (; at + 8 <= count; at += 8) {
        unsigned above = cms_above(bytes + at, bound);
        if (above != 0) {
            return at + (unsigned)__builtin_ctz(above);
        }
    }
    while (at < count && bytes[at] <= bound) {
        at++;
    }
    return at;
}

static void cms_measure_cells(const struct cms *sketch, struct cms_lengths *lengths)
{
    uint8_t room[CMS_RUN];
    uint32_t cells = cms_cells(sketch);
    for (uint32_t start = 0, end; start < cells; start = end) {
        end = cms_run_end(start, cells);
        const uint8_t *bytes =
            cms_clip(sketch->cells, sketch->cell_bytes, start, end - start, room);
        cms_measure(lengths, bytes, end - start, UINT8_MAX);
        /* 255 stands for more, too, which is longer. */
        uint32_t count = sketch->cell_bytes > 1 ? end - start : 0;
        for (uint32_t i = cms_skip(bytes, 0, count, UINT8_MAX - 1); i < count;
             i = cms_skip(bytes, i + 1, count, UINT8_MAX - 1)) {
            lengths->of[8]--;
            lengths->of[cms_length(cms_cell(sketch, start + i))]++;
        }
    }
}

static void cms_measure_notes(struct cms_walk *walk, struct cms_lengths *lengths)
{
    uint32_t at;
    uint64_t count;
    while (cms_walk_next(walk, &at, &count)) {
        lengths->of[cms_length(count)]++;
    }
    cms_walk_rewind(walk);
}

static void cms_put_wide(uint8_t *p, const struct cms *sketch, unsigned bits,
                         uint32_t start, uint32_t end)
{
    uint64_t full = cms_full(bits);
    for (uint32_t at = start; at < end; at++) {
        uint64_t count = cms_cell(sketch, at);
        count = count < full ? count : full;
        for (unsigned i = 0; i < bits; i += 8) {
            *p++ = (uint8_t)(count >> i);
        }
    }
}

static void cms_put_narrow(uint8_t *p, const struct cms *sketch, unsigned bits,
                           uint32_t start, uint32_t end)
{
    uint8_t room[CMS_RUN];
    for (uint32_t next; start < end; start = next) {
        next = cms_run_end(start, end);
        cms_pack(p, bits,
                 cms_clip(sketch->cells, sketch->cell_bytes, start, next - start, room),
                 next - start);
        p += CMS_RUN * bits / 8;
    }
}

static uint8_t *cms_put_rows(uint8_t *p, const struct cms *sketch, unsigned bits)
{
    for (uint32_t row = 0; bits > 0 && row < sketch->depth; row++) {
        uint32_t start = row * sketch->width;
        if (bits <= 8) {
            cms_put_narrow(p, sketch, bits, start, start + sketch->width);
        } else {
            cms_put_wide(p, sketch, bits, start, start + sketch->width);
        }
        p += cms_row_size(sketch->width, bits);
    }
    return p;
}

/* Lists the cells that are more than their bits say. */
static uint8_t *cms_put_cells(uint8_t *p, const struct cms *sketch, unsigned bits)
{
    uint8_t room[CMS_RUN];
    uint64_t full = bits == 1 ? 0 : cms_full(bits);
    uint8_t bound = full < UINT8_MAX ? (uint8_t)full : UINT8_MAX - 1;
    uint32_t cells = cms_cells(sketch);
    uint32_t after = 0;
    for (uint32_t start = 0, end; start < cells; start = end) {
        end = cms_run_end(start, cells);
        const uint8_t *bytes =
            cms_clip(sketch->cells, sketch->cell_bytes, start, end - start, room);
        for (uint32_t i = cms_skip(bytes, 0, end - start, bound); i < end - start;
             i = cms_skip(bytes, i + 1, end - start, bound)) {
            uint64_t count = cms_cell(sketch, start + i);
            if (count > full) {
                p = bits == 1 ? p : put_varint(p, start + i - after);
                p = put_varint(p, count);
                after = start + i + 1;
            }
        }
    }
    return p;
}

static uint8_t *cms_put_notes(uint8_t *p, struct cms_walk *walk)
{
    uint32_t at;
    uint64_t count;
    for (uint32_t after = 0; cms_walk_next(walk, &at, &count); after = at + 1) {
        p = put_varint(put_varint(p, at - after), count);
    }
    return p;
}

static uint8_t *cms_put_header(uint8_t *p, const struct cms *sketch, unsigned bits)
{
    p = put_tag(p, cms_tag);
    p = put_u8(put_u8(p, CMS_VERSION), (uint8_t)bits);
    p = put_f64(put_f64(p, sketch->eps), sketch->delta);
    return put_u64(p, sketch->total);
}

/* The most that rows and list take: a gap of more than 127 cells needs a byte more for
 * every so many of them. */
static size_t cms_most_size(const struct cms *sketch, struct cms_size size)
{
    return CMS_HEADER_SIZE + size.bytes + cms_cells(sketch) / 128;
}

static enum sketch_status cms_put_image(struct cms_walk *walk, uint8_t **bytes,
                                        size_t *size)
{
    const struct cms *sketch = walk->sketch;
    struct cms_lengths lengths = {{0}};
    if (sketch->cells) {
        cms_measure_cells(sketch, &lengths);
    } else {
        cms_measure_notes(walk, &lengths);
    }
    struct cms_size best = cms_best_size(&lengths, sketch->width, sketch->depth);
    *bytes =
        sketch->memory.resize(sketch->memory.ctx, NULL, cms_most_size(sketch, best));
    if (!*bytes) {
        return SKETCH_NOMEM;
    }
    uint8_t *p = cms_put_header(*bytes, sketch, best.bits);
    if (sketch->cells) {
        p = cms_put_cells(cms_put_rows(p, sketch, best.bits), sketch, best.bits);
    } else {
        invariant(best.bits == 0); /* notes are too few for rows to pay */
        p = cms_put_notes(p, walk);
    }
    *size = (size_t)(p - *bytes);
    invariant(*size <= cms_most_size(sketch, best));
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
