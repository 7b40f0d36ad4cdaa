/* How the load is going: one line redrawn on a terminal, a line a minute elsewhere. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "options.h"
#include "writer.h"

struct progress {
    enum { PROGRESS_SILENT, PROGRESS_LINE, PROGRESS_MINUTES } mode;
    int64_t start_ms, due_ms; /* on the clock of clock_ticks_ms */
    int64_t last_ms, last_added;
    double rate; /* new posts a second, smoothed */
};

void progress_init(struct progress *progress, const struct options *options);

/* To be called often; shows something when it is due. */
void progress_tick(struct progress *progress, const struct writer_view *view);

/* Says it now, whatever the mode. */
void progress_say(const struct progress *progress, const struct writer_view *view);

/* Takes the line away and says what was done in the end. */
void progress_end(struct progress *progress, const struct writer_view *view);

/* 1234567 as "1,234,567". */
void progress_append_number(struct buffer *out, int64_t number);

#endif
