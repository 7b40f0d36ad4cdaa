/*
 * A stored count-min sketch asked, and added to, where it lies.
 *
 * A question looks at the item's places alone.  The list is needed only when all of
 * these are full, and then once, since it is in the order of the rows.
 */
#include "cms_image.h"

#include <string.h>

bool cms_stored_total(const uint8_t *bytes, size_t size, uint64_t *total)
{
    struct cms_image image;
    bool opened = cms_image_open(&image, bytes, size);
    *total = opened ? image.total : 0;
    return opened;
}

bool cms_stored_error(const uint8_t *bytes, size_t size, double *error)
{
    struct cms_image image;
    bool opened = cms_image_open(&image, bytes, size);
    *error = opened ? image.eps * (double)image.total : 0;
    return opened;
}

/* What the cells hold of which `least` is in each place: the smallest of them.  False
 * when the list is damaged. */
static bool cms_least_listed(const struct cms_image *image,
                             const uint32_t at[CMS_MAX_DEPTH], uint64_t *least)
{
    struct cms_list list = cms_list_of(image);
    *least = image->total;
    for (uint32_t row = 0; row < image->depth; row++) {
        if (!cms_list_find(&list, at[row])) {
            *least = image->full;
            return !list.reader.bad;
        }
        *least = list.count < *least ? list.count : *least;
    }
    return true;
}

bool cms_stored_estimate(const uint8_t *bytes, size_t size, struct hash hash,
                         uint64_t *estimate)
{
    struct cms_image image;
    uint32_t at[CMS_MAX_DEPTH];
    *estimate = 0;
    if (!cms_image_open(&image, bytes, size)) {
        return false;
    }
    cms_place(image.width, image.depth, hash, at);
    uint64_t full = cms_full(image.bits);
    uint64_t least = full;
    for (uint32_t row = 0; image.bits > 0 && row < image.depth; row++) {
        uint64_t count = cms_image_cell(&image, row, at[row] - row * image.width);
        least = count < least ? count : least;
    }
    *estimate = least;
    return least < full || cms_least_listed(&image, at, estimate);
}

/* Adding */

/* A cell that an item is to be added to. */
struct cms_change {
    uint32_t column;
    uint64_t before;
    uint64_t after;
    bool is_listed;
    uint32_t gap; /* in the list, between it and the cell before */
    size_t
        place; /* of that gap, in bytes from the list's start; where it is or will be */
};

/* Finds the item's cells, and what they hold before and after. */
static void cms_find_changes(const struct cms_image *image, struct hash hash,
                             uint64_t weight, struct cms_change changes[CMS_MAX_DEPTH])
{
    uint32_t at[CMS_MAX_DEPTH];
    struct cms_list list = cms_list_of(image);
    cms_place(image->width, image->depth, hash, at);
    for (uint32_t row = 0; row < image->depth; row++) {
        struct cms_change *change = &changes[row];
        change->column = at[row] - row * image->width;
        change->is_listed = cms_list_find(&list, at[row]);
        change->gap = at[row] - list.after;
        change->place = (size_t)(list.reader.next - image->list);
        change->before = change->is_listed ? list.count
                         : cms_image_counts(image)
                             ? cms_image_cell(image, row, change->column)
                             : 0;
        change->after = change->before + weight;
    }
}

/* Whether an image with these changes has cells of as many bits, and takes at most
 * `room` bytes more. */
static bool cms_changes_fit(const struct cms_image *image, struct cms_lengths lengths,
                            const struct cms_change changes[CMS_MAX_DEPTH], size_t room)
{
    size_t more = 0;
    for (uint32_t row = 0; row < image->depth; row++) {
        const struct cms_change *change = &changes[row];
        lengths.of[cms_length(change->before)]--;
        lengths.of[cms_length(change->after)]++;
        if (change->is_listed) {
            more += varint_size(change->after) - varint_size(change->before);
        } else if (change->after > image->full) {
            more += varint_size(change->gap) + varint_size(change->after);
        }
    }
    return more <= room &&
           cms_best_size(&lengths, image->width, image->depth).bits == image->bits;
}

static void cms_put_cell(uint8_t *row, unsigned bits, uint32_t column, uint64_t count)
{
    if (bits < 8) {
        unsigned shift = column * bits % 8;
        uint8_t *p = row + column * bits / 8;
        *p = (uint8_t)((*p & ~(cms_full(bits) << shift)) | count << shift);
        return;
    }
    for (unsigned i = 0; i < bits; i += 8) {
        row[((size_t)column * bits + i) / 8] = (uint8_t)(count >> i);
    }
}

/* Puts a count into the list; returns how many bytes that has now. */
static size_t cms_put_listed(uint8_t *list, size_t size, bool has_gaps,
                             const struct cms_change *change)
{
    struct reader after = {list + change->place, size - change->place, false};
    uint8_t entry[30]; /* three varints */
    uint8_t *end = has_gaps ? put_varint(entry, change->gap) : entry;
    uint64_t gap = has_gaps && after.left > 0 ? take_varint(&after) : 0;
    end = put_varint(end, change->after);
    if (change->is_listed) {
        take_varint(&after);
    } else if (has_gaps && after.left > 0) {
        end = put_varint(end, gap - change->gap - 1);
    }
    size_t written = (size_t)(end - entry);
    memmove(list + change->place + written, after.next, after.left);
    memcpy(list + change->place, entry, written);
    return change->place + written + after.left;
}

bool cms_stored_add(uint8_t *bytes, size_t *size, size_t room, struct hash hash,
                    uint64_t weight)
{
    struct cms_image image;
    struct cms_survey survey;
    struct cms_change changes[CMS_MAX_DEPTH];
    if (!cms_image_open(&image, bytes, *size) || !cms_image_check(&image, &survey) ||
        weight > SKETCH_MAX_TOTAL - image.total) {
        return false;
    }
    cms_find_changes(&image, hash, weight, changes);
    if (!cms_changes_fit(&image, survey.lengths, changes, room - *size)) {
        return false;
    }
    uint8_t *rows = bytes + CMS_HEADER_SIZE;
    uint8_t *list = rows + image.row_size * image.depth;
    size_t list_size = image.list_size;
    uint64_t full = cms_full(image.bits);
    for (uint32_t row = image.depth; row-- > 0;) { /* so that places stay right */
        const struct cms_change *change = &changes[row];
        if (!change->is_listed && image.bits > 0) {
            cms_put_cell(rows + row * image.row_size, image.bits, change->column,
                         change->after < full ? change->after : full);
        }
        if (change->after > image.full) {
            list_size = cms_put_listed(list, list_size, image.bits != 1, change);
        }
    }
    put_u64(bytes + CMS_TOTAL_AT, image.total + weight);
    *size = (size_t)(list - bytes) + list_size;
    return true;
}
