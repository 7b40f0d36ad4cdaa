/*
 * Any stream at all: parsed whole, in two parts cut anywhere, or byte by byte, it
 * gives the same events, counts and last words, with a small limit and a large one.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool fuzz_note(void *ctx, const struct sse_event *event)
{
    struct buffer *out = ctx;
    buffer_append(out, event->type.bytes, event->type.size);
    buffer_append_byte(out, '|');
    buffer_append(out, event->data.bytes, event->data.size);
    buffer_append_byte(out, ';');
    return true;
}

/* Writes down all that can be observed after the stream in pieces of `piece` bytes,
 * the first one of `first`. */
static void fuzz_parse(const uint8_t *data, size_t size, size_t limit, size_t first,
                       size_t piece, struct buffer *out)
{
    struct sse sse;
    out->size = 0;
    sse_init(&sse, limit, (struct sse_listener){.event = fuzz_note, .ctx = out});
    for (size_t at = 0, step = first; at < size; at += step, step = piece) {
        /* A block of its own, so that a read beyond its end is seen. */
        step = step < size - at ? step : size - at;
        char *block = malloc(step ? step : 1);
        memcpy(block, data + at, step);
        sse_feed(&sse, block, step);
        free(block);
    }
    uint64_t counts[] = {sse.comments, sse.oversized, sse.strays,
                         (uint64_t)sse.retry_ms};
    buffer_append(out, counts, sizeof counts);
    if (sse.line.size > limit || sse.data.size > limit) {
        abort();
    }
    sse_free(&sse);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { EVERY_CUT = 256 };
    static const size_t limits[] = {16, 1 << 20};
    struct buffer whole = {0};
    struct buffer cut = {0};
    for (size_t l = 0; l < sizeof limits / sizeof *limits; l++) {
        fuzz_parse(data, size, limits[l], size, size, &whole);
        size_t cuts = size <= EVERY_CUT ? size : 1;
        for (size_t first = 0; first <= cuts; first++) {
            /* Cut at `first`; 0 stands for byte by byte. */
            fuzz_parse(data, size, limits[l], first ? first : 1, first ? size : 1,
                       &cut);
            if (cut.size != whole.size ||
                memcmp(cut.bytes, whole.bytes, cut.size) != 0) {
                abort();
            }
        }
    }
    buffer_free(&whole);
    buffer_free(&cut);
    return 0;
}
