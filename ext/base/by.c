/*
 * The callbacks of F_by(key, x ...) and F_by_merge(keyed), for all families: a sketch
 * for every key, without the sorter that GROUP BY pays for.
 *
 * The sketches of many keys lie in more memory than caches hold.  A row alone waits for
 * a slot of the table, an entry, a sketch and what that points to, one after the other;
 * for many rows all of one kind can be asked for at once.  So rows wait in a batch, as
 * soon as what is held is that large; before, each is added as it comes.
 *
 * All keys are held at once, so memory is bounded: what is held, and the image in the
 * end, may each take what SQLite's connection allows for a BLOB.  They are plain
 * aggregates, so that SQLite itself refuses OVER.
 */
#include "binding.h"
#include "extra.h"
#include "keyed.h"
#include "quota.h"

#include <string.h>

enum {
    BY_INPUTS = 2,             /* the key and x */
    BY_NEAR_BYTES = 512 << 10, /* held, which a processor has near it */
    BY_BATCH_ROWS = 32,
    BY_BATCH_BYTES = 2048 /* of their texts and blobs */
};

struct by_key {
    struct item item; /* unless it is SQL's NULL */
    bool is_null;
    struct hash hash;
};

/* A row that waits. */
struct by_row {
    struct by_key key;
    bool has_value; /* else that is NULL, and there is nothing to add */
    struct waiting value;
    uint32_t expected; /* of the key, see keyed.h */
    void *sketch;
};

/* If it is full its last row may borrow from SQLite; else no row does. */
struct by_batch {
    int count;
    bool is_full;
    size_t used; /* of `bytes` */
    struct by_row rows[BY_BATCH_ROWS];
    uint8_t bytes[BY_BATCH_BYTES];
};

/* What is kept between rows; SQLite hands it out zeroed. */
struct by_state {
    struct keyed *keyed; /* NULL: no row has come */
    struct quota quota;  /* of all that `keyed` holds */
    struct call call;    /* in which a row puts its context */
    const struct family *family;
    uint8_t *empty; /* the image of a new sketch */
    size_t empty_size;
    struct extra extras[EXTRA_MOST];
    struct by_batch batch; /* rows that `keyed` has not got yet */
};

static sqlite3_uint64 by_limit(sqlite3_context *ctx)
{
    return (sqlite3_uint64)sqlite3_limit(sqlite3_context_db_handle(ctx),
                                         SQLITE_LIMIT_LENGTH, -1);
}

static int by_refuse_size(struct call *call)
{
    return call_fail(call,
                     "the keys and their sketches take more than %llu bytes, SQLite's "
                     "limit for a BLOB; write GROUP BY with %s_sketch instead",
                     by_limit(call->ctx), binding_of(call->ctx)->family->ops->family);
}

/* A code, or what the quota has to say. */
static int by_check(struct by_state *state, int rc)
{
    if (rc == SQLITE_NOMEM && state->quota.interrupted) {
        return SQLITE_INTERRUPT;
    }
    return rc == SQLITE_NOMEM && state->quota.exceeded ? by_refuse_size(&state->call)
                                                       : rc;
}

static void by_prepare(sqlite3_context *ctx, struct by_state *state)
{
    const struct binding *binding = binding_of(ctx);
    state->call = binding_call(binding, ctx);
    state->family = binding->family;
    state->quota.most = by_limit(ctx);
    state->quota.call = &state->call;
}

/* What a new sketch of these parameters looks like.  Reading that makes one in the
 * memory that is counted. */
static int by_create(struct by_state *state, int count, sqlite3_value **parameters)
{
    const struct family *family = state->family;
    struct sketch_memory memory = quota_memory(&state->quota);
    int size = binding_of(state->call.ctx)->function->size;
    void *sketch;
    int rc = family->create(&state->call, &sketch, size, count, parameters);
    if (rc != SQLITE_OK) {
        return rc;
    }
    enum sketch_status status =
        family->ops->serialise(sketch, &state->empty, &state->empty_size);
    if (status == SKETCH_OK) {
        status =
            keyed_create(&state->keyed, keyed_kind_of(family->ops), sketch, &memory);
    }
    family->ops->free(sketch);
    return call_check(&state->call, status);
}

/* Remembers the parameters of the first row, which are its arguments from place `first`
 * on. */
static int by_begin(sqlite3_context *ctx, struct by_state *state, int first, int argc,
                    sqlite3_value **argv)
{
    by_prepare(ctx, state);
    int rc = extra_keep_all(state->extras, first, first, argc, argv);
    return rc == SQLITE_OK ? by_create(state, argc - first, argv + first) : rc;
}

