/*
 * Rows that leave a window frame at its start, one by one.
 *
 * A sketch forgets, so no row can be taken out of it again.  A frame that slides is
 * kept in another structure, its family's `struct sliding`, which knows all rows that
 * it holds.  Most aggregates never need it, and SQLite does not say beforehand.  So the
 * first rows of each are written down as they come.  If its value is asked for while
 * they are all there, it is a window, and the rest is written down, too; else they are
 * dropped.  When the first row leaves, what was written down is moved into the sliding
 * structure, which from then on takes the place of the sketch.
 *
 * SQLite always removes the oldest row that is held, and never one that it has not
 * added, not even where a frame ends before it begins.
 */
#ifndef FRAME_H
#define FRAME_H

#include "family.h"

enum {
    FRAME_FIRST_ROWS = 2048,     /* written down before the value is asked for */
    FRAME_FIRST_BYTES = 1 << 20, /* and what they take at most */
    FRAME_MOST_ROWS = 1 << 20,
    FRAME_MOST_BYTES = 64 << 20
};

/* Whether the rows of a frame are all known, or why not. */
enum frame_rows { FRAME_IS_WHOLE, FRAME_BEGAN_LARGE, FRAME_GREW_LARGE };

struct frame {
    uint8_t *bytes; /* rows as they came; NULL: none is written down */
    size_t used;
    size_t room;
    uint64_t rows;  /* that are written down, or held by the slide */
    bool is_window; /* its value was asked for */
    enum frame_rows known;
    void *slide; /* NULL: no row has left yet */
};

/* Writes down a row that was added to the sketch; memory that is refused fails. */
int frame_note(struct frame *frame, struct call *call, const struct sliding *sliding,
               int count, const struct input *inputs);

/* Adds a row, which the sketch is not to have, to the sliding structure. */
int frame_add(struct frame *frame, struct call *call, const struct sliding *sliding,
              int count, const struct input *inputs);

/* Takes out the oldest row, which has these inputs.  `sketch` has the parameters, or is
 * NULL: no row came yet. */
int frame_remove(struct frame *frame, struct call *call, const struct family *family,
                 const struct sliding *sliding, const void *sketch, int count,
                 const struct input *inputs);

/* For stored sketches of a family that cannot withdraw them; frame_total() is all of
 * them merged, NULL for none. */
extern const struct sliding frame_of_sketches;
int frame_total(struct frame *frame, struct call *call, const void **sketch);

void frame_free(struct frame *frame, const struct sliding *sliding);

#endif
