/* Histograms of t-digests in SQL. */
#ifndef TDIGEST_BINS_SQL_H
#define TDIGEST_BINS_SQL_H

#include "family.h"

/* tdigest_bins(sketch [, n]): see struct sql_rows. */
int tdigest_bins_sql_list(struct call *call, void *const *sketches, sqlite3_int64 limit,
                          void **rows, size_t *count);
void tdigest_bins_sql_column(sqlite3_context *ctx, const void *rows, size_t row,
                             int column);

#endif