static const struct item *by_key_item(const struct by_key *key)
{
    return key->is_null ? NULL : &key->item;
}

static int by_take_key(struct call *call, sqlite3_value *value, struct by_key *key)
{
    struct input input = value_input(value);
    int rc = SQLITE_OK;
    key->is_null = input.type == SQLITE_NULL;
    if (!key->is_null) {
        rc = value_item(call, input, &key->item);
    }
    if (rc == SQLITE_OK) {
        key->hash = keyed_hash(by_key_item(key));
    }
    return rc;
}

/* A new sketch for a key that has none. */
static int by_start(struct by_state *state, const struct by_key *key, void **sketch)
{
    const struct sketch_ops *ops = state->family->ops;
    enum sketch_status status =
        keyed_read(state->keyed, sketch, state->empty, state->empty_size);
    if (status == SKETCH_OK) {
        status = keyed_put(state->keyed, by_key_item(key), key->hash, *sketch);
        if (status != SKETCH_OK) {
            ops->free(*sketch);
        }
    }
    return call_check(&state->call, status);
}

/* The sketch of a key, which gets one if it has none. */
static int by_find(struct by_state *state, const struct by_key *key, uint32_t expected,
                   void **sketch)
{
    *sketch = keyed_find(state->keyed, by_key_item(key), key->hash, expected);
    return *sketch ? SQLITE_OK : by_start(state, key, sketch);
}

/* Finds the sketches of all rows that wait.  A row whose x is NULL still has a key, as
 * for GROUP BY. */
static int by_find_sketches(struct by_state *state)
{
    const struct waits *waits = state->family->waits;
    int rc = SQLITE_OK;
    for (int i = 0; i < state->batch.count; i++) {
        struct by_row *row = &state->batch.rows[i];
        row->expected = keyed_expect(state->keyed, row->key.hash);
    }
    for (int i = 0; rc == SQLITE_OK && i < state->batch.count; i++) {
        struct by_row *row = &state->batch.rows[i];
        rc = by_find(state, &row->key, row->expected, &row->sketch);
        if (rc == SQLITE_OK && row->has_value && waits->fetch) {
            waits->fetch(row->sketch, &row->value);
        }
    }
    return rc;
}

/* Adds all rows that wait, in their order. */
static int by_flush(struct by_state *state)
{
    const struct waits *waits = state->family->waits;
    int rc = by_find_sketches(state);
    for (int i = 0; rc == SQLITE_OK && i < state->batch.count; i++) {
        const struct by_row *row = &state->batch.rows[i];
        if (row->has_value) {
            rc = call_check(&state->call, waits->add(row->sketch, &row->value));
        }
    }
    state->batch.count = 0;
    state->batch.is_full = false;
    state->batch.used = 0;
    return rc;
}

/* Moves the bytes of an item into the batch, if there is room enough. */
static void by_move(struct by_batch *batch, struct item *item)
{
    if (item->size > BY_BATCH_BYTES - batch->used) {
        batch->is_full = true;
        return;
    }
    uint8_t *bytes = batch->bytes + batch->used;
    memcpy(bytes, item->as.bytes, item->size);
    item->as.bytes = bytes;
    batch->used += item->size;
}

/* Appends a row to a batch that is not full. */
static int by_wait(struct by_state *state, sqlite3_value **argv)
{
    struct by_batch *batch = &state->batch;
    struct by_row *row = &batch->rows[batch->count];
    struct input input = value_input(argv[1]);
    int rc = by_take_key(&state->call, argv[0], &row->key);
    row->has_value = input.type != SQLITE_NULL;
    if (rc == SQLITE_OK && row->has_value) {
        rc = state->family->waits->take(&state->call, input, &row->value);
    }
    if (rc != SQLITE_OK) {
        return rc;
    }
    keyed_await(state->keyed, row->key.hash);
    if (!row->key.is_null && row->key.item.size > 0) {
        by_move(batch, &row->key.item);
    }
    if (row->has_value && row->value.kind == WAITS_AS_ITEM &&
        row->value.as.item.size > 0) {
        by_move(batch, &row->value.as.item);
    }
    batch->count++;
    return batch->is_full || batch->count == BY_BATCH_ROWS ? by_flush(state)
                                                           : SQLITE_OK;
}

static int by_add_now(struct by_state *state, sqlite3_value **argv)
{
    struct by_key key;
    struct input input = value_input(argv[1]);
    void *sketch;
    int rc = by_take_key(&state->call, argv[0], &key);
    if (rc == SQLITE_OK) {
        rc = by_find(state, &key, KEYED_NONE, &sketch);
    }
    return rc == SQLITE_OK && input.type != SQLITE_NULL
               ? state->family->add(&state->call, sketch, 1, &input)
               : rc;
}

