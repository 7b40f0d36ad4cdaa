/* Small files that people write. */
#ifndef TEXT_FILE_H
#define TEXT_FILE_H

#include "buffer.h"

enum { TEXT_FILE_MOST = 1 << 20 }; /* bytes */

enum text_file_result {
    TEXT_FILE_READ,
    TEXT_FILE_FAILED, /* errno tells */
    TEXT_FILE_NO_TEXT /* more than TEXT_FILE_MOST bytes, or a zero byte among them */
};

/* Appends the whole file to `text`, which stays the caller's, and closes it by a NUL
 * that does not count.  Reads no further than it has to, so a device that never ends is
 * refused, too. */
enum text_file_result text_file_read(struct buffer *text, const char *path);

#endif
