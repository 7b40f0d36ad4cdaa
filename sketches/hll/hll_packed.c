#include "hll_packed.h"

#include "invariant.h"

#include <math.h>

enum {
    HLL_NIBBLES = 16,
    HLL_PAIRS = HLL_NIBBLES * HLL_NIBBLES, /* of nibbles: the values of a byte */
    HLL_BLOCK = 128,                       /* registers that are unpacked at a time */
    HLL_FEW_CELLS = 32 /* each of which is compared with all others */
};

static void hll_unpack_4(uint8_t *registers, const uint8_t *p, size_t count,
                         uint8_t minimum)
{
    for (size_t i = 0; i < count / 2; i++) {
        registers[2 * i] = (uint8_t)((p[i] & 15) + minimum);
        registers[2 * i + 1] = (uint8_t)((p[i] >> 4) + minimum);
    }
}

static void hll_unpack_6(uint8_t *registers, const uint8_t *p, size_t count)
{
    for (size_t i = 0; i < count; i += 4, p += 3) {
        uint32_t four = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
        registers[i] = four & 63;
        registers[i + 1] = four >> 6 & 63;
        registers[i + 2] = four >> 12 & 63;
        registers[i + 3] = (uint8_t)(four >> 18);
    }
}

/* The values of `count` registers from `first` on, which lie in the image or in `room`.
 * In the place of an exception is the lowest value that one can have. */
static const uint8_t *hll_packed_values(const struct hll_image *image, size_t first,
                                        size_t count, uint8_t room[HLL_BLOCK])
{
    switch (image->type) {
    case HLL_4:
        hll_unpack_4(room, image->registers + first / 2, count, image->minimum);
        return room;
    case HLL_6:
        hll_unpack_6(room, image->registers + first / 4 * 3, count);
        return room;
    case HLL_8:
        break;
    }
    return image->registers + first;
}

/* Registers that are looked at together, of so many; a power of two. */
static size_t hll_block_size(size_t slots)
{
    return slots < HLL_BLOCK ? slots : HLL_BLOCK;
}

void hll_packed_raise(const struct hll_image *image, uint8_t *registers, int precision)
{
    invariant(precision <= image->precision);
    size_t mask = ((size_t)1 << precision) - 1;
    size_t block = hll_block_size(mask + 1);
    uint8_t room[HLL_BLOCK];
    for (size_t first = 0; first < hll_image_slots(image); first += block) {
        hll_take_higher(registers + (first & mask),
                        hll_packed_values(image, first, block, room), block);
    }
    for (size_t i = 0; i < image->cell_count; i++) {
        uint32_t cell = hll_image_cell(image, i);
        uint8_t value = (uint8_t)(cell >> HLL_ADDRESS_BITS);
        uint8_t *at = &registers[cell & mask];
        *at = value > *at ? value : *at; /* a free cell is of no value */
    }
}

bool hll_packed_is_untouched(const struct hll_image *image)
{
    size_t size = hll_packed_size(image->precision, image->type);
    size_t at = 0;
    if (image->type == HLL_4 && image->minimum > 0) {
        return false;
    }
    while (at < size && image->registers[at] == 0) {
        at++;
    }
    return at == size;
}

/* What registers of six or eight bits have in common. */
struct hll_extent {
    uint8_t lowest;
    uint8_t bits; /* that one of them has */
    uint32_t zeros;
};

static struct hll_extent hll_measure(const struct hll_image *image)
{
    struct hll_extent extent = {.lowest = UINT8_MAX};
    size_t block = hll_block_size(hll_image_slots(image));
    uint8_t room[HLL_BLOCK];
    for (size_t first = 0; first < hll_image_slots(image); first += block) {
        const uint8_t *values = hll_packed_values(image, first, block, room);
        uint8_t zeros = 0; /* as wide as the values: so compilers see vectors */
        for (size_t i = 0; i < block; i++) {
            extent.lowest = values[i] < extent.lowest ? values[i] : extent.lowest;
            extent.bits |= values[i];
            zeros = (uint8_t)(zeros + (values[i] == 0));
        }
        extent.zeros += zeros;
    }
    return extent;
}

uint32_t hll_packed_zeros(const struct hll_image *image)
{
    if (image->type != HLL_4) {
        return hll_measure(image).zeros;
    }
    return image->minimum == 0 ? image->at_minimum : 0;
}

/* Counts bytes, which are pairs, into four tables in turn, since equal neighbours would
 * wait for each other. */
static void hll_count_nibbles(const uint8_t *packed, size_t size,
                              uint32_t counts[HLL_NIBBLES])
{
    uint32_t pairs[4][HLL_PAIRS] = {{0}};
    for (size_t i = 0; i < size; i += 4) {
        pairs[0][packed[i]]++;
        pairs[1][packed[i + 1]]++;
        pairs[2][packed[i + 2]]++;
        pairs[3][packed[i + 3]]++;
    }
    for (int pair = 0; pair < HLL_PAIRS; pair++) {
        uint32_t count =
            pairs[0][pair] + pairs[1][pair] + pairs[2][pair] + pairs[3][pair];
        counts[pair / HLL_NIBBLES] += count;
        counts[pair % HLL_NIBBLES] += count;
    }
}

/* Whether the cell answers for a register that waits for it. */
static bool hll_is_exception(const struct hll_image *image, uint32_t cell)
{
    uint32_t slot = cell & HLL_ADDRESS;
    uint32_t value = cell >> HLL_ADDRESS_BITS;
    return slot < hll_image_slots(image) &&
           (image->registers[slot / 2] >> slot % 2 * 4 & 15) == HLL_EXCEPTION &&
           value >= (uint32_t)image->minimum + HLL_EXCEPTION;
}

