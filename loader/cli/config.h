/* A file of options: lines of "name = value", empty lines, and comments after #. */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

struct config_line {
    const char *name;
    const char *value; /* "" without one */
    int number;        /* of the line in the file, from 1 */
};

/* All zero is an empty one. */
struct config {
    struct buffer text; /* holds the strings */
    struct config_line *lines;
    size_t count, room;
};

/* False after the reason has been logged.  What names and values mean is not known
 * here. */
bool config_read(struct config *config, const char *path);

void config_free(struct config *config);

#endif
