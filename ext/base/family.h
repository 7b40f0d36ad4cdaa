/*
 * How a family of sketches becomes SQL functions.
 *
 * A family says how SQL values turn into parameters and items; a row of its function
 * table names one SQL function and what that does.  The callbacks that SQLite calls
 * are written once: in aggregate.c, scalar.c, and rows.c for table-valued functions.
 *
 * The arguments of every function stand in one order: what is added (`inputs`), then
 * what is asked (`questions`), then the parameters of the sketch.
 */
#ifndef FAMILY_H
#define FAMILY_H

#include "call.h"
#include "json.h"
#include "value.h"

struct family;
struct cardinality; /* see cardinality.h */

enum verb {
    BUILD,    /* aggregate: items in */
    MERGE,    /* aggregate: sketches in */
    UNION,    /* scalar: any number of sketches in */
    ADD,      /* scalar: a sketch or NULL, and an item */
    ASK,      /* scalar: one sketch in */
    EMPTY,    /* scalar: parameters, and a new sketch out */
    PLAIN,    /* scalar: no sketch; all arguments are questions */
    BUILD_BY, /* aggregate: a key and an item in; a sketch for every key out */
    MERGE_BY, /* aggregate: such sketches with keys in */
    ROWS_BY   /* table-valued: their keys and sketches */
};

/* What an aggregate gives for no rows at all, when not even parameters are known. */
enum nothing { AN_EMPTY_SKETCH, A_NULL, A_ZERO, AN_EMPTY_LIST };

/* Answers questions about a sketch: sets the result of the call.  No question is NULL.
 * Of a PLAIN function there is no sketch, and any question may be NULL. */
typedef int reply_fn(struct call *call, const void *sketch, int count,
                     sqlite3_value **questions);

/* Answers from what holds a frame that slides.  As reply_fn. */
typedef int slide_reply_fn(struct call *call, void *slide, int count,
                           sqlite3_value **questions);

/* The same as reply_fn from the bytes of a stored sketch, without making one of them:
 * it reads what it needs, and checks what it reads.  False when it takes the sketch, or
 * when the bytes or a question are amiss; then nothing was done, and reply_fn answers
 * or finds the fault. */
typedef bool direct_fn(struct call *call, const uint8_t *bytes, size_t size, int count,
                       sqlite3_value **questions);

struct sql_function {
    const char *name;
    const char *arguments; /* their names, for people: "x, k" */
    enum verb verb;
    int min_args;
    int max_args;         /* -1, as both: any number */
    int inputs;           /* of BUILD, ADD, and BUILD_BY with the key */
    int questions;        /* of BUILD; the rest are parameters */
    int size;             /* the first parameter's default */
    reply_fn *reply;      /* NULL: the sketch itself */
    enum nothing nothing; /* of BUILD and MERGE; of UNION A_NULL: so is a NULL sketch */
    unsigned traits;
    direct_fn *direct;           /* of ASK; NULL: it takes a sketch to answer */
    slide_reply_fn *slide_reply; /* of BUILD; NULL: no row can leave its frame */
};

enum {
    REPLIES_JSON = 1,  /* the result is marked as JSON */
    IS_RANDOM = 2,     /* not DETERMINISTIC */
    ENDS_WITH_SIZE = 4 /* of MERGE, UNION, ADD, MERGE_BY: images do not tell the
                          parameter, so that one may be given as the last argument */
};

/* The most sketches that a table-valued function takes. */
enum { ROWS_MAX_SKETCHES = 2 };

/* A table-valued function of one or two sketches of a family, F(sketch [, limit]) or
 * F(sketch, sketch [, limit]). */
struct sql_rows {
    const char *name;
    const char *columns; /* as in CREATE TABLE: "rank INTEGER, value" */
    int column_count;
    const char *arguments; /* their names: "sketch, k" */
    int sketches;          /* how many of them are sketches: the first ones */
    int limit_most; /* of the limit, a whole number from 1 on; 0: there is none */

    /* The rows in order, at most `limit` of them; sqlite3_free() gives them back, and
     * what they refer to lives as long as the sketches.  `limit` is -1 when not given.
     */
    int (*list)(struct call *call, void *const *sketches, sqlite3_int64 limit,
                void **rows, size_t *count);
    /* Instead of that: the rows of an image, of which no sketch is made. */
    int (*list_image)(struct call *call, const struct family *family,
                      sqlite3_value *image, void **rows, size_t *count);

    /* The same from the bytes of a stored sketch, the only one, in which the rows may
     * borrow.  False when it takes the sketch, as for direct_fn.  NULL: always. */
    bool (*list_stored)(const uint8_t *bytes, size_t size, sqlite3_int64 limit,
                        void **rows, size_t *count);
    void (*column)(sqlite3_context *ctx, const void *rows, size_t row, int column);
};

/* A row of a frame: what was added, and how often, or what else the family takes for
 * its weight; 1 where rows have no second input. */
struct frame_row {
    struct item item;
    uint64_t weight;
};

/* What holds the rows of a frame that slides: see frame.h. */
struct sliding {
    /* The row that inputs are, of which none is NULL; it borrows from them. */
    int (*take)(struct call *call, int count, const struct input *inputs,
                struct frame_row *row);

    /* One without rows, for frames with the parameters of the sketch. */
    int (*create)(struct call *call, void **out, const struct family *family,
                  const void *sketch);
    int (*add)(struct call *call, void *slide, struct frame_row row);

    /* Takes out the oldest row, which is this one. */
    int (*remove)(struct call *call, void *slide, struct frame_row row);
    void (*free)(void *slide);
};

