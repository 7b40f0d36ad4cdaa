#include "cardinality.h"

#include "binding.h"

enum { CARDINALITY_DEVIATIONS = 2, CARDINALITY_MOST_DEVIATIONS = 3 };

static const struct cardinality *cardinality_of(const struct call *call)
{
    return binding_of(call->ctx)->family->cardinality;
}

int cardinality_count(struct call *call, const void *sketch, int count,
                      sqlite3_value **questions)
{
    (void)count;
    (void)questions;
    return value_result_count(call, cardinality_of(call)->estimate(sketch));
}

int cardinality_get(struct call *call, const void *sketch, int count,
                    sqlite3_value **questions)
{
    (void)count;
    (void)questions;
    sqlite3_result_double(call->ctx, cardinality_of(call)->estimate(sketch));
    return SQLITE_OK;
}

bool cardinality_get_stored(struct call *call, const uint8_t *bytes, size_t size,
                            int count, sqlite3_value **questions)
{
    double estimate;
    (void)count;
    (void)questions;
    bool known = cardinality_of(call)->stored_estimate(bytes, size, &estimate);
    if (known) {
        sqlite3_result_double(call->ctx, estimate);
    }
    return known;
}

static int cardinality_bound(struct call *call, const void *sketch, int count,
                             sqlite3_value **questions, bool is_upper)
{
    sqlite3_int64 deviations = CARDINALITY_DEVIATIONS;
    double lower = 0;
    double upper = 0;
    int rc = SQLITE_OK;
    if (count > 0) {
        rc = value_whole(call, questions[0], "sd", 1, CARDINALITY_MOST_DEVIATIONS,
                         &deviations);
    }
    if (rc == SQLITE_OK) {
        rc = call_check(call, cardinality_of(call)->bounds(sketch, (int)deviations,
                                                           &lower, &upper));
    }
    if (rc == SQLITE_OK) {
        sqlite3_result_double(call->ctx, is_upper ? upper : lower);
    }
    return rc;
}

int cardinality_lower(struct call *call, const void *sketch, int count,
                      sqlite3_value **questions)
{
    return cardinality_bound(call, sketch, count, questions, false);
}

int cardinality_upper(struct call *call, const void *sketch, int count,
                      sqlite3_value **questions)
{
    return cardinality_bound(call, sketch, count, questions, true);
}

/* A number that is no INTEGER of the range is left to cardinality_bound. */
static bool cardinality_bound_stored(struct call *call, const uint8_t *bytes,
                                     size_t size, int count, sqlite3_value **questions,
                                     bool is_upper)
{
    double lower;
    double upper;
    sqlite3_int64 deviations =
        count > 0 ? sqlite3_value_int64(questions[0]) : CARDINALITY_DEVIATIONS;
    bool known = (count == 0 || sqlite3_value_type(questions[0]) == SQLITE_INTEGER) &&
                 deviations >= 1 && deviations <= CARDINALITY_MOST_DEVIATIONS &&
                 cardinality_of(call)->stored_bounds(bytes, size, (int)deviations,
                                                     &lower, &upper);
    if (known) {
        sqlite3_result_double(call->ctx, is_upper ? upper : lower);
    }
    return known;
}

bool cardinality_lower_stored(struct call *call, const uint8_t *bytes, size_t size,
                              int count, sqlite3_value **questions)
{
    return cardinality_bound_stored(call, bytes, size, count, questions, false);
}

bool cardinality_upper_stored(struct call *call, const uint8_t *bytes, size_t size,
                              int count, sqlite3_value **questions)
{
    return cardinality_bound_stored(call, bytes, size, count, questions, true);
}