/* Rows are added in their order: none overtakes those that wait. */
static int by_add(struct by_state *state, sqlite3_value **argv)
{
    bool is_near = state->batch.count == 0 && state->quota.held <= BY_NEAR_BYTES;
    return is_near ? by_add_now(state, argv) : by_wait(state, argv);
}

static void by_build_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct by_state *state = sqlite3_aggregate_context(ctx, sizeof *state);
    int rc = SQLITE_OK;
    if (!state) {
        sqlite3_result_error_nomem(ctx);
        return;
    }
    state->call.ctx = ctx;
    if (!state->keyed) {
        rc = by_begin(ctx, state, BY_INPUTS, argc, argv);
    } else if (argc > BY_INPUTS) {
        rc = extra_require_same(&state->call, state->extras, BY_INPUTS, argc, argv);
    }
    if (rc == SQLITE_OK) {
        rc = by_add(state, argv);
    }
    if (rc != SQLITE_OK) {
        call_conclude(&state->call, by_check(state, rc));
    }
}

/* Merges one value, which is not NULL. */
static int by_take(struct by_state *state, sqlite3_value *value)
{
    const struct keyed_kind *kind = keyed_kind_of(state->family->ops);
    struct call *call = &state->call;
    const uint8_t *bytes;
    size_t size;
    int rc = family_bytes(call, kind->name, value, &bytes, &size);
    if (rc != SQLITE_OK) {
        return rc;
    }
    enum sketch_status status = keyed_kind_in(bytes, size) == kind
                                    ? keyed_absorb(state->keyed, bytes, size)
                                    : SKETCH_CORRUPT;
    return status == SKETCH_CORRUPT ? family_refuse_image(call, kind->name, bytes, size)
                                    : call_check(call, status);
}

static void by_merge_step(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    struct by_state *state = sqlite3_aggregate_context(ctx, sizeof *state);
    if (!state) {
        sqlite3_result_error_nomem(ctx);
        return;
    }
    state->call.ctx = ctx;
    int rc = state->keyed
                 ? extra_require_same(&state->call, state->extras, 1, argc, argv)
                 : by_begin(ctx, state, 1, argc, argv);
    if (rc == SQLITE_OK && sqlite3_value_type(argv[0]) != SQLITE_NULL) {
        rc = by_take(state, argv[0]);
    }
    call_conclude(&state->call, by_check(state, rc));
}

/* The image of all, which may take as much as a BLOB may, and while it grows twice
 * that. */
static int by_reply(struct by_state *state)
{
    sqlite3_uint64 limit = by_limit(state->call.ctx);
    uint8_t *bytes;
    size_t size;
    int rc = by_flush(state);
    if (rc != SQLITE_OK) {
        return by_check(state, rc);
    }
    state->quota.most = state->quota.held + 2 * limit;
    enum sketch_status status = binding_of(state->call.ctx)->function->verb == MERGE_BY
                                    ? keyed_serialise_total(state->keyed, &bytes, &size)
                                    : keyed_serialise(state->keyed, &bytes, &size);
    if (status != SKETCH_OK) {
        return by_check(state, call_check(&state->call, status));
    }
    if (size > limit) {
        sqlite3_free(bytes);
        return by_refuse_size(&state->call);
    }
    sqlite3_result_blob64(state->call.ctx, bytes, size, sqlite3_free);
    return SQLITE_OK;
}

/* No rows: no keys. */
static int by_reply_empty(sqlite3_context *ctx, struct by_state *state)
{
    int rc = by_begin(ctx, state, 0, 0, NULL);
    return rc == SQLITE_OK ? by_reply(state) : rc;
}

/* Also comes after an error, to clean up: then there may be a state, but no table. */
static void by_final(sqlite3_context *ctx)
{
    struct by_state none = {.keyed = NULL};
    struct by_state *state = sqlite3_aggregate_context(ctx, 0);
    int rc = SQLITE_OK;
    if (!state) {
        state = &none;
        rc = by_reply_empty(ctx, state);
    } else if (state->keyed) {
        state->call.ctx = ctx;
        rc = by_reply(state);
    }
    call_conclude(&state->call, rc);
    keyed_free(state->keyed);
    sqlite3_free(state->empty);
    extra_drop_all(state->extras);
}

int by_register(sqlite3 *db, struct binding *binding, int args, int flags)
{
    const struct sql_function *function = binding->function;
    return sqlite3_create_function_v2(db, function->name, args, flags, binding, NULL,
                                      function->verb == MERGE_BY ? by_merge_step
                                                                 : by_build_step,
                                      by_final, sqlite3_free);
}
