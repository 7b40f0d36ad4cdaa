/* What the programs of C share. */
#include <sqlite3.h>

/* Opens a connection of its own that has loaded, twice where that is possible. Gives
 * NULL, or why it was not loaded: a text for sqlite3_free. */
typedef char *(*open_loaded)(sqlite3 **db);

/* Answers the queries as hosting.py asks for, by connections of that. */
int answer_all(const char *host, open_loaded open);
