#include "tdigest_draft.h"

#include "bytes.h"

struct draft draft;

const uint8_t image_of_none[8] = {1, 1, 20, 100, 0, 1, 0, 0};

const uint8_t image_of_one[16] = {1, 1, 20, 100, 0, 6, 0,    0,
                                  0, 0, 0,  0,   0, 0, 0xf0, 0x3f};
const uint8_t image_of_two[64] = {
    2, 1, 20, 100, 0, 4, 0,    0,    2, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0,  0,   0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0x40,
    0, 0, 0,  0,   0, 0, 0xf0, 0x3f, 1, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0,  0,   0, 0, 0,    0x40, 1, 0, 0, 0, 0, 0, 0, 0};

void draft_begin(void) { draft.size = 0; }

void draft_add(const void *bytes, size_t size)
{
    assert_true(draft.size + size <= sizeof draft.bytes);
    memcpy(draft.bytes + draft.size, bytes, size);
    draft.size += size;
}

void draft_u32(uint32_t number)
{
    uint8_t bytes[4];
    put_u32(bytes, number);
    draft_add(bytes, 4);
}

void draft_u64(uint64_t number)
{
    uint8_t bytes[8];
    put_u64(bytes, number);
    draft_add(bytes, 8);
}

void draft_f64(double number)
{
    uint8_t bytes[8];
    put_f64(bytes, number);
    draft_add(bytes, 8);
}

void draft_f32(float number)
{
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    draft_u32(bits);
}

/* Turns the last bytes around, for what is big-endian. */
static void draft_turn(size_t size)
{
    uint8_t *end = draft.bytes + draft.size;
    for (size_t i = 0; i < size / 2; i++) {
        uint8_t byte = end[-1 - (ptrdiff_t)i];
        end[-1 - (ptrdiff_t)i] = end[(ptrdiff_t)i - (ptrdiff_t)size];
        end[(ptrdiff_t)i - (ptrdiff_t)size] = byte;
    }
}

void draft_big_u32(uint32_t number)
{
    draft_u32(number);
    draft_turn(4);
}

void draft_big_f64(double number)
{
    draft_f64(number);
    draft_turn(8);
}

void draft_big_f32(float number)
{
    draft_f32(number);
    draft_turn(4);
}

void draft_head(uint32_t centroids, uint32_t values, double least, double most)
{
    static const uint8_t head[8] = {2, 1, 20, 200, 0, 4, 0, 0};
    draft_begin();
    draft_add(head, 8);
    draft_u32(centroids);
    draft_u32(values);
    draft_f64(least);
    draft_f64(most);
}

void draft_centroid(double mean, uint64_t weight)
{
    draft_f64(mean);
    draft_u64(weight);
}

enum sketch_status draft_status(struct tdigest **sketch)
{
    /* Its own block, so that a sanitizer sees a read beyond its end. */
    uint8_t *block = malloc(draft.size ? draft.size : 1);
    memcpy(block, draft.bytes, draft.size);
    enum sketch_status status =
        tdigest_deserialise(sketch, block, draft.size, &sketch_libc_memory);
    assert_true((status == SKETCH_OK) == (*sketch != NULL));
    free(block);
    return status;
}

struct tdigest *read_draft(void)
{
    struct tdigest *sketch;
    assert_int_equal(draft_status(&sketch), SKETCH_OK);
    return sketch;
}

void assert_draft_refused(void)
{
    struct tdigest *sketch;
    assert_int_equal(draft_status(&sketch), SKETCH_CORRUPT);
}

void write_draft(const struct tdigest *sketch)
{
    uint8_t *bytes;
    size_t size;
    assert_int_equal(tdigest_serialise(sketch, &bytes, &size), SKETCH_OK);
    draft_begin();
    draft_add(bytes, size);
    free(bytes);
}

void assert_draft(const uint8_t *bytes, size_t size)
{
    assert_int_equal(draft.size, size);
    assert_memory_equal(draft.bytes, bytes, size);
}
