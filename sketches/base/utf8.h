/* UTF-8 as it has to be. */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The length of the sequence at p, of at most `left` bytes; 0 if it is none.  Table 3-7
 * of the Unicode standard.  `left` is not 0. */
size_t utf8_sequence(const uint8_t *p, size_t left);

/* Whether all bytes, perhaps none, are such sequences. */
bool utf8_is_whole(const uint8_t *bytes, size_t size);

/* Writes a code point, which is no surrogate, and returns how many bytes: 1 to 4. */
size_t utf8_put(uint8_t *out, uint32_t code_point);

#endif
