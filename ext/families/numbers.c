#include "numbers.h"

#include "decimal.h"
#include "list.h"

#include <string.h>

void numbers_free(struct numbers *numbers)
{
    if (numbers->room > NUMBERS_FEW) {
        sqlite3_free(numbers->asked);
        sqlite3_free(numbers->answers);
    }
}

int numbers_read_shares(struct call *call, sqlite3_value *question,
                        struct numbers *numbers)
{
    int rc = numbers_read(call, question, "q", numbers);
    return rc == SQLITE_OK ? numbers_are_shares(call, numbers, "q") : rc;
}

int numbers_finish(struct call *call, struct numbers *numbers, int rc)
{
    if (rc == SQLITE_OK) {
        rc = numbers_reply(call, numbers, numbers->is_list, numbers->count);
    }
    numbers_free(numbers);
    return rc;
}

int numbers_finish_split(struct call *call, struct numbers *numbers,
                         enum sketch_status status)
{
    int rc = status == SKETCH_RANGE ? call_fail(call, "points must ascend")
                                    : call_check(call, status);
    if (rc == SQLITE_OK) {
        rc = numbers_reply(call, numbers, true, numbers->count + 1);
    }
    numbers_free(numbers);
    return rc;
}

static int numbers_grow(struct numbers *numbers)
{
    size_t room = 2 * numbers->room;
    double *asked = sqlite3_malloc64(room * sizeof *asked);
    double *answers = sqlite3_malloc64((room + 1) * sizeof *answers);
    if (!asked || !answers) {
        sqlite3_free(asked);
        sqlite3_free(answers);
        return SQLITE_NOMEM;
    }
    memcpy(asked, numbers->asked, numbers->count * sizeof *asked);
    numbers_free(numbers);
    numbers->asked = asked;
    numbers->answers = answers;
    numbers->room = room;
    return SQLITE_OK;
}

static int numbers_append(struct numbers *numbers, double number)
{
    if (numbers->count == numbers->room) {
        int rc = numbers_grow(numbers);
        if (rc != SQLITE_OK) {
            return rc;
        }
    }
    numbers->asked[numbers->count++] = number;
    return SQLITE_OK;
}

static int numbers_read_list(struct call *call, sqlite3_value *question,
                             const char *name, struct numbers *numbers)
{
    struct list list;
    struct list_element element;
    double number = 0;
    int rc = list_open(call, &list, name, question);
    while (rc == SQLITE_OK && (rc = list_next(call, &list, &element)) == SQLITE_ROW) {
        rc = element.is_null ? call_fail(call, "%s must be a number, not null", name)
                             : value_item_number(call, element.item, name, &number);
        if (rc == SQLITE_OK) {
            rc = numbers_append(numbers, number);
        }
    }
    list_close(&list);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int numbers_read_one(struct call *call, sqlite3_value *question,
                            const char *name, struct numbers *numbers)
{
    struct item item;
    double number = 0;
    int rc = value_numeric(call, value_input(question), &item);
    if (rc == SQLITE_MISMATCH) {
        return value_refuse(call, question,
                            "%s must be a number or a JSON array of them, such as "
                            "'[1, 2]'",
                            name);
    }
    if (rc == SQLITE_OK) {
        rc = value_item_number(call, item, name, &number);
    }
    return rc == SQLITE_OK ? numbers_append(numbers, number) : rc;
}

int numbers_read(struct call *call, sqlite3_value *question, const char *name,
                 struct numbers *numbers)
{
    numbers->is_list = list_looks_like_one(question);
    numbers->count = 0;
    numbers->room = NUMBERS_FEW;
    numbers->asked = numbers->few_asked;
    numbers->answers = numbers->few_answers;
    return numbers->is_list ? numbers_read_list(call, question, name, numbers)
                            : numbers_read_one(call, question, name, numbers);
}

int numbers_reply(struct call *call, const struct numbers *numbers, bool is_list,
                  size_t count)
{
    if (!is_list) {
        sqlite3_result_double(call->ctx, numbers->answers[0]);
        return SQLITE_OK;
    }
    sqlite3_str *json = json_open(call, "[");
    for (size_t i = 0; i < count; i++) {
        json_put_real(json, numbers->answers[i]);
    }
    return json_result(call, json, "]");
}

int numbers_is_share(struct call *call, double q, const char *name)
{
    if (q >= 0 && q <= 1) {
        return SQLITE_OK;
    }
    int rc = call_fail(call, "%s must be 0..1, not %s", name, decimal_write(q).text);
    return rc == SQLITE_ERROR && q > 1 && q <= 100
               ? call_advise(call, rc, "%.15g %% is %.15g", q, q / 100)
               : rc;
}

int numbers_are_shares(struct call *call, const struct numbers *numbers,
                       const char *name)
{
    int rc = SQLITE_OK;
    for (size_t i = 0; rc == SQLITE_OK && i < numbers->count; i++) {
        rc = numbers_is_share(call, numbers->asked[i], name);
    }
    return rc;
}

int numbers_k(struct call *call, sqlite3_value *parameter, int least, int most,
              sqlite3_int64 *k)
{
    int rc = value_whole(call, parameter, "k", least, most, k);
    double share = sqlite3_value_double(parameter);
    return rc == SQLITE_ERROR && share > 0 && share < 1
               ? call_advise(call, rc,
                             "several quantiles are one list, such as '[0.5, 0.95]'")
               : rc;
}

/* Whether a sketch was given in the place of a value. */
static bool numbers_is_sketch(struct call *call, struct input input,
                              const struct sketch_ops *ops)
{
    struct item item;
    return value_item(call, input, &item) == SQLITE_OK && item.kind == ITEM_BLOB &&
           item.size > 0 && ops->recognises(item.as.bytes, item.size);
}

int numbers_x(struct call *call, struct input input, const struct sketch_ops *ops,
              double *x)
{
    int rc = value_row_number(call, input, "x", x);
    return rc == SQLITE_ERROR && numbers_is_sketch(call, input, ops)
               ? call_advise(call, rc, "sketches are for %s_merge and %s_get",
                             ops->family, ops->family)
               : rc;
}
