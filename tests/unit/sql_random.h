/*
 * Random small tables and window frames in real SQL, for tests that compare what the
 * extension says there with what SQLite says.  One connection for the whole program.
 */
#ifndef SQL_RANDOM_H
#define SQL_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "random.h"

extern sqlite3 *sql_db;

/* For cmocka: opens the connection, with the extension and the table t. */
int sql_open(void **state);
int sql_close(void **state);

/* Whether SQLite is 3.minor or newer. */
bool sql_is_since(int minor);

/* The setting of this name in the environment, a number above 0, or `otherwise`. */
long sql_rounds(const char *setting, long otherwise);

/* Runs statements whose only answer may be one number, or 0; fails the test when they
 * fail. */
int64_t sql_run(const char *sql);

/*
 * Makes t anew, with 1 to 40 rows:
 *
 *     id  0, 1, 2, ...
 *     g   one of three groups
 *     o   an order with ties and NULLs
 *     x   a value of any class, often like others, in a column of any affinity and
 *         collation
 *     y   id where x is not NULL
 *     z   another such value
 *     n   a number, or a text that is one, or NULL
 *     w   a weight, 0 to 4, likewise; now and then NULL if `null_weights`
 *     h   a hll sketch of lg_k 4 of the rows near by; now and then NULL
 *     c   a cms sketch of eps and delta 0.1 of the rows up to this one; likewise
 *
 * Beside it e has the same rows without affinity or collation, in which n is REAL and w
 * INTEGER, with kx and kz, the bytes of x and z that hll hashes, and r, x as a REAL if
 * it is a finite number; and item has one row, x, a value that t may have.
 */
void sql_fill(struct random *random, bool null_weights);

/* Prints t, for a test that fails. */
void sql_print_table(void);

enum { SQL_FRAME = 200 };

struct sql_frame {
    char window[SQL_FRAME]; /* what stands in WINDOW v AS () */
    const char *filter;     /* and before OVER v, perhaps nothing */
    bool ends_before_it_begins;
    bool is_afresh; /* no row leaves it, or each frame is computed anew */
};

/* Any that this SQLite knows. */
void sql_make_frame(struct random *random, struct sql_frame *frame);

#endif