/* What is kept of a value of F_by until it is added together with others: no more than
 * its family wants of it.  An item borrows. */
struct waiting {
    enum { WAITS_AS_NUMBER, WAITS_AS_HASH, WAITS_AS_ITEM } kind;
    union {
        double number;
        struct hash hash;
        struct item item;
    } as;
};

struct waits {
    /* Of an input that is not NULL; says what is wrong with it, as `add` does. */
    int (*take)(struct call *call, struct input input, struct waiting *waiting);

    /* Asks for the memory that adding it would read first, without waiting for it.
     * NULL: that is the sketch itself. */
    void (*fetch)(const void *sketch, const struct waiting *waiting);

    /* What `add` does with that input alone. */
    enum sketch_status (*add)(void *sketch, const struct waiting *waiting);
};

/* Adds one row to a sketch; no input is NULL, unless the family counts those. */
typedef int add_fn(struct call *call, void *sketch, int count,
                   const struct input *inputs);

struct family {
    const struct sketch_ops *ops;         /* NULL: all functions are PLAIN */
    const struct sql_function *functions; /* ends with a nameless row */
    const struct sql_rows *rows;          /* likewise; NULL: none */

    /* A new sketch from the parameters that were given, perhaps none; `size` is the
     * default of the first. */
    int (*create)(struct call *call, void **out, int size, int count,
                  sqlite3_value **parameters);

    add_fn *add;
    bool counts_null; /* rows with a NULL are added, too; else they are no rows */

    const struct waits *waits; /* for F_by; NULL: there is none */

    /* step_row() with that `add`: see step.h. */
    void (*step)(sqlite3_context *ctx, int argc, sqlite3_value **argv);

    /* The same in an image, of which there is a copy in a block of `room` bytes, at
     * least SKETCH_SPARE more than it takes: afterwards the image of the sketch with
     * that row. False when it takes the sketch to add; then nothing was changed.  NULL:
     * always.  A size that was given, see ENDS_WITH_SIZE, stands behind the inputs. */
    bool (*add_stored)(struct call *call, uint8_t *bytes, size_t *size, size_t room,
                       int count, const struct input *inputs);

    /* Shows the sketch in these bytes to `visit`, without taking memory.  False, and
     * nothing was shown, when that takes memory, or when the bytes are damaged.  NULL:
     * always. */
    bool (*visit_stored)(const uint8_t *bytes, size_t size, sketch_visit_fn *visit,
                         void *ctx);

    const struct cardinality
        *cardinality; /* of a family that counts different values */

    /* For frames from which rows leave one by one: the exact inverse of add, or what
     * holds them in the place of the sketch; NULL, both: that is refused. */
    int (*remove)(struct call *call, void *sketch, int count,
                  const struct input *inputs);
    const struct sliding *sliding;

    /* The same for frames of stored sketches: the exact inverse of merge; NULL:
     * frame_of_sketches holds them. */
    int (*withdraw)(struct call *call, void *total, const void *sketch);

    /* Says why two sketches do not go together; NULL: the status says enough. */
    int (*refuse_pair)(struct call *call, enum sketch_status status, const void *a,
                       const void *b);

    /* Appends the fields of sketch_info() after "type" to an open JSON object. */
    int (*describe)(struct call *call, sqlite3_str *json, const void *sketch);
};

extern const struct family hll_family;
extern const struct family cms_family;
extern const struct family reservoir_family;
extern const struct family random_sample_family;
extern const struct family tdigest_family;
extern const struct family kll_family;
extern const struct family theta_family;
extern const struct family theta_intersect_family; /* what folds stored sketches so */
extern const struct family theta_except_family;
extern const struct family topk_distinct_family;
extern const struct family topk_family;
extern const struct family profile_family;
extern const struct family by_family;   /* sketches with keys, of any family */
extern const struct family info_family; /* the functions for sketches of any family */

/* The bytes of a value that should hold a sketch of a type, such as "hll", and is not
 * NULL: lent by SQLite. */
int family_bytes(struct call *call, const char *type, sqlite3_value *value,
                 const uint8_t **bytes, size_t *size);

/* Reads a stored sketch of the family; the value must not be NULL. */
int family_load(struct call *call, const struct family *family, sqlite3_value *value,
                void **out);

/* The same, merged into *total, which it becomes if that is NULL.  On failure *total is
 * as it was. */
int family_load_into(struct call *call, const struct family *family,
                     sqlite3_value *value, void **total);

/* What another system has written, as foreign_name() has it; NULL for anything else. */
const char *family_foreign(sqlite3_value *value);

/* The call that makes a sketch of what has this name, or NULL. */
const char *family_importer(const char *foreign);

/* Leaves the message that a sketch was expected, of a type unless that is NULL, and
 * what was given instead. */
int family_refuse(struct call *call, sqlite3_value *value, const char *type);

/* The same for bytes, perhaps none, that the family does not read: another one's, or
 * damaged, or none of ours. */
int family_refuse_image(struct call *call, const char *type, const uint8_t *bytes,
                        size_t size);

/* Makes the sketch's bytes the result of the call; or those of one that others were
 * merged into. */
int family_reply_sketch(struct call *call, const struct family *family,
                        const void *sketch);
int family_reply_total(struct call *call, const struct family *family,
                       const void *sketch);

/* Registers all functions of a family, which is one of `families`, those that there
 * are, ending with NULL.  That table has to live as long as the connection. */
int family_register(sqlite3 *db, const struct family *family,
                    const struct family *const *families);

#endif
