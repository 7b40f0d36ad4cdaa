/* JSON replies, and JSON arrays as arguments. */
#ifndef JSON_H
#define JSON_H

#include "call.h"
#include "item.h"

/* Replies.  What is put comes behind a comma unless it is the first of its array or
 * object. */

/* A new string that opens with this bracket. */
sqlite3_str *json_open(struct call *call, const char *bracket);

/* An item: a number, a text, or the hexadecimal digits of a blob as text.  REALs have
 * 15 significant digits, as in SQLite's own JSON functions; infinities are 9e999 and
 * -9e999, as there. */
void json_put_item(sqlite3_str *out, struct item item);
void json_put_real(sqlite3_str *out, double value);
void json_put_word(sqlite3_str *out, const char *word); /* as it is: null, or "{" */

void json_put_key(sqlite3_str *out, const char *key);
void json_put_integer_field(sqlite3_str *out, const char *key, uint64_t value);
void json_put_real_field(sqlite3_str *out, const char *key, double value);
void json_put_text_field(sqlite3_str *out, const char *key, const char *value);
void json_put_bool_field(sqlite3_str *out, const char *key, bool value);

/* Closes the string with this bracket, takes it and makes it the result, marked as
 * JSON, so that json_object() nests it. */
int json_result(struct call *call, sqlite3_str *out, const char *bracket);

/* Arguments. */

/* The elements of a JSON array given as an argument. */
struct json_array {
    sqlite3_value **values;
    size_t count;
};

/* True for a text that opens like a JSON array. */
bool json_looks_like_array(sqlite3_value *value);

/* Reads the elements; json_array_free() them.  *valid tells whether it is JSON; if
 * not there are none. */
int json_array_read(struct call *call, sqlite3_value *text, struct json_array *out,
                    bool *valid);
void json_array_free(struct json_array *array);

#endif
