#include "buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "outcome.h"

void memory_refused(void)
{
    fputs("mastodon-loader: error: out of memory; what was committed is safe\n",
          stderr);
    exit(OUTCOME_INTERNAL);
}

void *memory_resize(void *block, size_t size)
{
    void *moved = realloc(block, size);
    if (!moved) {
        memory_refused();
    }
    return moved;
}

void buffer_reserve(struct buffer *b, size_t more)
{
    if (more <= b->room - b->size) {
        return;
    }
    size_t room = b->room ? b->room : 64;
    while (room - b->size < more) {
        room *= 2;
    }
    b->bytes = memory_resize(b->bytes, room);
    b->room = room;
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
    if (list->count == list->room) {
        list->room = list->room ? 2 * list->room : 16;
        list->ends = memory_resize(list->ends, list->room * sizeof *list->ends);
    }
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
