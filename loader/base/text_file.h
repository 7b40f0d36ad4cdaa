/* Small files that people write. */
#ifndef TEXT_FILE_H
#define TEXT_FILE_H

#include <sys/types.h>

#include "buffer.h"

enum {
    TEXT_FILE_MOST = 1 << 20, /* bytes */
    TEXT_FILE_WAIT_MS = 5000  /* for a pipe or a terminal that says nothing */
};

enum text_file_result {
    TEXT_FILE_READ,
    TEXT_FILE_FAILED, /* errno tells */
    TEXT_FILE_NO_TEXT /* more than TEXT_FILE_MOST bytes, or a zero byte among them */
};

/* Opens a file to be read, or a pipe for which nobody need write yet.  -1 with errno,
 * which is EISDIR for a folder. */
int text_file_open(const char *path);

/* Reads once from such a file, as read() does; ENODATA when nothing comes. */
ssize_t text_file_part(int file, char *bytes, size_t size);

/* Appends the whole file to `text`, which stays the caller's, and closes it by a NUL
 * that does not count.  Reads no further than it has to, so a device that never ends is
 * refused, too. */
enum text_file_result text_file_read(struct buffer *text, const char *path);

#endif
