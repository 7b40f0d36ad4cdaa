/*
 * What the loader says on standard error, one line at a time.
 *
 * Text from servers and posts may stand in a line: control characters and bytes
 * that are no UTF-8 are replaced before they reach a terminal.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO };

enum log_form { LOG_PLAIN, LOG_STAMPED, LOG_JSON };

/* Lines above the level are not written; LOG_INFO at first.  They are plain, open
 * with the time, or are an object of JSON each: at, level, message. */
void log_configure(enum log_level highest, enum log_form form);

void log_line(enum log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Shows `text` as the last line of a terminal until the next call or line; ""
 * takes it away.  The text has to fit the width. */
void log_status_line(const char *text);

/* Writes a block of so many lines to standard output: over the last one where nothing
 * has been said since, if `redraw` says that this is a terminal that can. */
void log_block(const char *text, int lines, bool redraw);

/* Appends `text` with everything replaced by ? or U+FFFD that a terminal might take
 * for a command. */
void log_append_harmless(struct buffer *out, struct slice text);

#endif
