/* Values in messages: one short line each, without control characters. */
#ifndef SHOW_H
#define SHOW_H

#include "call.h"
#include "item.h"

/* What was given, such as "12", "the text 'abc'", "a 3-byte BLOB", "NULL"; from
 * sqlite3_malloc, NULL when memory ran out. */
char *show_value(sqlite3_value *value);
char *show_item(struct item item);

#endif
