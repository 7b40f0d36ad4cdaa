/*
 * Sliding HyperLogLog (Chabchoub, Hebrail 2010), for windows whose oldest item goes
 * first.
 *
 * A register is the highest value of its items.  An item can still become that when all
 * before it have gone, but only while no later one has a value as high.  So of each
 * register a list is kept of the items that can: positions ascend, values fall, the
 * first has the register's value now.  A new item takes those from the end of the list
 * that are not above it; the oldest one, when it goes, is the first of its list or in
 * none.  A list is as long as the maxima of a random sequence, read backwards, are
 * many: the logarithm of the items.
 *
 * While a sketch would list its coupons, what counts is how many there are, so all
 * coupons of the window are counted as well, each as often as it occurs.
 */
#include "hll_slide.h"

#include "hll_private.h"
#include "invariant.h"
#include "salt.h"

#include <stdlib.h>
#include <string.h>

/* A record of a list: 26 bits of position, then 6 of value. */
enum { HLL_RECORD_BITS = 6, HLL_RECORD_VALUES = (1 << HLL_RECORD_BITS) - 1 };
#define HLL_POSITIONS ((UINT32_C(1) << (32 - HLL_RECORD_BITS)) - 1)

struct hll_maxima {
    uint32_t *records;
    uint16_t first;
    uint16_t count; /* of the records from first on */
    uint16_t room;
};

/* A coupon, and how many items of the window have it. */
struct hll_counted {
    uint32_t coupon; /* 0: the cell is free */
    uint32_t items;
};

struct hll_slide {
    struct sketch_memory memory;
    int precision;
    uint32_t slot_mask;
    uint32_t oldest; /* the position of the oldest item, and of the next one */
    uint32_t next;
    struct hll_tally tally; /* of the registers */
    struct hll_maxima *registers;

    struct hll_counted *cells; /* open addressing; never more than half are used */
    uint32_t cell_mask;
    uint32_t different;
    uint64_t salt; /* so that nobody can choose coupons of one cell */
};

enum { HLL_SLIDE_FIRST_CELLS = 64, HLL_SLIDE_FIRST_RECORDS = 2 };

enum sketch_status hll_slide_create(struct hll_slide **out, int precision,
                                    const struct sketch_memory *memory)
{
    *out = NULL;
    if (precision < HLL_MIN_PRECISION || precision > HLL_MAX_PRECISION) {
        return SKETCH_RANGE;
    }
    struct hll_slide *slide = sketch_allocate(memory, sizeof *slide);
    if (!slide) {
        return SKETCH_NOMEM;
    }
    size_t slots = (size_t)1 << precision;
    slide->memory = *memory;
    slide->salt = salt_new(slide, 0);
    slide->precision = precision;
    slide->slot_mask = (uint32_t)slots - 1;
    slide->tally.of[0] = (uint32_t)slots;
    slide->cell_mask = HLL_SLIDE_FIRST_CELLS - 1;
    slide->registers = sketch_allocate(memory, slots * sizeof *slide->registers);
    slide->cells =
        sketch_allocate(memory, HLL_SLIDE_FIRST_CELLS * sizeof *slide->cells);
    if (!slide->registers || !slide->cells) {
        hll_slide_free(slide);
        return SKETCH_NOMEM;
    }
    *out = slide;
    return SKETCH_OK;
}

void hll_slide_free(struct hll_slide *slide)
{
    if (slide) {
        struct sketch_memory memory = slide->memory;
        for (size_t i = 0; slide->registers && i <= slide->slot_mask; i++) {
            sketch_release(&memory, slide->registers[i].records);
        }
        sketch_release(&memory, slide->registers);
        sketch_release(&memory, slide->cells);
        sketch_release(&memory, slide);
    }
}

/* The cell of a coupon, or the free one where it belongs. */
static uint32_t hll_slide_cell(const struct hll_slide *slide, uint32_t coupon)
{
    uint32_t mask = slide->cell_mask;
    uint32_t at = (uint32_t)hash_finalise(coupon + slide->salt) & mask;
    while (slide->cells[at].items != 0 && slide->cells[at].coupon != coupon) {
        at = (at + 1) & mask;
    }
    return at;
}

