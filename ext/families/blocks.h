/* Block characters, of which bars and sparklines are made. */
#ifndef BLOCKS_H
#define BLOCKS_H

#include <stddef.h>

/* A block that is filled from below by so many eighths ends in UTF-8 with BLOCKS_UP and
 * their number, one that is filled from the left with BLOCKS_RIGHT less their number.
 */
enum {
    BLOCKS_SIZE = 3, /* bytes of one, at most */
    BLOCKS_PARTS = 8,
    BLOCKS_UP = 0x80,
    BLOCKS_RIGHT = 0x90
};

/* Puts the one that ends with this byte, or a blank for 0; returns its size. */
static inline size_t blocks_put(char *to, unsigned last)
{
    if (last == 0) {
        to[0] = ' ';
        return 1;
    }
    to[0] = '\xe2';
    to[1] = '\x96';
    to[2] = (char)last;
    return BLOCKS_SIZE;
}

#endif
