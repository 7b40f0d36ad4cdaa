/* The entry point: registers every function of every family. */
#include "family.h"
#include "sketches.h"

SQLITE_EXTENSION_INIT1

enum { EXTENSION_OLDEST_SQLITE = 3026000 };

const struct family *const families[] = {
    &topk_family,          &hll_family, &tdigest_family, &cms_family, &reservoir_family,
    &random_sample_family, NULL,
};

__attribute__((visibility("default"))) int
sqlite3_sketches_init(sqlite3 *db, char **error, const sqlite3_api_routines *api)
{
    SQLITE_EXTENSION_INIT2(api);
    (void)api;
    if (sqlite3_libversion_number() < EXTENSION_OLDEST_SQLITE) {
        if (error) {
            *error = sqlite3_mprintf("sketches needs SQLite 3.26.0 or newer, not %s",
                                     sqlite3_libversion());
        }
        return SQLITE_ERROR;
    }
    int rc = info_register(db);
    if (rc == SQLITE_BUSY) {
        /* Loaded by SQL a second time: a function that exists cannot be registered
         * again while a statement runs, and ours are all there. */
        return SQLITE_OK;
    }
    if (rc == SQLITE_OK) {
        rc = random_sample_register(db);
    }
    for (size_t i = 0; rc == SQLITE_OK && families[i]; i++) {
        rc = family_register_functions(db, families[i]);
        if (rc == SQLITE_OK) {
            rc = family_register_rows(db, families[i]);
        }
    }
    if (rc != SQLITE_OK && error) {
        *error = sqlite3_mprintf("sketches: %s", sqlite3_errmsg(db));
    }
    return rc;
}
