#include "asking.h"
#include <stddef.h>
#include <string.h>

static int allowed = 1;

static int load(sqlite3 *db, char **error)
{
    /* lines */
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL);
    int status = sqlite3_load_extension(db, "./sketches", NULL, error);
    /* end of lines */
    return status;
}

static char *open_and_load(sqlite3 **db)
{
    char *error = NULL;
    int status = sqlite3_open(":memory:", db);
    if (!status && allowed) {
        status = load(*db, &error);
    }
    if (!status) {
        status = sqlite3_load_extension(*db, "./sketches", NULL, &error);
    }
    return status && !error ? sqlite3_mprintf("%s", sqlite3_errmsg(*db)) : error;
}

int main(int argc, char **argv)
{
    allowed = !(argc == 2 && strcmp(argv[1], "forbidden") == 0);
    return answer_all("SQLite's amalgamation", open_and_load);
}
