#include "text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int text_file_open(const char *path)
{
    int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat about;
    if (file >= 0 && fstat(file, &about) == 0 && S_ISDIR(about.st_mode)) {
        close(file);
        file = -1;
        errno = EISDIR;
    }
    return file;
}

ssize_t text_file_part(int file, char *bytes, size_t size)
{
    struct pollfd wanted = {.fd = file, .events = POLLIN};
    int ready = poll(&wanted, 1, TEXT_FILE_WAIT_MS);
    if (ready > 0) {
        return read(file, bytes, size);
    }
    errno = ready == 0 ? ENODATA : errno;
    return -1;
}

enum text_file_result text_file_read(struct buffer *text, const char *path)
{
    char part[4096];
    int file = text_file_open(path);
    enum text_file_result result = file < 0 ? TEXT_FILE_FAILED : TEXT_FILE_READ;
    ssize_t got = 1;
    while (result == TEXT_FILE_READ && got > 0) {
        got = text_file_part(file, part, sizeof part);
        size_t size = got > 0 ? (size_t)got : 0;
        buffer_append(text, part, size);
        if (text->size > TEXT_FILE_MOST || memchr(part, '\0', size)) {
            result = TEXT_FILE_NO_TEXT;
        }
    }
    result = got < 0 ? TEXT_FILE_FAILED : result;
    int error = errno;
    if (file >= 0) {
        close(file);
    }
    errno = error;
    buffer_text(text);
    return result;
}
