/* The table sketch_functions, in which the shell can be asked what there is. */
#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include "family.h"

/* Registers the table of all functions of these families, which end with NULL and live
 * as long as the connection. */
int functions_register(sqlite3 *db, const struct family *const *families);

#endif
