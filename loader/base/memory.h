/*
 * Memory, and the one place that gives up when there is none.
 *
 * The loader cannot go on without memory, and what is committed is safe: when memory
 * is refused, a message is printed and the program ends with exit code 1.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>

/* Says that memory was refused and ends the program. */
_Noreturn void memory_refused(void);

/* A block of `size` bytes, at least one, with the contents of `block`, which may be
 * NULL and is the caller's no more.  free() takes it. */
void *memory_resize(void *block, size_t size);

/* A list of *room elements of `element` bytes, with room for at least `wanted` of
 * them: *room doubles as often as that takes, so that adding one by one is cheap.
 * `list` may be NULL when *room is 0; it is moved when it grows. */
void *memory_grow(void *list, size_t *room, size_t wanted, size_t element);

#endif
