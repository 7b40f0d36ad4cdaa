/* What can be said of sketches with keys, whatever their family is. */
#include "family.h"
#include "keyed.h"

static int by_info_describe(struct call *call, sqlite3_str *json, const void *sketch)
{
    (void)call;
    json_put_integer_field(json, "keys", keyed_count(sketch));
    return SQLITE_OK;
}

static const struct sql_function by_info_functions[] = {{.name = NULL}};

const struct family by_family = {
    .ops = &keyed_ops,
    .functions = by_info_functions,
    .describe = by_info_describe,
};
