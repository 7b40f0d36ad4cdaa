/* Profiles in SQL: a column at a glance. */
#include "profile.h"

#include "blocks.h"
#include "family.h"
#include "step.h"
#include "topk_reply.h"

#include <math.h>

static int profile_sql_create(struct call *call, void **out, int size, int count,
                              sqlite3_value **parameters)
{
    struct profile *sketch;
    (void)size;
    (void)count;
    (void)parameters;
    int rc = call_check(call, profile_create(&sketch, &call_memory));
    *out = sketch;
    return rc;
}

__attribute__((always_inline)) static inline int
profile_sql_add(struct call *call, void *sketch, int count, const struct input *inputs)
{
    struct item item;
    (void)count;
    if (inputs[0].type == SQLITE_NULL) {
        return call_check(call, profile_add_null(sketch));
    }
    int rc = value_item(call, inputs[0], &item);
    return rc == SQLITE_OK ? call_check(call, profile_add(sketch, item)) : rc;
}

static void profile_sql_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    step_any_row(ctx, argc, argv, profile_sql_add, true);
}

/* The figures in words */

static const char *const profile_sql_quantiles[PROFILE_QUANTILES] = {
    "q01", "q05", "q25", "q50", "q75", "q95", "q99"};

/* One character a bin: a blank if it has no number, else U+2581 to U+2588, a block of
 * one to eight eighths: eight for the fullest bin. */
static size_t profile_sql_draw(const struct profile_figures *figures,
                               char text[PROFILE_BINS * BLOCKS_SIZE])
{
    uint64_t most = 0;
    size_t size = 0;
    for (size_t i = 0; i < figures->bin_count; i++) {
        most = figures->bins[i] > most ? figures->bins[i] : most;
    }
    for (size_t i = 0; i < figures->bin_count; i++) {
        double share = (double)figures->bins[i] / (double)most;
        unsigned parts = (unsigned)ceil(BLOCKS_PARTS * share);
        size += blocks_put(text + size, parts > 0 ? BLOCKS_UP + parts : 0);
    }
    return size;
}

static struct item profile_sql_count(uint64_t count)
{
    return item_integer((int64_t)count);
}

/* An estimate of how many values differ, as a number of values: there are no more than
 * rows with one. */
static struct item profile_sql_rounded(const struct profile_figures *figures,
                                       double estimate)
{
    uint64_t most = figures->rows - figures->nulls;
    return profile_sql_count(estimate + 0.5 < (double)most ? (uint64_t)(estimate + 0.5)
                                                           : most);
}

/* As JSON */

static void profile_sql_put_types(sqlite3_str *json,
                                  const struct profile_figures *figures)
{
    json_put_key(json, "types");
    json_put_word(json, "{");
    json_put_integer_field(json, "integer", figures->integers);
    json_put_integer_field(json, "real", figures->reals);
    json_put_integer_field(json, "text", figures->texts);
    json_put_integer_field(json, "blob", figures->blobs);
    sqlite3_str_appendall(json, "}");
}

static void profile_sql_put_field(sqlite3_str *json, const char *key, bool has,
                                  struct item item)
{
    json_put_key(json, key);
    if (has) {
        json_put_item(json, item);
    } else {
        json_put_word(json, "null");
    }
}

static void profile_sql_put_distinct(sqlite3_str *json,
                                     const struct profile_figures *figures)
{
    json_put_key(json, "distinct");
    json_put_word(json, "{");
    profile_sql_put_field(json, "estimate", true,
                          profile_sql_rounded(figures, figures->distinct));
    profile_sql_put_field(json, "lower", true,
                          profile_sql_rounded(figures, figures->distinct_lower));
    profile_sql_put_field(json, "upper", true,
                          profile_sql_rounded(figures, figures->distinct_upper));
    sqlite3_str_appendall(json, "}");
}

static void profile_sql_put_numbers(sqlite3_str *json,
                                    const struct profile_figures *figures)
{
    char histogram[PROFILE_BINS * BLOCKS_SIZE];
    bool has = figures->numbers > 0;
    profile_sql_put_field(json, "mean", has, item_real(has ? figures->mean : 0));
    profile_sql_put_field(json, "std", figures->numbers > 1,
                          item_real(figures->deviation));
    json_put_key(json, "quantiles");
    if (!has) {
        json_put_word(json, "null");
        profile_sql_put_field(json, "histogram", false, item_integer(0));
        return;
    }
    json_put_word(json, "{");
    for (int i = 0; i < PROFILE_QUANTILES; i++) {
        json_put_real_field(json, profile_sql_quantiles[i], figures->quantiles[i]);
    }
    sqlite3_str_appendall(json, "}");
    size_t size = profile_sql_draw(figures, histogram);
    profile_sql_put_field(json, "histogram", true,
                          item_text(histogram, (uint32_t)size));
}

