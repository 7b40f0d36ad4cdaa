#include "topk_planes.h"

#include "topk_chunk.h"

#include "invariant.h"

#include <string.h>

static size_t topk_planes_cells(unsigned lg_cells)
{
    return (size_t)TOPK_FILTER_ROWS << lg_cells;
}

static size_t topk_chunk_cells(unsigned lg_cells)
{
    size_t cells = topk_planes_cells(lg_cells);
    return cells < TOPK_CHUNK_CELLS ? cells : TOPK_CHUNK_CELLS;
}

static size_t topk_chunk_count(unsigned lg_cells)
{
    return topk_planes_cells(lg_cells) / topk_chunk_cells(lg_cells);
}

/* Of an end in front of the chunks, in bytes: chunks are at most all bytes. */
static size_t topk_end_width(unsigned lg_cells)
{
    return topk_planes_cells(lg_cells) <= UINT16_MAX ? 2 : 4;
}

static size_t topk_load_end(const uint8_t *ends, size_t chunk, size_t width)
{
    const uint8_t *p = ends + chunk * width;
    size_t low = (size_t)p[0] | (size_t)p[1] << 8;
    return width == 2 ? low : low | (size_t)p[2] << 16 | (size_t)p[3] << 24;
}

static uint8_t *topk_put_end(uint8_t *p, size_t end, size_t width)
{
    return width == 2 ? put_u16(p, (uint16_t)end) : put_u32(p, (uint32_t)end);
}

/* Writing */

/* The bytes that the largest cell takes: there is a plane for each. */
static unsigned topk_count_planes(uint64_t largest)
{
    unsigned planes = 1;
    while (planes < TOPK_MAX_PLANES && largest >> (8 * planes) != 0) {
        planes++;
    }
    return planes;
}

static void topk_cut_chunk(struct topk_chunk *chunk, const struct topk_filter *filter,
                           size_t number, unsigned plane)
{
    size_t first = number * chunk->cells;
    if (filter->lg_width == 1) {
        const uint16_t *cells = (const uint16_t *)filter->cells + first;
        for (size_t i = 0; i < chunk->cells; i++) {
            chunk->bytes[i] = (uint8_t)(cells[i] >> (8 * plane));
        }
        return;
    }
    for (size_t i = 0; i < chunk->cells; i++) {
        chunk->bytes[i] = (uint8_t)(topk_cell_get(filter, first + i) >> (8 * plane));
    }
}

size_t topk_planes_size(const struct topk_filter *filter)
{
    unsigned planes = topk_count_planes(topk_filter_largest(filter));
    size_t chunks = topk_chunk_count(filter->lg_cells);
    size_t size = 2 + planes * chunks * topk_end_width(filter->lg_cells);
    struct topk_chunk chunk = {.cells = topk_chunk_cells(filter->lg_cells)};
    for (unsigned plane = 0; plane < planes; plane++) {
        for (size_t i = 0; i < chunks; i++) {
            topk_cut_chunk(&chunk, filter, i, plane);
            size += topk_chunk_size(&chunk);
        }
    }
    return size;
}

uint8_t *topk_planes_put(const struct topk_filter *filter, uint8_t *p)
{
    unsigned planes = topk_count_planes(topk_filter_largest(filter));
    size_t chunks = topk_chunk_count(filter->lg_cells);
    size_t width = topk_end_width(filter->lg_cells);
    struct topk_chunk chunk = {.cells = topk_chunk_cells(filter->lg_cells)};
    p = put_u8(p, filter->lg_cells);
    p = put_u8(p, (uint8_t)planes);
    for (unsigned plane = 0; plane < planes; plane++) {
        uint8_t *end = p;
        uint8_t *data = p + chunks * width;
        p = data;
        for (size_t i = 0; i < chunks; i++) {
            topk_cut_chunk(&chunk, filter, i, plane);
            p = topk_chunk_put(&chunk, p);
            end = topk_put_end(end, (size_t)(p - data), width);
        }
    }
    return p;
}

