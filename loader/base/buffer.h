/*
 * Bytes and lists of strings that grow, and keep their room for the next post.
 *
 * What grows here is bounded by the largest event, see sse.h; when there is no memory
 * for it the program ends, see memory.h.
 */
#ifndef BUFFER_H
#define BUFFER_H

#include <stddef.h>
#include <stdint.h>

/* All zero is an empty buffer. */
struct buffer {
    char *bytes;
    size_t size;
    size_t room;
};

void buffer_reserve(struct buffer *b, size_t more); /* room for `more` bytes to come */
void buffer_append(struct buffer *b, const void *bytes, size_t size);
void buffer_append_text(struct buffer *b, const char *text);
void buffer_append_byte(struct buffer *b, char byte);
const char *buffer_text(struct buffer *b); /* closed by a NUL that does not count */
void buffer_free(struct buffer *b);

/* A list of strings in one block.  All zero is an empty list. */
struct strings {
    struct buffer bytes;
    size_t *ends; /* of each string in bytes */
    size_t count;
    size_t room;
};

struct slice {
    const char *bytes;
    size_t size;
};

void strings_add(struct strings *list, const char *bytes, size_t size);

/* String `i`, not closed by a NUL, valid until the next one is added. */
struct slice strings_get(const struct strings *list, size_t i);
void strings_clear(struct strings *list);
void strings_free(struct strings *list);

#endif
