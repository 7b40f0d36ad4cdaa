/*
 * What a statement keeps for its functions is found by a number.  That of an argument
 * keeps it while the argument is a constant.  Negative numbers are shared by all calls
 * of a statement, and keep it to the end.  SQLite's manual leaves their meaning open,
 * but its own JSON functions hold parsed texts so, in every version from 3.26 on.  An
 * SQLite that did not know them would drop what is kept, and images would be read anew.
 */
#include "recent.h"

#include <string.h>

enum { RECENT_CONSTANT = 0 };

struct recent {
    const struct family *family;
    void *sketch;
    void *bytes; /* the image that it was read from */
    size_t size;
    int holders; /* it goes with the last of them */
};

/* Says that a constant was seen, but not read. */
static const struct recent recent_seen;

bool recent_comes_again(struct call *call)
{
    if (sqlite3_get_auxdata(call->ctx, RECENT_CONSTANT)) {
        return true;
    }
    sqlite3_set_auxdata(call->ctx, RECENT_CONSTANT, (void *)(uintptr_t)&recent_seen,
                        NULL);
    return false;
}

const void *recent_sketch(const struct recent *recent) { return recent->sketch; }

void recent_drop(struct recent *recent)
{
    if (recent && --recent->holders == 0) {
        recent->family->ops->free(recent->sketch);
        sqlite3_free(recent->bytes);
        sqlite3_free(recent);
    }
}

static void recent_drop_kept(void *recent) { recent_drop(recent); }

/* A number that only this family of this library has: out of an address, so that it is
 * never one of JSON's, -429938 to -429935, which leave other rests by 16. */
static int recent_place(const struct family *family)
{
    return -4 - (int)((uintptr_t)family & 0x7ffffff0U);
}

/* The one that is there already, or NULL. */
static struct recent *recent_find(struct call *call, const struct family *family,
                                  const void *bytes, size_t size)
{
    struct recent *found = sqlite3_get_auxdata(call->ctx, RECENT_CONSTANT);
    if (found && found != &recent_seen) {
        return found;
    }
    found = sqlite3_get_auxdata(call->ctx, recent_place(family));
    return found && found->size == size && memcmp(found->bytes, bytes, size) == 0
               ? found
               : NULL;
}

static int recent_read(struct call *call, const struct family *family,
                       sqlite3_value *value, struct recent **out)
{
    struct recent *recent = sqlite3_malloc64(sizeof *recent);
    if (!recent) {
        return SQLITE_NOMEM;
    }
    *recent = (struct recent){.family = family, .holders = 1};
    int rc = family_load(call, family, value, &recent->sketch);
    if (rc == SQLITE_OK) {
        recent->size = (size_t)sqlite3_value_bytes(value);
        recent->bytes = sqlite3_malloc64(recent->size);
        rc = recent->bytes ? SQLITE_OK : SQLITE_NOMEM;
    }
    if (rc != SQLITE_OK) {
        recent_drop(recent);
        return rc;
    }
    memcpy(recent->bytes, sqlite3_value_blob(value), recent->size);
    *out = recent;
    return SQLITE_OK;
}

int recent_take(struct call *call, const struct family *family, sqlite3_value *value,
                struct recent **out)
{
    bool is_blob = sqlite3_value_type(value) == SQLITE_BLOB;
    const void *bytes = is_blob ? sqlite3_value_blob(value) : NULL;
    size_t size = bytes ? (size_t)sqlite3_value_bytes(value) : 0;
    *out = size > 0 ? recent_find(call, family, bytes, size) : NULL;
    if (*out) {
        (*out)->holders++;
        return SQLITE_OK;
    }
    int rc = recent_read(call, family, value, out);
    if (rc == SQLITE_OK) {
        /* One for us and one for each place; where it is not kept, SQLite drops it. */
        (*out)->holders = 3;
        sqlite3_set_auxdata(call->ctx, recent_place(family), *out, recent_drop_kept);
        sqlite3_set_auxdata(call->ctx, RECENT_CONSTANT, *out, recent_drop_kept);
    }
    return rc;
}
