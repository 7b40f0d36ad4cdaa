/* Images out: serial version 3, in order. */
#include "theta_private.h"

#include "bytes.h"

enum {
    THETA_VERSION = 3,
    THETA_FLAGS = 0x1a, /* read-only, compact, ordered */
    THETA_FLAG_EMPTY = 4
};

static unsigned theta_longs(const struct theta_run *run)
{
    return !run->has_items ? 1 : run->limit < THETA_MOST ? 3 : run->count == 1 ? 1 : 2;
}

size_t theta_put_preamble(uint8_t *bytes, const struct theta_run *run)
{
    static const uint8_t seed_hash[] = {0xcc, 0x93}; /* of HASH_SEED */
    unsigned longs = theta_longs(run);
    uint8_t *p = put_u8(bytes, (uint8_t)longs);
    p = put_u8(p, THETA_VERSION);
    p = put_u8(p, 3); /* the family */
    p = put_u16(p, 0);
    p = put_u8(p, (uint8_t)(THETA_FLAGS | (run->has_items ? 0 : THETA_FLAG_EMPTY)));
    p = put_bytes(p, seed_hash, sizeof seed_hash);
    if (longs >= 2) {
        p = put_u32(p, (uint32_t)run->count);
        p = put_u32(p, 0);
    }
    if (longs == 3) {
        p = put_u64(p, run->limit);
    }
    return (size_t)(p - bytes);
}

static void theta_put_image(uint8_t *p, const struct theta_run *run)
{
    p += theta_put_preamble(p, run);
    for (size_t i = 0; i < run->count; i++) {
        p = put_u64(p, run->words[i]);
    }
}

static enum sketch_status theta_write(const struct theta *sketch, size_t most,
                                      uint8_t **bytes, size_t *size)
{
    struct theta_run run;
    uint64_t *owned;
    *bytes = NULL;
    enum sketch_status status = theta_view(sketch, &run, &owned);
    if (status != SKETCH_OK) {
        return status;
    }
    if (run.count > most) {
        run.count = most;
        run.limit = run.words[most];
    }
    *size = 8 * (theta_longs(&run) + run.count);
    *bytes = sketch->memory.resize(sketch->memory.ctx, NULL, *size);
    if (*bytes) {
        theta_put_image(*bytes, &run);
    }
    sketch_release(&sketch->memory, owned);
    return *bytes ? SKETCH_OK : SKETCH_NOMEM;
}

enum sketch_status theta_serialise(const struct theta *sketch, uint8_t **bytes,
                                   size_t *size)
{
    return theta_write(sketch, SIZE_MAX, bytes, size);
}

enum sketch_status theta_serialise_total(const struct theta *sketch, uint8_t **bytes,
                                         size_t *size)
{
    return theta_write(sketch, theta_k(sketch), bytes, size);
}
