/* JSON replies. */
#ifndef JSON_H
#define JSON_H

#include "call.h"
#include "item.h"

/* What is put comes behind a comma unless it is the first of its array or object. */

/* A new string that opens with this bracket. */
sqlite3_str *json_open(struct call *call, const char *bracket);

/* An item: a number, a text, or the hexadecimal digits of a blob as text.  REALs have
 * the fewest digits that read back as the same double; infinities are 9e999 and
 * -9e999, as in SQLite's own JSON functions. */
void json_put_item(sqlite3_str *out, struct item item);
void json_put_real(sqlite3_str *out, double value);
void json_put_word(sqlite3_str *out, const char *word); /* as it is: null, or "{" */

/* Keys are of plain characters, at most JSON_KEY_MOST. */
enum { JSON_KEY_MOST = 32 };
void json_put_key(sqlite3_str *out, const char *key);
void json_put_integer_field(sqlite3_str *out, const char *key, uint64_t value);
void json_put_real_field(sqlite3_str *out, const char *key, double value);
void json_put_text_field(sqlite3_str *out, const char *key, const char *value);
void json_put_bool_field(sqlite3_str *out, const char *key, bool value);

/* An answer with its interval: an object {"estimate", "lower", "upper", "good"}. */
int json_result_interval(struct call *call, double estimate, double lower, double upper,
                         bool good);

/* Closes the string with this bracket, takes it and makes it the result, marked as
 * JSON, so that json_object() nests it. */
int json_result(struct call *call, sqlite3_str *out, const char *bracket);

#endif
