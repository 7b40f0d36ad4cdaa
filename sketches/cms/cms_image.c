#include "cms_image.h"

const char cms_tag[4] = {'C', 'M', 'I', 'N'};

bool cms_recognises(const uint8_t *bytes, size_t size)
{
    return opens_with(bytes, size, cms_tag);
}

bool cms_image_open(struct cms_image *image, const uint8_t *bytes, size_t size)
{
    struct reader r = {bytes, size, false};
    take_tag(&r, cms_tag);
    uint8_t version = take_u8(&r);
    image->bits = take_u8(&r);
    image->eps = take_f64(&r);
    image->delta = take_f64(&r);
    image->total = take_u64(&r);
    bool is_power = (image->bits & (image->bits - 1)) == 0;
    if (r.bad || version != CMS_VERSION || image->bits > 64 || !is_power ||
        image->total > SKETCH_MAX_TOTAL ||
        !cms_shape(image->eps, image->delta, &image->width, &image->depth)) {
        return false;
    }
    image->full = image->bits > 1 ? cms_full(image->bits) : 0;
    image->row_size = cms_row_size(image->width, image->bits);
    image->rows = take_bytes(&r, image->row_size * image->depth);
    image->list = r.next;
    image->list_size = r.left;
    return !r.bad;
}

uint64_t cms_image_cell(const struct cms_image *image, uint32_t row, uint32_t column)
{
    const uint8_t *p = image->rows + row * image->row_size;
    unsigned bits = image->bits;
    if (bits >= 16) {
        return cms_load_wide(p + (size_t)column * (bits / 8), bits);
    }
    return (uint64_t)p[column * bits / 8] >> column * bits % 8 & cms_full(bits);
}

/* The list */

/* take_varint, quick for what takes a byte or two. */
static inline uint64_t cms_take_varint(struct reader *r)
{
    const uint8_t *p = r->next;
    if (r->bad || r->left < 2 || (p[0] >= 0x80 && (p[1] >= 0x80 || p[1] == 0))) {
        return take_varint(r);
    }
    size_t size = 1 + (size_t)(p[0] >= 0x80);
    r->next += size;
    r->left -= size;
    return size == 1 ? p[0] : (p[0] & 0x7fu) | (uint32_t)p[1] << 7;
}

bool cms_list_next_long(struct cms_list *list)
{
    struct reader *r = &list->reader;
    if (r->left == 0) {
        return false;
    }
    uint64_t gap = cms_take_varint(r);
    list->count = cms_take_varint(r);
    if (r->bad || gap >= list->image->width * list->image->depth - list->after) {
        r->bad = true;
        return false;
    }
    list->at = list->after + (uint32_t)gap;
    list->after = list->at + 1;
    return true;
}

/* The first marked cell from `at` on, or the number of cells. */
static uint32_t cms_next_mark(const struct cms_image *image, uint32_t at)
{
    uint32_t row = at / image->width;
    uint32_t column = at % image->width;
    for (; row < image->depth; row++, column = 0) {
        const uint8_t *marks = image->rows + row * image->row_size;
        while (column < image->width) {
            unsigned byte = (unsigned)marks[column / 8] >> column % 8;
            if (byte != 0) {
                return row * image->width + column + (unsigned)__builtin_ctz(byte);
            }
            column += 8 - column % 8;
        }
    }
    return image->depth * image->width;
}

bool cms_list_next_marked(struct cms_list *list)
{
    uint32_t at = cms_next_mark(list->image, list->after);
    if (at >= list->image->depth * list->image->width) {
        return false;
    }
    list->count = cms_take_varint(&list->reader);
    list->at = at;
    list->after = at + 1;
    return !list->reader.bad;
}

