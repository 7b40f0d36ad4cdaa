#include "buffer.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

void buffer_reserve(struct buffer *b, size_t more)
{
    if (more > b->room - b->size) {
        if (more > SIZE_MAX - b->size) {
            memory_refused();
        }
        b->bytes = memory_grow(b->bytes, &b->room, b->size + more, 1);
    }
}

void buffer_append(struct buffer *b, const void *bytes, size_t size)
{
    if (size > 0) {
        buffer_reserve(b, size);
        memcpy(b->bytes + b->size, bytes, size);
        b->size += size;
    }
}

void buffer_append_text(struct buffer *b, const char *text)
{
    buffer_append(b, text, strlen(text));
}

void buffer_append_byte(struct buffer *b, char byte)
{
    buffer_reserve(b, 1);
    b->bytes[b->size++] = byte;
}

const char *buffer_text(struct buffer *b)
{
    buffer_reserve(b, 1);
    b->bytes[b->size] = '\0';
    return b->bytes;
}

void buffer_free(struct buffer *b)
{
    free(b->bytes);
    *b = (struct buffer){0};
}

void strings_add(struct strings *list, const char *bytes, size_t size)
{
    list->ends =
        memory_grow(list->ends, &list->room, list->count + 1, sizeof *list->ends);
    buffer_append(&list->bytes, bytes, size);
    list->ends[list->count++] = list->bytes.size;
}

struct slice strings_get(const struct strings *list, size_t i)
{
    size_t start = i > 0 ? list->ends[i - 1] : 0;
    /* A list of empty strings has no block yet. */
    const char *bytes = list->bytes.bytes ? list->bytes.bytes + start : "";
    return (struct slice){bytes, list->ends[i] - start};
}

void strings_clear(struct strings *list)
{
    list->bytes.size = 0;
    list->count = 0;
}

void strings_free(struct strings *list)
{
    buffer_free(&list->bytes);
    free(list->ends);
    *list = (struct strings){0};
}
