#include "asking.h"
#include <sketches.h>
#include <stddef.h>

static char *open_only(sqlite3 **db)
{
    return sqlite3_open(":memory:", db) ? sqlite3_mprintf("%s", sqlite3_errmsg(*db))
                                        : NULL;
}

int main(void)
{
    /* lines: linked in, for every connection that is opened from then on */
    sqlite3_auto_extension((void (*)(void))sqlite3_sketches_init);
    /* end of lines */
    return answer_all("SQLite's amalgamation", open_only);
}
