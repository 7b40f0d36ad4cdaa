#include "bind.h"

#include "memory.h"

static void bind_look(int code)
{
    if (code == SQLITE_NOMEM) {
        memory_refused();
    }
}

sqlite3_stmt *bind_prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *s = NULL;
    bind_look(sqlite3_prepare_v2(db, sql, -1, &s, NULL));
    return s;
}

void bind_integer(sqlite3_stmt *s, int at, int64_t value)
{
    bind_look(sqlite3_bind_int64(s, at, value));
}

void bind_text(sqlite3_stmt *s, int at, const char *text)
{
    bind_look(sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC));
}

void bind_slice(sqlite3_stmt *s, int at, struct slice text)
{
    bind_look(
        sqlite3_bind_text64(s, at, text.bytes, text.size, SQLITE_STATIC, SQLITE_UTF8));
}

void bind_blob(sqlite3_stmt *s, int at, struct slice bytes)
{
    bind_look(sqlite3_bind_blob64(s, at, bytes.bytes, bytes.size, SQLITE_STATIC));
}

void bind_null(sqlite3_stmt *s, int at) { bind_look(sqlite3_bind_null(s, at)); }
