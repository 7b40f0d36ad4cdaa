/* The sketches extension, for connections whose SQL needs its functions. */
#ifndef EXTENSION_H
#define EXTENSION_H

#include <stdbool.h>

#include <sqlite3.h>

#include "buffer.h"

/* Puts into `path` where the extension is: beside this program, or where `make install`
 * puts it.  False after the reason has been logged. */
bool extension_find(struct buffer *path);

/* False after the reason has been logged. */
bool extension_load(sqlite3 *db, const char *path);

#endif