/* Makes room for one coupon more. */
static enum sketch_status hll_slide_reserve(struct hll_slide *slide)
{
    uint32_t size = slide->cell_mask + 1;
    if (2 * (slide->different + 1) <= size) {
        return SKETCH_OK;
    }
    struct hll_counted *old = slide->cells;
    struct hll_counted *cells =
        sketch_allocate(&slide->memory, 2 * (size_t)size * sizeof *cells);
    if (!cells) {
        return SKETCH_NOMEM;
    }
    slide->cells = cells;
    slide->cell_mask = 2 * size - 1;
    for (uint32_t i = 0; i < size; i++) {
        if (old[i].items != 0) {
            cells[hll_slide_cell(slide, old[i].coupon)] = old[i];
        }
    }
    sketch_release(&slide->memory, old);
    return SKETCH_OK;
}

static void hll_slide_count(struct hll_slide *slide, uint32_t coupon)
{
    struct hll_counted *cell = &slide->cells[hll_slide_cell(slide, coupon)];
    slide->different += cell->items == 0;
    cell->coupon = coupon;
    cell->items++;
}

/* Whatever follows a cell that becomes free, without a gap, and belongs before it or
 * there moves up. */
static void hll_slide_uncount(struct hll_slide *slide, uint32_t coupon)
{
    uint32_t mask = slide->cell_mask;
    uint32_t hole = hll_slide_cell(slide, coupon);
    invariant(slide->cells[hole].items > 0);
    if (--slide->cells[hole].items > 0) {
        return;
    }
    slide->different--;
    for (uint32_t at = (hole + 1) & mask; slide->cells[at].items != 0;
         at = (at + 1) & mask) {
        struct hll_counted moved = slide->cells[at];
        slide->cells[at].items = 0;
        uint32_t home = hll_slide_cell(slide, moved.coupon);
        slide->cells[home] = moved;
    }
}

static unsigned hll_record_value(uint32_t record) { return record & HLL_RECORD_VALUES; }

/* The value of a register. */
static unsigned hll_maxima_value(const struct hll_maxima *maxima)
{
    return maxima->count > 0 ? hll_record_value(maxima->records[maxima->first]) : 0;
}

/* Makes room for a record behind the last. */
static enum sketch_status hll_maxima_reserve(struct hll_maxima *maxima,
                                             const struct sketch_memory *memory)
{
    if (maxima->first + maxima->count < maxima->room) {
        return SKETCH_OK;
    }
    if (maxima->first > 0) {
        memmove(maxima->records, maxima->records + maxima->first,
                maxima->count * sizeof *maxima->records);
        maxima->first = 0;
        return SKETCH_OK;
    }
    unsigned room = maxima->room > 0 ? 2U * maxima->room : HLL_SLIDE_FIRST_RECORDS;
    uint32_t *records =
        memory->resize(memory->ctx, maxima->records, room * sizeof *records);
    if (!records) {
        return SKETCH_NOMEM;
    }
    maxima->records = records;
    maxima->room = (uint16_t)room; /* values fall: there are at most 63 */
    return SKETCH_OK;
}

static void hll_slide_set(struct hll_slide *slide, unsigned old, unsigned value)
{
    slide->tally.of[old]--;
    slide->tally.of[value]++;
}

enum sketch_status hll_slide_add(struct hll_slide *slide, struct hash hash)
{
    uint32_t coupon = hll_coupon(hash);
    unsigned value = coupon >> HLL_ADDRESS_BITS;
    struct hll_maxima *maxima = &slide->registers[coupon & slide->slot_mask];
    if (slide->next - slide->oldest >= HLL_SLIDE_MOST) {
        return SKETCH_OVERFLOW;
    }
    if (hll_slide_reserve(slide) != SKETCH_OK ||
        hll_maxima_reserve(maxima, &slide->memory) != SKETCH_OK) {
        return SKETCH_NOMEM;
    }
    unsigned old = hll_maxima_value(maxima);
    uint32_t *end = maxima->records + maxima->first + maxima->count;
    while (maxima->count > 0 && hll_record_value(end[-1]) <= value) {
        end--;
        maxima->count--;
    }
    *end = slide->next << HLL_RECORD_BITS | value;
    maxima->count++;
    hll_slide_set(slide, old, hll_maxima_value(maxima));
    hll_slide_count(slide, coupon);
    slide->next++;
    return SKETCH_OK;
}

