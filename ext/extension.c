/* The entry point: registers every function of every family. */
#include "family.h"
#include "functions.h"
#include "sketches.h"

enum { EXTENSION_OLDEST_SQLITE = 3026000 };

static const struct family *const families[] = {
    &info_family,
    &topk_family,
    &hll_family,
    &theta_family,
    &theta_intersect_family,
    &theta_except_family,
    &tdigest_family,
    &kll_family,
    &cms_family,
    &reservoir_family,
    &random_sample_family,
    &profile_family,
    &topk_distinct_family,
    &by_family,
    NULL,
};

/* The SQLite that this file serves.  Its table of functions is kept once for the whole
 * file, so a second SQLite of the same process would take it away from the first. */
static const sqlite3_api_routines *extension_host;

static bool extension_is_taken(char **error, const sqlite3_api_routines *api)
{
    if (!api || !extension_host || api == extension_host) {
        return false;
    }
    if (error) {
        *error = api->mprintf("sketches: another SQLite in this program has this file "
                              "already; load a copy of it, such as sketches2.so");
    }
    return true;
}

/* The one name for the outside, also when gcc is told that the file is all there is. */
#if defined(__GNUC__) && !defined(__clang__)
__attribute__((externally_visible))
#endif
__attribute__((visibility("default"))) int
sqlite3_sketches_init(sqlite3 *db, char **error, const sqlite3_api_routines *api)
{
    if (extension_is_taken(error, api)) {
        return SQLITE_ERROR;
    }
    extension_host = api;
    SQLITE_EXTENSION_INIT2(api);
    if (sqlite3_libversion_number() < EXTENSION_OLDEST_SQLITE) {
        if (error) {
            *error = sqlite3_mprintf("sketches needs SQLite 3.26.0 or newer, not %s",
                                     sqlite3_libversion());
        }
        return SQLITE_ERROR;
    }
    int rc = SQLITE_OK;
    for (size_t i = 0; rc == SQLITE_OK && families[i]; i++) {
        rc = family_register(db, families[i], families);
        if (rc == SQLITE_BUSY && i == 0) {
            /* Loaded by SQL a second time: a function that exists cannot be registered
             * again while a statement runs, and ours are all there. */
            return SQLITE_OK;
        }
    }
    if (rc == SQLITE_OK) {
        rc = functions_register(db, families);
    }
    if (rc != SQLITE_OK && error) {
        *error = sqlite3_mprintf("sketches: %s", sqlite3_errmsg(db));
    }
    return rc;
}
