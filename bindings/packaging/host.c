/*
 * A program with SQLite in it, compiled for each platform to try the extension there:
 *
 *     host EXTENSION <SCRIPT
 *
 * loads it and runs the statements, and prints their rows as the sqlite3 shell does in
 * the mode `list`; errors come in their place, after "Error: ".  It ends with 1 when
 * the extension does not load.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void host_print(sqlite3_stmt *statement)
{
    int columns = sqlite3_column_count(statement);
    for (int i = 0; i < columns; i++) {
        fputs(i ? "|" : "", stdout);
        if (sqlite3_column_type(statement, i) == SQLITE_FLOAT) {
            char number[64];
            sqlite3_snprintf(sizeof number, number, "%!.15g",
                             sqlite3_column_double(statement, i));
            fputs(number, stdout);
        } else {
            const char *text = (const char *)sqlite3_column_text(statement, i);
            fputs(text ? text : "NULL", stdout);
        }
    }
    putchar('\n');
}

static void host_run(sqlite3 *db, const char *sql)
{
    while (*sql) {
        sqlite3_stmt *statement;
        const char *rest;
        int rc = sqlite3_prepare_v2(db, sql, -1, &statement, &rest);
        while (rc == SQLITE_OK && statement && sqlite3_step(statement) == SQLITE_ROW) {
            host_print(statement);
        }
        if (rc == SQLITE_OK) {
            rc = sqlite3_finalize(statement);
        }
        if (rc != SQLITE_OK) {
            printf("Error: %s\n", sqlite3_errmsg(db));
            return;
        }
        sql = rest;
    }
}

/* Appends the next line of standard input to the text; NULL when there is none. */
static char *host_read(char *text)
{
    char piece[4096];
    size_t length = text ? strlen(text) : 0;
    while (fgets(piece, sizeof piece, stdin)) {
        size_t more = strlen(piece);
        text = realloc(text, length + more + 1);
        if (!text) {
            exit(2);
        }
        memcpy(text + length, piece, more + 1);
        length += more;
        if (piece[more - 1] == '\n') {
            return text;
        }
    }
    free(text);
    return NULL;
}

int main(int argc, char **argv)
{
    sqlite3 *db;
    char *error = NULL;
    if (argc != 2 || sqlite3_open(":memory:", &db) != SQLITE_OK) {
        fputs("usage: host EXTENSION <SCRIPT\n", stderr);
        return 2;
    }
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1, NULL);
    if (sqlite3_load_extension(db, argv[1], NULL, &error) != SQLITE_OK) {
        printf("%s\n", error);
        return 1;
    }
    char *text = NULL;
    while ((text = host_read(text))) {
        if (sqlite3_complete(text)) {
            host_run(db, text);
            *text = '\0';
        }
    }
    return sqlite3_close(db);
}