/* Reading */

/* Cells are as wide as the largest of them needs. */
static unsigned topk_planes_lg_width(unsigned planes)
{
    return planes <= 2 ? 1 : planes <= 4 ? 2 : 3;
}

bool topk_planes_find(struct topk_planes *planes, struct reader *r,
                      unsigned max_lg_bytes)
{
    planes->lg_cells = take_u8(r);
    planes->count = take_u8(r);
    if (r->bad || planes->count < 1 || planes->count > TOPK_MAX_PLANES) {
        return false;
    }
    unsigned lg_bytes = planes->lg_cells + topk_planes_lg_width(planes->count);
    if (lg_bytes > max_lg_bytes || lg_bytes < TOPK_FILTER_MIN_LG_BYTES) {
        return false;
    }
    size_t chunks = topk_chunk_count(planes->lg_cells);
    size_t width = topk_end_width(planes->lg_cells);
    for (unsigned plane = 0; plane < planes->count; plane++) {
        const uint8_t *ends = take_bytes(r, chunks * width);
        planes->ends[plane] = ends;
        planes->data[plane] =
            ends ? take_bytes(r, topk_load_end(ends, chunks - 1, width)) : NULL;
    }
    return !r->bad;
}

/* The bytes of a chunk; NULL when they do not lie in their plane. */
static const uint8_t *topk_find_chunk(const struct topk_planes *planes, unsigned plane,
                                      size_t number, size_t *size)
{
    size_t width = topk_end_width(planes->lg_cells);
    const uint8_t *ends = planes->ends[plane];
    size_t all = topk_load_end(ends, topk_chunk_count(planes->lg_cells) - 1, width);
    size_t start = number > 0 ? topk_load_end(ends, number - 1, width) : 0;
    size_t end = topk_load_end(ends, number, width);
    if (start > end || end > all) {
        return NULL;
    }
    *size = end - start;
    return planes->data[plane] + start;
}

static bool topk_take_plane(struct topk_filter *filter,
                            const struct topk_planes *planes, unsigned plane)
{
    struct topk_chunk chunk = {.cells = topk_chunk_cells(planes->lg_cells)};
    size_t chunks = topk_chunk_count(planes->lg_cells);
    for (size_t number = 0; number < chunks; number++) {
        size_t size;
        const uint8_t *p = topk_find_chunk(planes, plane, number, &size);
        if (!p || !topk_chunk_take(&chunk, p, size)) {
            return false;
        }
        if (size > 0) {
            topk_filter_or(filter, number * chunk.cells, chunk.bytes, chunk.cells,
                           8 * plane);
        }
    }
    return true;
}

enum sketch_status topk_planes_take(struct topk_filter *out, struct reader *r,
                                    uint64_t most, unsigned max_lg_bytes,
                                    const struct sketch_memory *memory)
{
    struct topk_planes planes;
    *out = (struct topk_filter){NULL, 0, 0};
    if (!topk_planes_find(&planes, r, max_lg_bytes)) {
        return SKETCH_CORRUPT;
    }
    enum sketch_status status = topk_filter_create(
        out, planes.lg_cells, topk_planes_lg_width(planes.count), memory);
    if (status != SKETCH_OK) {
        return status;
    }
    bool good = true;
    for (unsigned plane = 0; good && plane < planes.count; plane++) {
        good = topk_take_plane(out, &planes, plane);
    }
    /* A filter exists because of an item, and a plane because of a cell. */
    uint64_t ceiling = good ? topk_filter_ceiling(out) : 0;
    if (ceiling == 0 || topk_count_planes(ceiling) != planes.count ||
        (ceiling > most && topk_filter_largest(out) > most)) {
        sketch_release(memory, out->cells);
        *out = (struct topk_filter){NULL, 0, 0};
        return SKETCH_CORRUPT;
    }
    return SKETCH_OK;
}

/* One cell of many */

