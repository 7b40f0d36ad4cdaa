/* Lengths of time as people write them. */
#ifndef DURATION_H
#define DURATION_H

#include <stdbool.h>
#include <stdint.h>

/* Reads 90s, 10m, 2h or 1d: a number from 1 to 1000000 and a unit; `unit` is that of a
 * number alone, or 0 if it needs one.  False if it is none. */
bool duration_read(const char *text, char unit, int64_t *ms);

#endif
