/*
 * timer ROWS EXTENSION...: times SQL statements in turn, in one process.
 *
 * Loads the extensions, fills the tables of tables.h in memory, where all of a database
 * is in the page cache, and then answers each line of its input with one of its output:
 *
 *     SQL                       runs it; answers with the first value that it returns
 *     ROUNDS <tab> SQL <tab> SQL...
 *                               runs all of them, one after the other, so many times;
 *                               answers for each with the seconds of the processor that
 *                               its fastest run took, and the KiB of SQLite's heap, at
 *                               the peak, that it had beyond what was there before:
 *                               "SECONDS KIB <tab> SECONDS KIB..."
 *
 * What goes wrong ends the program, with a message.
 */
#include "tables.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TIMER_LINE = 4000, TIMER_STATEMENTS = 4 };

struct timer_cost {
    double seconds;
    double heap; /* in KiB */
};

static void timer_die(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static double timer_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static sqlite3_stmt *timer_prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *query = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) != SQLITE_OK) {
        timer_die(sql, sqlite3_errmsg(db));
    }
    return query;
}

/* True for a row, false at the end. */
static bool timer_step(sqlite3 *db, sqlite3_stmt *query)
{
    int rc = sqlite3_step(query);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
        timer_die(sqlite3_sql(query), sqlite3_errmsg(db));
    }
    return rc == SQLITE_ROW;
}

static void timer_run(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *query = timer_prepare(db, sql);
    if (timer_step(db, query)) {
        const unsigned char *text = sqlite3_column_text(query, 0);
        fputs(text ? (const char *)text : "", stdout);
        while (timer_step(db, query)) {
        }
    }
    sqlite3_finalize(query);
}

static struct timer_cost timer_measure(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *query = timer_prepare(db, sql);
    sqlite3_int64 before = 0;
    sqlite3_int64 peak = 0;
    sqlite3_status64(SQLITE_STATUS_MEMORY_USED, &before, &peak, 1);
    double start = timer_now();
    while (timer_step(db, query)) {
    }
    struct timer_cost cost = {.seconds = timer_now() - start};
    sqlite3_int64 now = 0;
    sqlite3_status64(SQLITE_STATUS_MEMORY_USED, &now, &peak, 0);
    cost.heap = (double)(peak - before) / 1024;
    sqlite3_finalize(query);
    return cost;
}

static void timer_race(sqlite3 *db, long rounds, char *statements)
{
    char *each[TIMER_STATEMENTS] = {NULL};
    struct timer_cost least[TIMER_STATEMENTS];
    int count = 0;
    for (char *sql = strtok(statements, "\t"); sql; sql = strtok(NULL, "\t")) {
        if (count == TIMER_STATEMENTS) {
            timer_die(sql, "is one statement too many");
        }
        each[count] = sql;
        least[count++] = (struct timer_cost){HUGE_VAL, 0};
    }
    for (long round = 0; count > 0 && round < rounds; round++) {
        (void)timer_measure(db, each[0]); /* brings back what went cold */
        for (int i = 0; i < count; i++) {
            struct timer_cost cost = timer_measure(db, each[i]);
            least[i].seconds = fmin(least[i].seconds, cost.seconds);
            least[i].heap = cost.heap;
        }
    }
    for (int i = 0; i < count; i++) {
        printf("%s%.9f %.1f", i ? "\t" : "", least[i].seconds, least[i].heap);
    }
}

static void timer_answer(sqlite3 *db, char *line)
{
    char *tab = strchr(line, '\t');
    if (tab && tab[1]) {
        timer_race(db, strtol(line, NULL, 10), tab + 1);
    } else {
        timer_run(db, line);
    }
    putchar('\n');
    fflush(stdout);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        timer_die("usage", "timer ROWS EXTENSION...");
    }
    sqlite3 *db = NULL;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK) {
        timer_die("open", sqlite3_errmsg(db));
    }
    sqlite3_enable_load_extension(db, 1);
    for (int i = 2; i < argc; i++) {
        char *message = NULL;
        if (sqlite3_load_extension(db, argv[i], NULL, &message) != SQLITE_OK) {
            timer_die(argv[i], message ? message : "does not load");
        }
    }
    if (tables_create(db, strtol(argv[1], NULL, 10)) != SQLITE_OK) {
        timer_die("tables", sqlite3_errmsg(db));
    }
    char line[TIMER_LINE];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        timer_answer(db, line);
    }
    sqlite3_close(db);
    return 0;
}
