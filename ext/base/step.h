/*
 * What runs for every row that a BUILD aggregate is fed.
 *
 * The step is compiled once for each family, into a callback that names the family's
 * `add`, so that a value goes from SQLite into its sketch without a call on the way:
 * a call costs as much as some sketches do.  Such a callback is `flatten`: all that it
 * calls becomes part of it, but for what is `noinline` since few rows come there.
 */
#ifndef STEP_H
#define STEP_H

#include "binding.h"
#include "extra.h"
#include "frame.h"

/* What an aggregate keeps between rows; SQLite hands it out zeroed. */
struct step {
    void *sketch;     /* NULL: no row has come */
    int short_length; /* the arguments of a row that may go the short way; 0: none may
                       */
    struct call call; /* in which a row puts its context */
    struct extra extras[EXTRA_MOST];
    struct frame frame;
};

/* What holds the rows when some leave the frame; NULL: nothing can, or the sketch. */
const struct sliding *step_sliding(const struct binding *binding);

/* Any row: of the first one keeps the questions and parameters, and makes the sketch;
 * of others finds what differs.  Settles whether the next one may go the short way. */
void step_long_row(struct step *step, sqlite3_context *ctx, int argc,
                   sqlite3_value **argv);

/* True for one input and the very numbers of the first row, as nearly all rows are.
 * Without a loop each of them is at a place that is known. */
static inline bool step_is_short(const struct step *step, int argc,
                                 sqlite3_value **argv)
{
    if (step->short_length != argc) {
        return false;
    }
#pragma GCC unroll 4
    for (int i = 0; i < EXTRA_MOST; i++) {
        if (argc == i + 1) {
            return true;
        }
        if (!extra_is_number(&step->extras[i], argv[i + 1])) {
            return false;
        }
    }
    return true;
}

/* SQLite's callback, but for the family's `add` and `counts_null`. */
__attribute__((always_inline)) static inline void
step_any_row(sqlite3_context *ctx, int argc, sqlite3_value **argv, add_fn *add,
             bool counts_null)
{
    struct step *step = sqlite3_aggregate_context(ctx, sizeof *step);
    if (!step || !step_is_short(step, argc, argv)) {
        step_long_row(step, ctx, argc, argv);
        return;
    }
    struct input input = value_input(argv[0]);
    if (input.type == SQLITE_NULL && !counts_null) {
        return;
    }
    step->call.ctx = ctx;
    step->call.rows++;
    int rc = add(&step->call, step->sketch, 1, &input);
    if (rc != SQLITE_OK) {
        call_conclude(&step->call, rc);
    }
}

/* The same for the families to which NULL is no value. */
__attribute__((always_inline)) static inline void
step_row(sqlite3_context *ctx, int argc, sqlite3_value **argv, add_fn *add)
{
    step_any_row(ctx, argc, argv, add, false);
}

#endif
