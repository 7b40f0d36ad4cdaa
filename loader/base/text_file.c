#include "text_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum text_file_result text_file_read(struct buffer *text, const char *path)
{
    FILE *file = fopen(path, "re");
    char part[4096];
    size_t got = 1;
    if (!file) {
        return TEXT_FILE_FAILED;
    }
    enum text_file_result result = TEXT_FILE_READ;
    while (result == TEXT_FILE_READ && got > 0) {
        got = fread(part, 1, sizeof part, file);
        buffer_append(text, part, got);
        if (text->size > TEXT_FILE_MOST || memchr(part, '\0', got)) {
            result = TEXT_FILE_NO_TEXT;
        }
    }
    int error = errno;
    if (ferror(file)) {
        result = TEXT_FILE_FAILED;
    }
    fclose(file);
    errno = error;
    buffer_text(text);
    return result;
}
