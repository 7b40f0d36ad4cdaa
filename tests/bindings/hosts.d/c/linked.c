#include "asking.h"
#include <stddef.h>
/* lines: linked in, which needs no permission */
#include <sketches.h>
/* end of lines */

static char *open_and_load(sqlite3 **db)
{
    char *error = NULL;
    int status = sqlite3_open(":memory:", db);
    if (!status) {
        status = sqlite3_sketches_init(*db, &error, NULL);
    }
    if (!status) {
        /* lines */
        status = sqlite3_sketches_init(*db, NULL, NULL);
        /* end of lines */
    }
    return status && !error ? sqlite3_mprintf("%s", sqlite3_errmsg(*db)) : error;
}

int main(void) { return answer_all("Debian's libsqlite3", open_and_load); }