static void profile_sql_put_lengths(sqlite3_str *json,
                                    const struct profile_figures *figures)
{
    json_put_key(json, "lengths");
    if (figures->texts + figures->blobs == 0) {
        json_put_word(json, "null");
        return;
    }
    json_put_word(json, "{");
    json_put_integer_field(json, "min", figures->shortest);
    json_put_real_field(json, "mean", figures->mean_length);
    json_put_integer_field(json, "max", figures->longest);
    sqlite3_str_appendall(json, "}");
}

static void profile_sql_put_values(sqlite3_str *json,
                                   const struct profile_figures *figures)
{
    json_put_key(json, "top");
    json_put_word(json, "[");
    topk_reply_put_rows(json, figures->top, figures->top_count);
    sqlite3_str_appendall(json, "]");
    json_put_key(json, "sample");
    json_put_word(json, "[");
    for (uint32_t i = 0; figures->sample && i < reservoir_count(figures->sample); i++) {
        json_put_item(json, reservoir_item(figures->sample, i));
    }
    sqlite3_str_appendall(json, "]");
}

static int profile_sql_json(struct call *call, const void *sketch, int count,
                            sqlite3_value **questions)
{
    struct profile_figures figures;
    (void)count;
    (void)questions;
    int rc = call_check(call, profile_ask(sketch, &figures));
    if (rc != SQLITE_OK) {
        return rc;
    }
    bool has_values = figures.rows > figures.nulls;
    sqlite3_str *json = json_open(call, "{");
    json_put_integer_field(json, "rows", figures.rows);
    json_put_integer_field(json, "nulls", figures.nulls);
    profile_sql_put_types(json, &figures);
    profile_sql_put_distinct(json, &figures);
    profile_sql_put_field(json, "min", has_values, figures.least.item);
    profile_sql_put_field(json, "max", has_values, figures.most.item);
    profile_sql_put_numbers(json, &figures);
    profile_sql_put_lengths(json, &figures);
    profile_sql_put_values(json, &figures);
    profile_figures_release(&figures);
    return json_result(call, json, "}");
}

static int profile_sql_describe(struct call *call, sqlite3_str *json,
                                const void *sketch)
{
    (void)call;
    json_put_integer_field(json, "rows", profile_rows(sketch));
    json_put_integer_field(json, "nulls", profile_nulls(sketch));
    return SQLITE_OK;
}

/* As rows */

struct profile_sql_row {
    const char *name;
    struct item value;
    uint64_t count; /* how often that occurred; 0: it is no value of the column */
};

enum {
    PROFILE_SQL_ROWS = 18 + PROFILE_QUANTILES + PROFILE_TOP + PROFILE_SAMPLE /* most */
};

/* The rows, and what their values are in. */
struct profile_sql_table {
    struct profile_figures figures;
    char histogram[PROFILE_BINS * BLOCKS_SIZE];
    size_t count;
    struct profile_sql_row rows[PROFILE_SQL_ROWS];
};

static void profile_sql_append(struct profile_sql_table *table, const char *name,
                               struct item value)
{
    table->rows[table->count++] = (struct profile_sql_row){name, value, 0};
}

static void profile_sql_list_counts(struct profile_sql_table *table)
{
    const struct profile_figures *figures = &table->figures;
    profile_sql_append(table, "rows", profile_sql_count(figures->rows));
    profile_sql_append(table, "nulls", profile_sql_count(figures->nulls));
    profile_sql_append(table, "integer", profile_sql_count(figures->integers));
    profile_sql_append(table, "real", profile_sql_count(figures->reals));
    profile_sql_append(table, "text", profile_sql_count(figures->texts));
    profile_sql_append(table, "blob", profile_sql_count(figures->blobs));
    profile_sql_append(table, "distinct",
                       profile_sql_rounded(figures, figures->distinct));
    profile_sql_append(table, "distinct_lower",
                       profile_sql_rounded(figures, figures->distinct_lower));
    profile_sql_append(table, "distinct_upper",
                       profile_sql_rounded(figures, figures->distinct_upper));
    if (figures->rows > figures->nulls) {
        profile_sql_append(table, "min", figures->least.item);
        profile_sql_append(table, "max", figures->most.item);
    }
}