static bool topk_planes_cell(const struct topk_planes *planes, size_t cell,
                             uint64_t *value)
{
    size_t cells = topk_chunk_cells(planes->lg_cells);
    *value = 0;
    for (unsigned plane = 0; plane < planes->count; plane++) {
        size_t size;
        uint8_t byte;
        const uint8_t *p = topk_find_chunk(planes, plane, cell / cells, &size);
        if (!p || !topk_chunk_get(p, size, cells, cell % cells, &byte)) {
            return false;
        }
        *value |= (uint64_t)byte << (8 * plane);
    }
    return true;
}

bool topk_planes_get(const struct topk_planes *planes, uint64_t hash, uint64_t *bound)
{
    struct topk_cells cells = topk_hash_cells(hash, planes->lg_cells);
    uint64_t first, second;
    if (!topk_planes_cell(planes, cells.at[0], &first) ||
        !topk_planes_cell(planes, cells.at[1], &second)) {
        return false;
    }
    *bound = first < second ? first : second;
    return true;
}

/* Whether the chunks of a cell are sound. */
static bool topk_planes_check(const struct topk_planes *planes, size_t cell)
{
    struct topk_chunk chunk = {.cells = topk_chunk_cells(planes->lg_cells)};
    for (unsigned plane = 0; plane < planes->count; plane++) {
        size_t size;
        const uint8_t *p = topk_find_chunk(planes, plane, cell / chunk.cells, &size);
        if (!p || !topk_chunk_take(&chunk, p, size)) {
            return false;
        }
    }
    return true;
}

/* Puts a byte into the chunk of a cell, which is sound; what lies behind moves. */
static void topk_planes_set(struct topk_planes *planes, unsigned plane, size_t cell,
                            uint8_t byte, uint8_t *image, size_t *image_size)
{
    struct topk_chunk chunk = {.cells = topk_chunk_cells(planes->lg_cells)};
    size_t number = cell / chunk.cells;
    size_t old;
    const uint8_t *found = topk_find_chunk(planes, plane, number, &old);
    bool sound = found && topk_chunk_take(&chunk, found, old);
    invariant(sound);
    if (!sound || chunk.bytes[cell % chunk.cells] == byte) {
        return;
    }
    chunk.bytes[cell % chunk.cells] = byte;
    size_t size = topk_chunk_size(&chunk);
    uint8_t *p = image + (found - image);
    memmove(p + size, p + old, *image_size - (size_t)(found - image) - old);
    topk_chunk_put(&chunk, p);
    *image_size += size - old;
    size_t width = topk_end_width(planes->lg_cells);
    uint8_t *end = image + (planes->ends[plane] - image) + number * width;
    for (size_t i = number; i < topk_chunk_count(planes->lg_cells); i++) {
        end = topk_put_end(end, topk_load_end(end, 0, width) + size - old, width);
    }
    for (unsigned next = plane + 1; next < planes->count; next++) {
        planes->ends[next] += size - old;
        planes->data[next] += size - old;
    }
}

bool topk_planes_raise(const struct topk_planes *planes, uint64_t hash, uint64_t bound,
                       uint8_t *image, size_t *size, size_t room)
{
    struct topk_planes moving = *planes;
    struct topk_cells cells = topk_hash_cells(hash, planes->lg_cells);
    /* A chunk with one byte more that is not 0 grows by two bytes at most. */
    size_t growth = (size_t)TOPK_FILTER_ROWS * 2 * planes->count;
    if (topk_count_planes(bound) > planes->count || room - *size < growth ||
        !topk_planes_check(planes, cells.at[0]) ||
        !topk_planes_check(planes, cells.at[1])) {
        return false;
    }
    for (size_t row = 0; row < TOPK_FILTER_ROWS; row++) {
        uint64_t before;
        bool sound = topk_planes_cell(&moving, cells.at[row], &before);
        for (unsigned plane = 0; sound && before < bound && plane < moving.count;
             plane++) {
            topk_planes_set(&moving, plane, cells.at[row],
                            (uint8_t)(bound >> (8 * plane)), image, size);
        }
    }
    return true;
}
