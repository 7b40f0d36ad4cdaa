#include "asking.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 4, MOST = 20 };

static char *queries[MOST];
static int count;

/* A thread, and what it was answered. */
struct work {
    open_loaded open;
    sqlite3 *db;
    char *texts[MOST];
    pthread_t thread;
};

static void read_queries(void)
{
    FILE *file = fopen(getenv("QUERIES"), "r");
    char line[4096];
    while (file && count < MOST && fgets(line, sizeof line, file)) {
        queries[count++] = sqlite3_mprintf("%s", line);
    }
    if (file) {
        fclose(file);
    }
}

/* The one text that a query gives, or the message of its failure. */
static char *answer(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    char *text = NULL;
    if (!sqlite3_prepare_v2(db, sql, -1, &statement, NULL) &&
        sqlite3_step(statement) == SQLITE_ROW) {
        text = sqlite3_mprintf("%s", (const char *)sqlite3_column_text(statement, 0));
    } else {
        text = sqlite3_mprintf("%s", sqlite3_errmsg(db));
    }
    sqlite3_finalize(statement);
    return text;
}

static void *ask(void *given)
{
    struct work *work = given;
    char *fault = work->open(&work->db);
    for (int i = 0; i < count; i++) {
        work->texts[i] =
            fault ? sqlite3_mprintf("%s", fault) : answer(work->db, queries[i]);
    }
    sqlite3_free(fault);
    return NULL;
}

static void tell(const char *word, struct work *work)
{
    for (int i = 0; i < count; i++) {
        printf("%s\t%s\n", word, work->texts[i]);
        sqlite3_free(work->texts[i]);
    }
    sqlite3_close(work->db);
}

int answer_all(const char *host, open_loaded open)
{
    struct work works[2 + THREADS] = {{.db = NULL}};
    sqlite3 *db = NULL;
    char *fault = open(&db);
    sqlite3_close(db);
    if (fault) {
        printf("failed\t%s\n", fault);
        sqlite3_free(fault);
        return 0;
    }
    read_queries();
    printf("host\t%s\nsqlite\t%s\n", host, sqlite3_libversion());
    for (int i = 0; i < 2 + THREADS; i++) {
        works[i].open = open;
        if (i < 2) {
            ask(&works[i]);
        } else if (pthread_create(&works[i].thread, NULL, ask, &works[i])) {
            return 1;
        }
    }
    for (int i = 2; i < 2 + THREADS; i++) {
        pthread_join(works[i].thread, NULL);
    }
    for (int i = 0; i < 2 + THREADS; i++) {
        tell(i == 0 ? "one" : i == 1 ? "two" : "thread", &works[i]);
    }
    for (int i = 0; i < count; i++) {
        sqlite3_free(queries[i]);
    }
    return 0;
}
