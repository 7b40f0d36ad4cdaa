/* The library of the sketches extension, for connections whose SQL needs its functions.
 */
#ifndef LIBRARY_H
#define LIBRARY_H

#include <stdbool.h>

#include <sqlite3.h>

#include "buffer.h"

/* Puts into `path` where the library is: beside this program, or where `make install`
 * puts it.  False after the reason has been logged, with the option that needs it. */
bool library_find(struct buffer *path, const char *option);

/* False after the reason has been logged. */
bool library_load(sqlite3 *db, const char *path);

#endif
