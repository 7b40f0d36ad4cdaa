/*
 * SQL values in: the one place that knows what they mean to a sketch.
 *
 * Equality is SQLite's: 1 and 1.0 are one item, and so are 0.0 and -0.0.  Texts are
 * their UTF-8 bytes, whatever the encoding of the database.  Collations cannot be
 * seen from here.
 *
 * Where a number is wanted, a text that says one is that number, as for SQLite's
 * numeric affinity: what comes from CSV and from forms is text.  Where an item is
 * wanted, '1' stays another one than 1.
 */
#ifndef VALUE_H
#define VALUE_H

#include "call.h"
#include "item.h"

/* A value and its type, which every row asks for just once: a call into SQLite costs
 * as much as most sketches do. */
struct input {
    sqlite3_value *value;
    int type;
};

static inline struct input value_input(sqlite3_value *value)
{
    return (struct input){.value = value, .type = sqlite3_value_type(value)};
}

/* As value_item(), for what is neither an integer nor a text. */
int value_rare_item(struct call *call, struct input input, struct item *item);

/* The item that an input is.  It borrows from the value, which must not be NULL.
 * Integers and texts, as nearly all rows hold, become part of what runs for every row.
 */
__attribute__((always_inline)) static inline int
value_item(struct call *call, struct input input, struct item *item)
{
    if (input.type == SQLITE_INTEGER) {
        *item = item_integer(sqlite3_value_int64(input.value));
        return SQLITE_OK;
    }
    if (input.type != SQLITE_TEXT) {
        struct item rare; /* so that the other need not be in memory */
        int rc = value_rare_item(call, input, &rare);
        *item = rare;
        return rc;
    }
    /* The pointer is fetched first: that may convert the value, and only then is the
     * size the right one. */
    const void *bytes = sqlite3_value_text(input.value);
    *item = item_text(bytes, (uint32_t)sqlite3_value_bytes(input.value));
    return bytes ? SQLITE_OK : SQLITE_NOMEM;
}

/* The hash of that item; and that of its bytes alone, which is exchanged. */
static inline int value_hash(struct call *call, struct input input, struct hash *hash)
{
    struct item item;
    int rc = value_item(call, input, &item);
    if (rc == SQLITE_OK) {
        *hash = item_hash(item);
    }
    return rc;
}

static inline int value_bytes_hash(struct call *call, struct input input,
                                   struct hash *hash)
{
    struct item item;
    int rc = value_item(call, input, &item);
    if (rc == SQLITE_OK) {
        *hash = item_bytes_hash(item);
    }
    return rc;
}

/* The item as a result. */
void value_result(sqlite3_context *ctx, struct item item);

/* An estimate of how many different values an aggregate has met as a result: they are
 * not more than rows. */
int value_result_count(struct call *call, double estimate);

/* The number that a value is or says, perhaps an infinity; SQLITE_MISMATCH, without a
 * message, if it is none. */
int value_numeric(struct call *call, struct input input, struct item *number);

/* True for an INTEGER or a REAL that is finite. */
static inline bool value_is_number(struct input input, double *out)
{
    if (input.type != SQLITE_INTEGER && input.type != SQLITE_FLOAT) {
        return false;
    }
    *out = sqlite3_value_double(input.value);
    return *out - *out == 0;
}

/* A whole number from least to most; `name` is the argument's.  REALs with an
 * integral value count. */
int value_whole(struct call *call, sqlite3_value *value, const char *name,
                sqlite3_int64 least, sqlite3_int64 most, sqlite3_int64 *out);

/* What a row holds, which as NULL would be skipped, as a finite number. */
int value_row_number(struct call *call, struct input input, const char *name,
                     double *out);

/* As value_number(), for what is not simply one. */
int value_rare_number(struct call *call, struct input input, const char *name,
                      double *out);

/* A finite number: a parameter. */
static inline int value_number(struct call *call, struct input input, const char *name,
                               double *out)
{
    return value_is_number(input, out) ? SQLITE_OK
                                       : value_rare_number(call, input, name, out);
}

/* The same out of an item. */
int value_item_number(struct call *call, struct item item, const char *name,
                      double *out);

/* How often a row counts: a whole number >= 0. */
int value_weight(struct call *call, struct input input, uint64_t *out);

/* How much a row weighs: 0, or a number from least to most, which are positive. */
int value_real_weight(struct call *call, struct input input, double least, double most,
                      double *out);

/* Which of the words, ending with NULL, a text is, in letters of any case: its number,
 * or -1 of anything else. */
int value_word(sqlite3_value *value, const char *const *words, int *number);

/* Fails with "WANTED, not VALUE": what is wanted is made as by printf. */
int value_refuse(struct call *call, sqlite3_value *value, const char *format, ...);

#endif