static bool hll_tally_exceptions(const struct hll_image *image, uint32_t waiting,
                                 struct hll_tally *tally)
{
    uint32_t found = 0;
    for (size_t i = 0; i < image->cell_count; i++) {
        uint32_t cell = hll_image_cell(image, i);
        if (cell != 0) {
            if (!hll_is_exception(image, cell)) {
                return false;
            }
            tally->of[cell >> HLL_ADDRESS_BITS]++;
            found++;
        }
    }
    return found == image->count && found == waiting;
}

static bool hll_tally_4(const struct hll_image *image, struct hll_tally *tally)
{
    uint32_t counts[HLL_NIBBLES] = {0};
    hll_count_nibbles(image->registers, hll_image_slots(image) / 2, counts);
    uint32_t waiting = counts[HLL_EXCEPTION];
    for (int nibble = 0; nibble < HLL_EXCEPTION; nibble++) {
        int value = image->minimum + nibble;
        *(value < HLL_VALUES ? &tally->of[value] : &waiting) += counts[nibble];
    }
    return hll_tally_exceptions(image, waiting, tally);
}

static bool hll_tally_values(const struct hll_image *image, struct hll_tally *tally)
{
    size_t slots = hll_image_slots(image);
    size_t block = image->type == HLL_8 ? slots : hll_block_size(slots);
    uint8_t room[HLL_BLOCK];
    if (hll_measure(image).bits >= HLL_VALUES) {
        return false;
    }
    for (size_t first = 0; first < slots; first += block) {
        hll_tally_registers(tally, hll_packed_values(image, first, block, room), block);
    }
    return true;
}

bool hll_packed_tally(const struct hll_image *image, struct hll_tally *tally)
{
    *tally = (struct hll_tally){{0}};
    return image->type == HLL_4 ? hll_tally_4(image, tally)
                                : hll_tally_values(image, tally);
}

/* Every register in use has added one at least to the estimate. */
static bool hll_estimate_fits(const struct hll_image *image, uint32_t zeros)
{
    double used = (double)(hll_image_slots(image) - zeros);
    return hll_image_has(image, HLL_FLAG_MERGED) ||
           (image->hip >= used && isfinite(image->hip));
}

static bool hll_sums_fit(const struct hll_image *image, const struct hll_tally *tally)
{
    struct hll_sums sums = hll_sums_of(tally);
    return image->minimum == sums.minimum && image->at_minimum == sums.at_minimum &&
           image->kxq0 == sums.kxq0 && image->kxq1 == sums.kxq1;
}

static bool hll_few_differ(const struct hll_image *image)
{
    bool differ = true;
    for (size_t i = 0; i < image->cell_count; i++) {
        uint32_t cell = hll_image_cell(image, i);
        for (size_t k = 0; cell != 0 && k < i; k++) {
            differ = differ && ((cell ^ hll_image_cell(image, k)) & HLL_ADDRESS) != 0;
        }
    }
    return differ;
}

static enum sketch_status hll_many_differ(const struct hll_image *image,
                                          const struct sketch_memory *memory)
{
    enum sketch_status status = SKETCH_OK;
    uint8_t *told = sketch_allocate(memory, hll_image_slots(image) / 8);
    if (!told) {
        return SKETCH_NOMEM;
    }
    for (size_t i = 0; status == SKETCH_OK && i < image->cell_count; i++) {
        uint32_t cell = hll_image_cell(image, i);
        uint8_t *at = &told[(cell & HLL_ADDRESS) / 8];
        uint8_t bit = (uint8_t)(1 << cell % 8);
        status = cell != 0 && (*at & bit) != 0 ? SKETCH_CORRUPT : SKETCH_OK;
        *at |= cell != 0 ? bit : 0;
    }
    sketch_release(memory, told);
    return status;
}

static bool hll_agrees_4(const struct hll_image *image)
{
    struct hll_tally tally;
    return hll_packed_tally(image, &tally) && hll_sums_fit(image, &tally) &&
           hll_estimate_fits(image, tally.of[0]);
}

static bool hll_agrees_otherwise(const struct hll_image *image)
{
    struct hll_extent extent = hll_measure(image);
    return extent.bits < HLL_VALUES && image->minimum <= extent.lowest &&
           hll_estimate_fits(image, extent.zeros);
}

/* All but that no register has two exceptions.  These are as many as the registers that
 * wait for one. */
static bool hll_agrees(const struct hll_image *image)
{
    if (hll_image_has(image, HLL_FLAG_EMPTY) && !hll_packed_is_untouched(image)) {
        return false;
    }
    return image->type == HLL_4 ? hll_agrees_4(image) : hll_agrees_otherwise(image);
}

bool hll_packed_is_sound(const struct hll_image *image)
{
    return image->cell_count <= HLL_FEW_CELLS && hll_agrees(image) &&
           hll_few_differ(image);
}

enum sketch_status hll_packed_check(const struct hll_image *image,
                                    const struct sketch_memory *memory)
{
    if (image->cell_count <= HLL_FEW_CELLS) {
        return hll_packed_is_sound(image) ? SKETCH_OK : SKETCH_CORRUPT;
    }
    return hll_agrees(image) ? hll_many_differ(image, memory) : SKETCH_CORRUPT;
}