static void profile_sql_list_numbers(struct profile_sql_table *table)
{
    const struct profile_figures *figures = &table->figures;
    if (figures->numbers == 0) {
        return;
    }
    profile_sql_append(table, "mean", item_real(figures->mean));
    if (figures->numbers > 1) {
        profile_sql_append(table, "std", item_real(figures->deviation));
    }
    for (int i = 0; i < PROFILE_QUANTILES; i++) {
        profile_sql_append(table, profile_sql_quantiles[i],
                           item_real(figures->quantiles[i]));
    }
    size_t size = profile_sql_draw(figures, table->histogram);
    profile_sql_append(table, "histogram", item_text(table->histogram, (uint32_t)size));
}

static void profile_sql_list_lengths(struct profile_sql_table *table)
{
    const struct profile_figures *figures = &table->figures;
    if (figures->texts + figures->blobs > 0) {
        profile_sql_append(table, "length_min", profile_sql_count(figures->shortest));
        profile_sql_append(table, "length_mean", item_real(figures->mean_length));
        profile_sql_append(table, "length_max", profile_sql_count(figures->longest));
    }
}

static void profile_sql_list_values(struct profile_sql_table *table)
{
    const struct profile_figures *figures = &table->figures;
    for (size_t i = 0; i < figures->top_count; i++) {
        table->rows[table->count++] = (struct profile_sql_row){
            "top", figures->top[i].item, figures->top[i].count};
    }
    for (uint32_t i = 0; figures->sample && i < reservoir_count(figures->sample); i++) {
        profile_sql_append(table, "sample", reservoir_item(figures->sample, i));
    }
}

static int profile_sql_list(struct call *call, void *const *sketches,
                            sqlite3_int64 limit, void **rows, size_t *count)
{
    struct profile_sql_table *table = sqlite3_malloc64(sizeof *table);
    (void)limit;
    if (!table) {
        return SQLITE_NOMEM;
    }
    table->count = 0;
    int rc = call_check(call, profile_ask(sketches[0], &table->figures));
    if (rc != SQLITE_OK) {
        sqlite3_free(table);
        return rc;
    }
    profile_sql_list_counts(table);
    profile_sql_list_numbers(table);
    profile_sql_list_lengths(table);
    profile_sql_list_values(table);
    profile_figures_release(&table->figures);
    *rows = table;
    *count = table->count;
    return SQLITE_OK;
}

static void profile_sql_column(sqlite3_context *ctx, const void *rows, size_t row,
                               int column)
{
    const struct profile_sql_row *at =
        &((const struct profile_sql_table *)rows)->rows[row];
    if (column == 0) {
        sqlite3_result_text(ctx, at->name, -1, SQLITE_STATIC);
    } else if (column == 1) {
        value_result(ctx, at->value);
    } else if (at->count > 0) {
        sqlite3_result_int64(ctx, (sqlite3_int64)at->count);
    }
}

static const struct sql_rows profile_sql_rows[] = {
    {.name = "profile_rows",
     .columns = "name TEXT, value, count INTEGER",
     .column_count = 3,
     .arguments = "sketch",
     .sketches = 1,
     .list = profile_sql_list,
     .column = profile_sql_column},
    {.name = NULL},
};

/* clang-format off */

static const struct sql_function profile_functions[] = {
    /* name              arguments      verb   args    inputs, questions, default size, reply, for no rows, traits, direct, slide_reply */
    {"sketch_profile", "x",           BUILD,  1,  1, 1, 0, 0, profile_sql_json, AN_EMPTY_SKETCH, REPLIES_JSON, NULL, NULL},
    {"profile_sketch", "x",           BUILD,  1,  1, 1, 0, 0, NULL,             AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"profile_merge",  "sketch",      MERGE,  1,  1, 0, 0, 0, NULL,             AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"profile_union",  "sketch, ...", UNION, -1, -1, 0, 0, 0, NULL,             AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"profile_add",    "sketch, x",   ADD,    2,  2, 1, 0, 0, NULL,             AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"profile_empty",  "",            EMPTY,  0,  0, 0, 0, 0, NULL,             AN_EMPTY_SKETCH, 0, NULL, NULL},
    {"profile_json",   "sketch",      ASK,    1,  1, 0, 0, 0, profile_sql_json, A_NULL,          REPLIES_JSON, NULL, NULL},
    {.name = NULL},
};
/* clang-format on */

const struct family profile_family = {
    .ops = &profile_ops,
    .functions = profile_functions,
    .rows = profile_sql_rows,
    .create = profile_sql_create,
    .add = profile_sql_add,
    .counts_null = true,
    .step = profile_sql_step,
    .describe = profile_sql_describe,
};