/* Fills a block as far as entries are two bytes each. */
static uint32_t cms_list_take_short(struct cms_list *list, uint32_t taken,
                                    struct cms_listed block[CMS_LIST_BLOCK])
{
    const uint8_t *p = list->reader.next;
    const uint8_t *end = p + (list->reader.left & ~(size_t)1);
    uint32_t cells = list->image->width * list->image->depth;
    uint32_t after = list->after;
    while (taken < CMS_LIST_BLOCK && p != end && (p[0] | p[1]) < 0x80 &&
           p[0] < cells - after) {
        block[taken++] = (struct cms_listed){after + p[0], p[1]};
        after += p[0] + 1u;
        p += 2;
    }
    list->after = after;
    list->reader.left -= (size_t)(p - list->reader.next);
    list->reader.next = p;
    return taken;
}

uint32_t cms_list_take(struct cms_list *list, struct cms_listed block[CMS_LIST_BLOCK])
{
    uint32_t taken = 0;
    while (taken < CMS_LIST_BLOCK) {
        if (list->image->bits != 1) {
            taken = cms_list_take_short(list, taken, block);
        }
        if (taken == CMS_LIST_BLOCK || !cms_list_next(list)) {
            break;
        }
        block[taken++] = (struct cms_listed){list->at, list->count};
    }
    return taken;
}

/* Goes over entries before `at`, four at a time, as far as each takes two bytes. */
static void cms_list_skip(struct cms_list *list, uint32_t at)
{
    const uint8_t *p = list->reader.next;
    size_t left = list->reader.left;
    uint32_t after = list->after;
    for (; left >= 8; p += 8, left -= 8) {
        uint64_t entries = cms_load_wide(p, 64);
        uint64_t gaps = entries & UINT64_C(0x00ff00ff00ff00ff);
        uint32_t cells = 4 + (uint32_t)(gaps * UINT64_C(0x0001000100010001) >> 48);
        if (entries & UINT64_C(0x8080808080808080) || after + cells > at) {
            break;
        }
        after += cells;
    }
    list->reader.next = p;
    list->reader.left = left;
    list->after = after;
}

bool cms_list_find(struct cms_list *list, uint32_t at)
{
    struct cms_list ahead = *list; /* goes on, while the list stays before an entry */
    bool has_gaps = list->image->bits != 1;
    for (;;) {
        if (has_gaps) {
            cms_list_skip(&ahead, at);
        }
        list->reader = ahead.reader;
        list->after = ahead.after;
        if (!cms_list_next(&ahead) || ahead.at >= at) {
            break;
        }
    }
    list->reader.bad = ahead.reader.bad;
    list->count = ahead.count;
    return !list->reader.bad && ahead.after > at && ahead.at == at;
}

/* Checking */

/* Takes the list, while each cell has all ones in its place and no row counts more
 * than the total; beyond[row] is what the row's cells have beyond that. */
static bool cms_check_list(const struct cms_image *image, struct cms_survey *survey,
                           uint64_t beyond[CMS_MAX_DEPTH])
{
    struct cms_list list = cms_list_of(image);
    struct cms_listed block[CMS_LIST_BLOCK];
    const struct cms_image own = *image; /* which no other pointer can reach */
    uint64_t most = 0;
    uint32_t row = 0;
    uint32_t row_start = 0;
    for (uint32_t taken; (taken = cms_list_take(&list, block)) > 0;) {
        for (uint32_t i = 0; i < taken; i++) {
            uint64_t count = block[i].count;
            while (block[i].at - row_start >= own.width) {
                row_start += own.width;
                row++;
            }
            if (count <= own.full || count > own.total ||
                count - own.full > own.total - beyond[row] ||
                (cms_image_counts(&own) &&
                 cms_image_cell(&own, row, block[i].at - row_start) != own.full)) {
                return false;
            }
            beyond[row] += count - own.full;
            most = count > most ? count : most;
            survey->lengths.of[cms_length(count)]++;
        }
        survey->listed += taken;
    }
    survey->most = most > survey->most ? most : survey->most;
    return took_all(&list.reader);
}

