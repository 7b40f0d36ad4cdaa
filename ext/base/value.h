/*
 * SQL values in: the one place that knows what they mean to a sketch.
 *
 * Equality is SQLite's: 1 and 1.0 are one item, and so are 0.0 and -0.0.  Texts are
 * their UTF-8 bytes, whatever the encoding of the database.  Collations cannot be
 * seen from here.
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
    return (struct input){value, sqlite3_value_type(value)};
}

/* The item that an input is.  It borrows from the value, which must not be NULL. */
int value_item(struct call *call, struct input input, struct item *item);

/* The hash of that item. */
int value_hash(struct call *call, struct input input, struct hash *hash);

/* The item as a result. */
void value_result(sqlite3_context *ctx, struct item item);

/* A whole number from least to most; `name` is the argument's.  REALs with an
 * integral value count, texts do not. */
int value_whole(struct call *call, sqlite3_value *value, const char *name,
                sqlite3_int64 least, sqlite3_int64 most, sqlite3_int64 *out);

/* A finite number; neither text nor BLOB nor NULL. */
int value_number(struct call *call, struct input input, const char *name, double *out);

/* How often a row counts: a whole number >= 0. */
int value_weight(struct call *call, struct input input, uint64_t *out);

/* Fails with "WANTED, not VALUE": what is wanted is made as by printf. */
int value_refuse(struct call *call, sqlite3_value *value, const char *format, ...);

/* A short description for messages, from sqlite3_mprintf; NULL: out of memory. */
char *value_show(sqlite3_value *value);

#endif
