/* Which values have grown from one top-k sketch to another, in SQL. */
#ifndef TOPK_TREND_SQL_H
#define TOPK_TREND_SQL_H

#include "family.h"

/* topk_trend(now, past [, k]). */
reply_fn topk_trend_sql_json;

/* topk_trend_rows(now, past [, k]): see struct sql_rows. */
int topk_trend_sql_list(struct call *call, void *const *sketches, sqlite3_int64 limit,
                        void **rows, size_t *count);
void topk_trend_sql_column(sqlite3_context *ctx, const void *rows, size_t row,
                           int column);

#endif
