/*
 * The bytes of a count-min sketch (docs/formats.md), taken apart.
 *
 *      0  "CMIN", version 1
 *      5  bits of a cell: 0, 1, 2, 4, 8, 16, 32 or 64
 *      6  eps, delta: doubles    22  total    all little-endian
 *     30  the rows, each of width cells and filled up to a whole byte
 *         the list: of each cell whose count is more than so many bits say, in order,
 *         varint number of cells between it and the one before, varint count
 *
 * A listed cell has all ones in its place.  With 0 bits there are no rows, and each
 * cell that is not zero is listed; so it is with 1 bit, which is no count but the mark
 * of such a cell, and saves the list the gaps.  So a question looks at as many places
 * as there are rows, and seldom at the list.
 *
 * The bits are those for which the rows and the list are smallest, when each gap in the
 * list is taken for one byte: that depends on how many counts there are of which
 * length, and not on where they are.  So each content has one image.
 */
#ifndef CMS_IMAGE_H
#define CMS_IMAGE_H

#include "bytes.h"
#include "cms_pack.h"
#include "cms_private.h"

extern const char cms_tag[4];
enum { CMS_VERSION = 1, CMS_TOTAL_AT = 22, CMS_HEADER_SIZE = 30 };

struct cms_image {
    double eps;
    double delta;
    uint64_t total;
    uint32_t width;
    uint32_t depth;
    unsigned bits;
    uint64_t full; /* the most that they say: 0 of marks */
    const uint8_t *rows;
    size_t row_size;
    const uint8_t *list;
    size_t list_size;
};

static inline size_t cms_row_size(uint32_t width, unsigned bits)
{
    return ((size_t)width * bits + 7) / 8;
}

static inline bool cms_image_counts(const struct cms_image *image)
{
    return image->bits > 1; /* in its rows */
}

/* False unless the header is a good one and the rows are there. */
bool cms_image_open(struct cms_image *image, const uint8_t *bytes, size_t size);

/* What is in a cell's place, of which there are some. */
uint64_t cms_image_cell(const struct cms_image *image, uint32_t row, uint32_t column);

/* A cell of 16, 32 or 64 bits; made part of loops that know how many. */
static inline uint64_t cms_load_wide(const uint8_t *p, unsigned bits)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < bits; i += 8) {
        count |= (uint64_t)p[i / 8] << i;
    }
    return count;
}

/*
 * The list of an image, one cell after the other:
 *
 *     struct cms_list list = cms_list_of(image);
 *     while (cms_list_next(&list)) ...list.at, list.count...
 *     good = took_all(&list.reader);
 */
struct cms_list {
    struct reader reader;
    const struct cms_image *image;
    uint32_t after; /* where the next one may be */
    uint32_t at;
    uint64_t count;
};

static inline struct cms_list cms_list_of(const struct cms_image *image)
{
    return (struct cms_list){.reader = {image->list, image->list_size, false},
                             .image = image};
}

/* Parts of cms_list_next: the rare ones. */
bool cms_list_next_marked(struct cms_list *list);
bool cms_list_next_long(struct cms_list *list);

/* False at the end, and when the next one is damaged. */
static inline bool cms_list_next(struct cms_list *list)
{
    struct reader *r = &list->reader;
    if (list->image->bits == 1) {
        return cms_list_next_marked(list);
    }
    if (r->left < 2 || (r->next[0] | r->next[1]) >= 0x80 ||
        r->next[0] >= list->image->width * list->image->depth - list->after) {
        return cms_list_next_long(list);
    }
    list->at = list->after + r->next[0];
    list->count = r->next[1];
    list->after = list->at + 1;
    r->next += 2;
    r->left -= 2;
    return true;
}

/* Many at once, which is quicker: returns how many there are, 0 when cms_list_next
 * would be false. */
enum { CMS_LIST_BLOCK = 64 };

struct cms_listed {
    uint32_t at;
    uint64_t count;
};

uint32_t cms_list_take(struct cms_list *list, struct cms_listed block[CMS_LIST_BLOCK]);

/* Goes on to where `at` is in the list or would be, which is not before the list's
 * place, and no further; true, with its count, if it is there. */
bool cms_list_find(struct cms_list *list, uint32_t at);

/* What has to be known of an image before it is used. */
struct cms_survey {
    struct cms_lengths lengths;
    uint32_t listed; /* cells */
    uint64_t most;   /* no cell holds more */
};

/* True if a writer can have written the image. */
bool cms_image_check(const struct cms_image *image, struct cms_survey *survey);

/* The bits of a cell in the image of counts of these lengths, the fewer if two would
 * do; and what rows and list take, each gap being taken for one byte. */
struct cms_size {
    unsigned bits;
    size_t bytes;
};

struct cms_size cms_best_size(const struct cms_lengths *lengths, uint32_t width,
                              uint32_t depth);

#endif
