/* Histograms of t-digests in SQL: rows with a bar of block characters, which line up
 * where text does, since all bars are of one width. */
#include "tdigest_bins_sql.h"

#include "blocks.h"
#include "tdigest.h"

enum {
    TDIGEST_BINS = 20, /* unless told otherwise */
    TDIGEST_BAR = 24   /* the width of a bar, in characters */
};

struct tdigest_bins_row {
    struct tdigest_bin bin;
    unsigned parts; /* of the bar */
};

/* The largest count fills the bar, and none but 0 is nothing at all. */
static void tdigest_bins_draw(struct tdigest_bins_row *rows, size_t count)
{
    uint64_t most = 1;
    for (size_t i = 0; i < count; i++) {
        most = rows[i].bin.count > most ? rows[i].bin.count : most;
    }
    for (size_t i = 0; i < count; i++) {
        double share = (double)rows[i].bin.count / (double)most;
        unsigned parts = (unsigned)(share * TDIGEST_BAR * BLOCKS_PARTS + 0.5);
        rows[i].parts = parts == 0 && rows[i].bin.count > 0 ? 1 : parts;
    }
}

int tdigest_bins_sql_list(struct call *call, void *const *sketches, sqlite3_int64 limit,
                          void **rows, size_t *count)
{
    size_t n = limit < 0 ? TDIGEST_BINS : (size_t)limit;
    struct tdigest_bin *bins = sqlite3_malloc64(n * sizeof *bins);
    struct tdigest_bins_row *list = sqlite3_malloc64(n * sizeof *list);
    int rc = bins && list ? call_check(call, tdigest_bins(sketches[0], n, bins, count))
                          : SQLITE_NOMEM;
    for (size_t i = 0; rc == SQLITE_OK && i < *count; i++) {
        list[i] = (struct tdigest_bins_row){.bin = bins[i]};
    }
    if (rc == SQLITE_OK) {
        tdigest_bins_draw(list, *count);
    }
    sqlite3_free(bins);
    *rows = list;
    return rc;
}

static void tdigest_bins_result_bar(sqlite3_context *ctx, unsigned parts)
{
    char bar[TDIGEST_BAR * BLOCKS_SIZE];
    size_t size = 0;
    for (unsigned at = 0; at < TDIGEST_BAR; at++) {
        unsigned left = parts > at * BLOCKS_PARTS ? parts - at * BLOCKS_PARTS : 0;
        unsigned filled = left < BLOCKS_PARTS ? left : BLOCKS_PARTS;
        size += blocks_put(bar + size, filled > 0 ? BLOCKS_RIGHT - filled : 0);
    }
    sqlite3_result_text(ctx, bar, (int)size, SQLITE_TRANSIENT);
}

void tdigest_bins_sql_column(sqlite3_context *ctx, const void *rows, size_t row,
                             int column)
{
    const struct tdigest_bins_row *at = (const struct tdigest_bins_row *)rows + row;
    switch (column) {
    case 0:
        sqlite3_result_double(ctx, at->bin.lower);
        break;
    case 1:
        sqlite3_result_double(ctx, at->bin.upper);
        break;
    case 2:
        sqlite3_result_int64(ctx, (sqlite3_int64)at->bin.count);
        break;
    default:
        tdigest_bins_result_bar(ctx, at->parts);
        break;
    }
}
