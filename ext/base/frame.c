#include "frame.h"

#include "binding.h"
#include "item_image.h"
#include "two_stacks.h"

static void frame_forget(struct frame *frame)
{
    sqlite3_free(frame->bytes);
    frame->bytes = NULL;
    frame->used = 0;
    frame->room = 0;
    frame->rows = 0;
}

static int frame_reserve(struct frame *frame, size_t more)
{
    if (more <= frame->room - frame->used) {
        return SQLITE_OK;
    }
    size_t room = frame->used + more + (frame->used + more) / 2;
    uint8_t *bytes = sqlite3_realloc64(frame->bytes, room);
    if (!bytes) {
        return SQLITE_NOMEM;
    }
    frame->bytes = bytes;
    frame->room = room;
    return SQLITE_OK;
}

static size_t frame_row_size(struct frame_row row, int count)
{
    return item_image_size(row.item) + (count > 1 ? varint_size(row.weight) : 0);
}

/* A row is its item and, as a varint, its weight, where rows have one. */
int frame_note(struct frame *frame, struct call *call, const struct sliding *sliding,
               int count, const struct input *inputs)
{
    struct frame_row row;
    if (frame->known != FRAME_IS_WHOLE) {
        return SQLITE_OK;
    }
    int rc = sliding->take(call, count, inputs, &row);
    if (rc != SQLITE_OK) {
        return rc;
    }
    size_t size = frame_row_size(row, count);
    uint64_t most_rows = frame->is_window ? FRAME_MOST_ROWS : FRAME_FIRST_ROWS;
    size_t most_bytes = frame->is_window ? FRAME_MOST_BYTES : FRAME_FIRST_BYTES;
    if (frame->rows >= most_rows || size > most_bytes ||
        frame->used > most_bytes - size) {
        frame->known = frame->is_window ? FRAME_GREW_LARGE : FRAME_BEGAN_LARGE;
        frame_forget(frame);
        return SQLITE_OK;
    }
    rc = frame_reserve(frame, size);
    if (rc == SQLITE_OK) {
        uint8_t *p = put_item(frame->bytes + frame->used, row.item);
        if (count > 1) {
            put_varint(p, row.weight);
        }
        frame->used += size;
        frame->rows++;
    }
    return rc;
}

static int frame_add_row(struct frame *frame, struct call *call,
                         const struct sliding *sliding, struct frame_row row)
{
    return frame->rows < FRAME_MOST_ROWS
               ? sliding->add(call, frame->slide, row)
               : call_fail(call,
                           "a frame that slides holds at most %d rows; end it with "
                           "EXCLUDE NO OTHERS to compute each afresh",
                           (int)FRAME_MOST_ROWS);
}

int frame_add(struct frame *frame, struct call *call, const struct sliding *sliding,
              int count, const struct input *inputs)
{
    struct frame_row row;
    int rc = sliding->take(call, count, inputs, &row);
    if (rc == SQLITE_OK) {
        rc = frame_add_row(frame, call, sliding, row);
    }
    frame->rows += rc == SQLITE_OK;
    return rc;
}

/* Moves what was written down into a new sliding structure. */
static int frame_slide(struct frame *frame, struct call *call,
                       const struct family *family, const struct sliding *sliding,
                       const void *sketch, int count)
{
    struct reader r = {frame->bytes, frame->used, false};
    int rc = sliding->create(call, &frame->slide, family, sketch);
    for (uint64_t i = 0; rc == SQLITE_OK && i < frame->rows; i++) {
        struct frame_row row = {.item = take_item(&r), .weight = 1};
        if (count > 1) {
            row.weight = take_varint(&r);
        }
        rc = sliding->add(call, frame->slide, row);
    }
    uint64_t rows = frame->rows;
    frame_forget(frame);
    frame->rows = rows;
    return rc;
}

static int frame_refuse(struct call *call, const struct frame *frame)
{
    return frame->known == FRAME_GREW_LARGE
               ? call_fail(call,
                           "a frame that slides holds at most %d rows, or %d MiB of "
                           "them; end it with EXCLUDE NO OTHERS to compute each afresh",
                           (int)FRAME_MOST_ROWS, FRAME_MOST_BYTES >> 20)
               : call_fail(call,
                           "a frame that slides ends at most %d rows, or %d MiB of "
                           "them, FOLLOWING; end it with EXCLUDE NO OTHERS to compute "
                           "each afresh",
                           (int)FRAME_FIRST_ROWS, FRAME_FIRST_BYTES >> 20);
}

int frame_remove(struct frame *frame, struct call *call, const struct family *family,
                 const struct sliding *sliding, const void *sketch, int count,
                 const struct input *inputs)
{
    struct frame_row row;
    int rc = SQLITE_OK;
    if (frame->known != FRAME_IS_WHOLE) {
        return frame_refuse(call, frame);
    }
    if (frame->rows == 0) {
        return SQLITE_OK; /* no SQLite asks for that, and none shall crash for it */
    }
    if (!frame->slide) {
        rc = frame_slide(frame, call, family, sliding, sketch, count);
    }
    if (rc == SQLITE_OK) {
        rc = sliding->take(call, count, inputs, &row);
    }
    if (rc == SQLITE_OK) {
        rc = sliding->remove(call, frame->slide, row);
    }
    frame->rows -= rc == SQLITE_OK;
    return rc;
}

void frame_free(struct frame *frame, const struct sliding *sliding)
{
    frame_forget(frame);
    if (frame->slide) {
        sliding->free(frame->slide);
        frame->slide = NULL;
    }
}

/* Frames of stored sketches, for all families */

static int frame_sketch_take(struct call *call, int count, const struct input *inputs,
                             struct frame_row *row)
{
    const uint8_t *bytes;
    size_t size;
    (void)count;
    int rc = family_bytes(call, binding_of(call->ctx)->family->ops->family,
                          inputs[0].value, &bytes, &size);
    *row = (struct frame_row){item_blob(bytes, (uint32_t)size), 1};
    return rc;
}

static int frame_sketch_create(struct call *call, void **out,
                               const struct family *family, const void *sketch)
{
    struct two_stacks *stacks;
    int rc =
        call_check(call, two_stacks_create(&stacks, family->ops, sketch, &call_memory));
    *out = stacks;
    return rc;
}

static int frame_sketch_add(struct call *call, void *slide, struct frame_row row)
{
    enum sketch_status status =
        two_stacks_push(slide, row.item.as.bytes, row.item.size);
    return status == SKETCH_CORRUPT
               ? family_refuse_image(call, binding_of(call->ctx)->family->ops->family,
                                     row.item.as.bytes, row.item.size)
               : call_check(call, status);
}

static int frame_sketch_remove(struct call *call, void *slide, struct frame_row row)
{
    (void)row;
    return call_check(call, two_stacks_pop(slide));
}

static void frame_sketch_free(void *slide) { two_stacks_free(slide); }

const struct sliding frame_of_sketches = {
    .take = frame_sketch_take,
    .create = frame_sketch_create,
    .add = frame_sketch_add,
    .remove = frame_sketch_remove,
    .free = frame_sketch_free,
};

int frame_total(struct frame *frame, struct call *call, const void **sketch)
{
    return call_check(call, two_stacks_total(frame->slide, sketch));
}
