/* Answers of top-k, of sketches and of frames that slide. */
#ifndef TOPK_REPLY_H
#define TOPK_REPLY_H

#include "family.h"
#include "topk.h"

/* Puts values with their bounds into an open JSON array. */
void topk_reply_put_rows(sqlite3_str *json, const struct topk_row *rows, size_t count);

/* Make a JSON array the result of the call, and give the rows back with
 * sqlite3_free(): values with their bounds, or alone. */
int topk_reply_json(struct call *call, struct topk_row *rows, size_t count);
int topk_reply_values(struct call *call, struct topk_row *rows, size_t count);

/* Opens an object with the field "value", and says when that was a BLOB. */
void topk_reply_open(sqlite3_str *json, struct item value);

#endif
