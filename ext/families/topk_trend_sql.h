/* Which values have grown from one top-k sketch to another, in SQL. */
#ifndef TOPK_TREND_SQL_H
#define TOPK_TREND_SQL_H

#include "family.h"
#include "topk.h"

/* Makes the best `k` rows the result of the call, as a JSON array. */
int topk_trend_sql_json(struct call *call, const struct topk *now,
                        const struct topk *past, size_t k);

/* topk_trend_rows(now, past [, k]): see struct sql_rows. */
int topk_trend_sql_list(struct call *call, void *const *sketches, sqlite3_int64 limit,
                        void **rows, size_t *count);
void topk_trend_sql_column(sqlite3_context *ctx, const void *rows, size_t row,
                           int column);

#endif
