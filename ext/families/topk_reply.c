#include "topk_reply.h"

void topk_reply_open(sqlite3_str *json, struct item value)
{
    json_put_word(json, "{");
    json_put_key(json, "value");
    json_put_item(json, value);
    if (value.kind == ITEM_BLOB) {
        json_put_text_field(json, "type", "blob");
    }
}

static void topk_reply_put_row(sqlite3_str *json, const struct topk_row *row)
{
    topk_reply_open(json, row->item);
    json_put_integer_field(json, "count", row->count);
    json_put_integer_field(json, "error", row->error);
    sqlite3_str_appendall(json, "}");
}

void topk_reply_put_rows(sqlite3_str *json, const struct topk_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        topk_reply_put_row(json, &rows[i]);
    }
}

int topk_reply_json(struct call *call, struct topk_row *rows, size_t count)
{
    sqlite3_str *json = json_open(call, "[");
    topk_reply_put_rows(json, rows, count);
    sqlite3_free(rows);
    return json_result(call, json, "]");
}

int topk_reply_values(struct call *call, struct topk_row *rows, size_t count)
{
    sqlite3_str *json = json_open(call, "[");
    for (size_t i = 0; i < count; i++) {
        json_put_item(json, rows[i].item);
    }
    sqlite3_free(rows);
    return json_result(call, json, "]");
}
