/*
 * The status file: how the load is going, for other programs.
 *
 * One JSON object, replaced as a whole, so that a reader never sees half of it.  The
 * fields are described in the manual page and stay as they are; times are
 * milliseconds since 1970 in UTC, and it is the reader who tells how old they are.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "intake.h"
#include "outcome.h"

struct report {
    const char *path; /* NULL: there is none to write */
    const char *database, *server, *channel;
    int64_t started_ms;
    int64_t due_ms;    /* on the clock of clock_ticks_ms */
    const char *state; /* as last written */
    bool failed;       /* that has been said, once */
};

/* The strings stay the caller's. */
void report_init(struct report *report, const char *path, const char *database,
                 const char *server, const char *channel);

/* False, and said why, if what is at the path already is no status file. */
bool report_look(struct report *report);

/* To be called often; writes the file every five seconds, and when the state has
 * changed. */
void report_tick(struct report *report, const struct intake *intake,
                 const struct writer_view *view);

/* Writes it for the last time. */
void report_end(struct report *report, const struct intake *intake,
                const struct writer_view *view, const char *reason,
                enum outcome outcome);

#endif