void hll_slide_remove(struct hll_slide *slide, struct hash hash)
{
    uint32_t coupon = hll_coupon(hash);
    struct hll_maxima *maxima = &slide->registers[coupon & slide->slot_mask];
    invariant(slide->oldest != slide->next);
    if (maxima->count > 0 && maxima->records[maxima->first] >> HLL_RECORD_BITS ==
                                 (slide->oldest & HLL_POSITIONS)) {
        unsigned old = hll_maxima_value(maxima);
        maxima->count--;
        maxima->first = maxima->count > 0 ? (uint16_t)(maxima->first + 1) : 0;
        hll_slide_set(slide, old, hll_maxima_value(maxima));
    }
    hll_slide_uncount(slide, coupon);
    slide->oldest++;
}

/* Would a sketch still list these items? */
static bool hll_slide_is_listing(const struct hll_slide *slide)
{
    uint32_t most = slide->precision < HLL_SET_PRECISION
                        ? HLL_LIST_SIZE - 1
                        : UINT32_C(3) << (slide->precision - 5);
    return slide->different <= most;
}

double hll_slide_estimate(const struct hll_slide *slide)
{
    return hll_slide_is_listing(slide)
               ? hll_coupon_estimate(slide->different)
               : hll_register_estimate(&slide->tally, slide->precision);
}

static int hll_slide_compare(const void *left, const void *right)
{
    const uint32_t *a = left;
    const uint32_t *b = right;
    return (*a > *b) - (*a < *b);
}

/* In the order of the coupons, which is the same whatever was in the window before. */
static enum sketch_status hll_slide_list(const struct hll_slide *slide,
                                         struct hll *sketch)
{
    const struct sketch_memory *memory = &slide->memory;
    uint32_t *coupons =
        memory->resize(memory->ctx, NULL, (slide->different + 1) * sizeof *coupons);
    if (!coupons) {
        return SKETCH_NOMEM;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i <= slide->cell_mask; i++) {
        if (slide->cells[i].items > 0) {
            coupons[count++] = slide->cells[i].coupon;
        }
    }
    invariant(count == slide->different);
    qsort(coupons, count, sizeof *coupons, hll_slide_compare);
    enum sketch_status status = SKETCH_OK;
    for (uint32_t i = 0; status == SKETCH_OK && i < count; i++) {
        status = hll_add_coupon(sketch, coupons[i]);
    }
    sketch_release(memory, coupons);
    return status;
}

static enum sketch_status hll_slide_fill(const struct hll_slide *slide,
                                         struct hll *sketch)
{
    sketch->registers = sketch_allocate(&slide->memory, slide->slot_mask + 1);
    if (!sketch->registers) {
        return SKETCH_NOMEM;
    }
    for (uint32_t i = 0; i <= slide->slot_mask; i++) {
        sketch->registers[i] = (uint8_t)hll_maxima_value(&slide->registers[i]);
    }
    sketch->merged = true;
    return SKETCH_OK;
}

enum sketch_status hll_slide_sketch(const struct hll_slide *slide, struct hll **out)
{
    enum sketch_status status = hll_create(out, slide->precision, &slide->memory);
    if (status != SKETCH_OK) {
        return status;
    }
    status = hll_slide_is_listing(slide) ? hll_slide_list(slide, *out)
                                         : hll_slide_fill(slide, *out);
    if (status != SKETCH_OK) {
        hll_free(*out);
        *out = NULL;
    }
    return status;
}
