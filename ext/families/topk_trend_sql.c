#include "topk_trend_sql.h"

#include "topk_reply.h"

int topk_trend_sql_json(struct call *call, const struct topk *now,
                        const struct topk *past, size_t k)
{
    struct topk_trend_row *rows;
    size_t count;
    int rc = call_check(call, topk_trend(now, past, k, &rows, &count));
    if (rc != SQLITE_OK) {
        return rc;
    }
    sqlite3_str *json = json_open(call, "[");
    for (size_t i = 0; i < count; i++) {
        topk_reply_open(json, rows[i].item);
        json_put_integer_field(json, "count", rows[i].count);
        json_put_integer_field(json, "before", rows[i].before);
        json_put_real_field(json, "growth", rows[i].growth);
        json_put_real_field(json, "lower", rows[i].lower);
        json_put_real_field(json, "upper", rows[i].upper);
        json_put_real_field(json, "score", rows[i].score);
        sqlite3_str_appendall(json, "}");
    }
    sqlite3_free(rows);
    return json_result(call, json, "]");
}

int topk_trend_sql_list(struct call *call, void *const *sketches, sqlite3_int64 limit,
                        void **rows, size_t *count)
{
    struct topk_trend_row *list = NULL;
    size_t most = limit < 0 ? (size_t)topk_k(sketches[0]) : (size_t)limit;
    int rc = call_check(call, topk_trend(sketches[0], sketches[1], most, &list, count));
    *rows = list;
    return rc;
}

enum topk_trend_column {
    TOPK_TREND_RANK,
    TOPK_TREND_VALUE,
    TOPK_TREND_COUNT,
    TOPK_TREND_BEFORE,
    TOPK_TREND_GROWTH,
    TOPK_TREND_LOWER,
    TOPK_TREND_UPPER,
    TOPK_TREND_SCORE
};

void topk_trend_sql_column(sqlite3_context *ctx, const void *rows, size_t row,
                           int column)
{
    const struct topk_trend_row *at = (const struct topk_trend_row *)rows + row;
    switch (column) {
    case TOPK_TREND_RANK:
        sqlite3_result_int64(ctx, (sqlite3_int64)row + 1);
        break;
    case TOPK_TREND_VALUE:
        value_result(ctx, at->item);
        break;
    case TOPK_TREND_COUNT:
        sqlite3_result_int64(ctx, (sqlite3_int64)at->count);
        break;
    case TOPK_TREND_BEFORE:
        sqlite3_result_int64(ctx, (sqlite3_int64)at->before);
        break;
    case TOPK_TREND_GROWTH:
        sqlite3_result_double(ctx, at->growth);
        break;
    case TOPK_TREND_LOWER:
        sqlite3_result_double(ctx, at->lower);
        break;
    case TOPK_TREND_UPPER:
        sqlite3_result_double(ctx, at->upper);
        break;
    default:
        sqlite3_result_double(ctx, at->score);
        break;
    }
}
