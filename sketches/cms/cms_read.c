/*
 * Bytes into a count-min sketch: a new one, or one that counts already.
 *
 * An image is checked as a whole before any of it is added, so there is nothing to
 * undo.  It says what its largest count is; a sketch that absorbs one image after the
 * other remembers how much more each of its cells can take, and so adds whole rows
 * without looking at a sum.
 */
#include "cms_image.h"

static enum sketch_status cms_note_list(struct cms *sketch,
                                        const struct cms_image *image, uint32_t listed)
{
    bool is_first = sketch->notes.count == 0;
    enum sketch_status status = cms_reserve_notes(sketch, sketch->notes.count + listed);
    if (status != SKETCH_OK) {
        return status;
    }
    struct cms_list list = cms_list_of(image);
    while (cms_list_next(&list)) {
        cms_notes_append(&sketch->notes, list.at, list.count);
    }
    if (is_first) {
        cms_notes_are_sorted(&sketch->notes);
    } else {
        cms_notes_tidy(&sketch->notes);
    }
    return SKETCH_OK;
}

/* Sees to it that each cell can take so much more. */
static enum sketch_status cms_make_spare(struct cms *sketch, uint64_t more)
{
    bool is_new = !sketch->cells && sketch->total == 0;
    enum sketch_status status = cms_widen(sketch, is_new ? more : 0);
    if (status != SKETCH_OK) {
        return status;
    }
    if (is_new) {
        sketch->spare = sketch->cell_max;
    } else if (sketch->spare < more || sketch->spare_total != sketch->total) {
        sketch->spare =
            sketch->cell_max -
            cms_largest(sketch->cells, sketch->cell_bytes, cms_cells(sketch));
    }
    uint64_t largest = sketch->cell_max - sketch->spare;
    if (sketch->spare < more) {
        status = cms_widen(sketch, largest + more);
        sketch->spare = sketch->cell_max - largest;
    }
    return status;
}

static void cms_pour_narrow(struct cms *sketch, const struct cms_image *image,
                            const uint8_t *row, size_t at)
{
    uint8_t room[CMS_RUN];
    for (uint32_t start = 0; start < image->width; start += CMS_RUN) {
        uint32_t count =
            image->width - start < CMS_RUN ? image->width - start : CMS_RUN;
        const uint8_t *bytes =
            cms_unpack(row + (size_t)start * image->bits / 8, image->bits, count, room);
        cms_pour_bytes(sketch->cells, sketch->cell_bytes, at + start, bytes, count);
    }
}

/* Inlined for the common sizes. */
static inline void cms_pour_wide(void *cells, unsigned cell_bytes, size_t at,
                                 const uint8_t *row, unsigned bits, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint64_t more = cms_load_wide(row + (size_t)i * (bits / 8), bits);
        cms_store(cells, cell_bytes, at + i,
                  cms_load(cells, cell_bytes, at + i) + more);
    }
}

static void cms_pour_row(struct cms *sketch, const struct cms_image *image,
                         const uint8_t *row, size_t at)
{
    if (image->bits <= 8) {
        cms_pour_narrow(sketch, image, row, at);
    } else if (image->bits == 16 && sketch->cell_bytes == 2) {
        cms_pour_wide(sketch->cells, 2, at, row, 16, image->width);
    } else if (image->bits == 16 && sketch->cell_bytes == 4) {
        cms_pour_wide(sketch->cells, 4, at, row, 16, image->width);
    } else {
        cms_pour_wide(sketch->cells, sketch->cell_bytes, at, row, image->bits,
                      image->width);
    }
}

static void cms_pour_rows(struct cms *sketch, const struct cms_image *image)
{
    for (uint32_t row = 0; cms_image_counts(image) && row < image->depth; row++) {
        cms_pour_row(sketch, image, image->rows + row * image->row_size,
                     (size_t)row * image->width);
    }
}

static void cms_pour_list(struct cms *sketch, const struct cms_image *image)
{
    struct cms_list list = cms_list_of(image);
    struct cms_listed block[CMS_LIST_BLOCK];
    for (uint32_t taken; (taken = cms_list_take(&list, block)) > 0;) {
        for (uint32_t i = 0; i < taken; i++) {
            uint64_t count = cms_load(sketch->cells, sketch->cell_bytes, block[i].at);
            cms_store(sketch->cells, sketch->cell_bytes, block[i].at,
                      count + block[i].count - image->full);
        }
    }
}

/* Adds an image that was checked to a sketch of its shape. */
static enum sketch_status cms_pour_image(struct cms *sketch,
                                         const struct cms_image *image,
                                         const struct cms_survey *survey)
{
    enum sketch_status status;
    if (image->bits == 0 && cms_can_note(sketch, survey->listed)) {
        status = cms_note_list(sketch, image, survey->listed);
    } else {
        status = cms_make_spare(sketch, survey->most);
        if (status == SKETCH_OK) {
            cms_pour_rows(sketch, image);
            cms_pour_list(sketch, image);
            sketch->spare -= survey->most;
        }
    }
    if (status == SKETCH_OK) {
        sketch->total += image->total;
        sketch->spare_total = sketch->total;
    }
    return status;
}

static enum sketch_status cms_take_image(struct cms **out,
                                         const struct cms_image *image,
                                         const struct cms_survey *survey,
                                         const struct sketch_memory *memory)
{
    struct cms *sketch;
    *out = NULL;
    enum sketch_status status = cms_create(&sketch, image->eps, image->delta, memory);
    if (status != SKETCH_OK) {
        return status;
    }
    status = cms_pour_image(sketch, image, survey);
    if (status != SKETCH_OK) {
        cms_free(sketch);
        return status;
    }
    *out = sketch;
    return SKETCH_OK;
}

enum sketch_status cms_deserialise(struct cms **out, const uint8_t *bytes, size_t size,
                                   const struct sketch_memory *memory)
{
    struct cms_image image;
    struct cms_survey survey;
    *out = NULL;
    if (!cms_image_open(&image, bytes, size) || !cms_image_check(&image, &survey)) {
        return SKETCH_CORRUPT;
    }
    return cms_take_image(out, &image, &survey, memory);
}

/* Makes an empty sketch what the image says, shape and all. */
static enum sketch_status cms_become_image(struct cms *into,
                                           const struct cms_image *image,
                                           const struct cms_survey *survey)
{
    struct cms *fresh;
    enum sketch_status status = cms_take_image(&fresh, image, survey, &into->memory);
    if (status == SKETCH_OK) {
        struct cms empty = *into;
        *into = *fresh;
        *fresh = empty;
        cms_free(fresh);
    }
    return status;
}

enum sketch_status cms_absorb(struct cms *into, const uint8_t *bytes, size_t size)
{
    struct cms_image image;
    struct cms_survey survey;
    if (!cms_image_open(&image, bytes, size) || !cms_image_check(&image, &survey)) {
        return SKETCH_CORRUPT;
    }
    if (image.total == 0) {
        return SKETCH_OK;
    }
    if (into->total == 0) {
        return cms_become_image(into, &image, &survey);
    }
    if (into->eps != image.eps || into->delta != image.delta) {
        return SKETCH_MISMATCH;
    }
    if (image.total > SKETCH_MAX_TOTAL - into->total) {
        return SKETCH_OVERFLOW;
    }
    return cms_pour_image(into, &image, &survey);
}