/* The sum of a row of cells of at most 8 bits. */
static uint64_t cms_check_narrow(const struct cms_image *image, const uint8_t *row,
                                 struct cms_lengths *lengths)
{
    uint8_t room[CMS_RUN];
    uint64_t sum = 0;
    if (image->bits == 2) {
        return cms_sum_packed(lengths, row, (uint32_t)image->row_size);
    }
    for (uint32_t start = 0; start < image->width; start += CMS_RUN) {
        uint32_t count =
            image->width - start < CMS_RUN ? image->width - start : CMS_RUN;
        const uint8_t *bytes =
            cms_unpack(row + (size_t)start * image->bits / 8, image->bits, count, room);
        cms_measure(lengths, bytes, count, (uint8_t)image->full);
        sum += cms_sum(bytes, count);
    }
    return sum;
}

/* What a row of wider cells leaves of `left`, all of which it has to take.  Inlined for
 * each width. */
static inline bool cms_check_wide(const struct cms_image *image, const uint8_t *row,
                                  unsigned bits, uint64_t left,
                                  struct cms_survey *survey)
{
    for (uint32_t i = 0; i < image->width; i++) {
        uint64_t count = cms_load_wide(row + (size_t)i * (bits / 8), bits);
        if (count > left) {
            return false;
        }
        left -= count;
        survey->lengths.of[cms_length(count)]++;
        survey->most = count > survey->most ? count : survey->most;
    }
    return left == 0;
}

/* Takes a row that has to add up to `sum`. */
static bool cms_check_row(const struct cms_image *image, const uint8_t *row,
                          uint64_t sum, struct cms_survey *survey)
{
    unsigned spare =
        (unsigned)(image->row_size * 8 - (size_t)image->width * image->bits);
    if (row[image->row_size - 1] >> (8 - spare) != 0) {
        return false;
    }
    switch (image->bits) {
    case 1:
        return sum == 0;
    case 16:
        return cms_check_wide(image, row, 16, sum, survey);
    case 32:
        return cms_check_wide(image, row, 32, sum, survey);
    case 64:
        return cms_check_wide(image, row, 64, sum, survey);
    default:
        return cms_check_narrow(image, row, &survey->lengths) == sum;
    }
}

bool cms_image_check(const struct cms_image *image, struct cms_survey *survey)
{
    uint64_t beyond[CMS_MAX_DEPTH] = {0};
    *survey = (struct cms_survey){.most = image->bits <= 8 ? image->full : 0};
    bool good = cms_check_list(image, survey, beyond);
    for (uint32_t row = 0; good && row < image->depth; row++) {
        uint64_t sum = image->total - beyond[row];
        good = image->bits == 0
                   ? sum == 0
                   : cms_check_row(image, image->rows + row * image->row_size, sum,
                                   survey);
    }
    if (cms_image_counts(image)) {
        survey->lengths.of[image->bits] -= survey->listed; /* what stands for them */
    }
    return good && cms_best_size(&survey->lengths, image->width, image->depth).bits ==
                       image->bits;
}

struct cms_size cms_best_size(const struct cms_lengths *lengths, uint32_t width,
                              uint32_t depth)
{
    static const uint8_t all_bits[] = {64, 32, 16, 8, 4, 2, 1, 0};
    struct cms_size best = {64, SIZE_MAX};
    size_t gaps = 0;
    size_t counts = 0;
    unsigned length = 64;
    for (size_t i = 0; i < sizeof all_bits; i++) {
        unsigned bits = all_bits[i];
        for (; length > (bits == 1 ? 0 : bits); length--) {
            gaps += lengths->of[length];
            counts += lengths->of[length] * ((size_t)(length + 6) / 7);
        }
        size_t size =
            cms_row_size(width, bits) * depth + counts + (bits == 1 ? 0 : gaps);
        if (size <= best.bytes) {
            best = (struct cms_size){bits, size};
        }
    }
    return best;
}
