/*
 * bench_sql EXTENSION NOOP QUERIES: times SQL statements, each in pairs with a
 * baseline, so that the ratio travels to other machines when the times do not.
 *
 * Everything happens in one process, on tables in memory, and CPU time is what
 * counts.  queries.txt says how a line of QUERIES reads.  $ROWS sets the number of
 * rows of a table, $ROUNDS the number of pairs.
 */
#include "stream.h"

#include <math.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BENCH_ROWS = 5000000, BENCH_WORDS = 200000, BENCH_ROUNDS = 7, BENCH_MOST = 50 };

static void bench_die(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void bench_check(sqlite3 *db, int rc, const char *sql)
{
    if (rc != SQLITE_OK && rc != SQLITE_ROW && rc != SQLITE_DONE) {
        bench_die(sql, sqlite3_errmsg(db));
    }
}

static long bench_setting(const char *name, long otherwise)
{
    const char *value = getenv(name);
    long number = value ? strtol(value, NULL, 10) : otherwise;
    return number > 0 ? number : otherwise;
}

static double bench_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* ---- tables ---- */

typedef void bench_bind(sqlite3_stmt *insert, void *source);

static void bench_fill(sqlite3 *db, const char *table, long rows, bench_bind *bind,
                       void *source)
{
    char sql[100];
    snprintf(sql, sizeof sql, "CREATE TABLE %s; BEGIN", table);
    bench_check(db, sqlite3_exec(db, sql, NULL, NULL, NULL), sql);
    snprintf(sql, sizeof sql, "INSERT INTO %.*s VALUES (?)", (int)strcspn(table, "("),
             table);
    sqlite3_stmt *insert = NULL;
    bench_check(db, sqlite3_prepare_v2(db, sql, -1, &insert, NULL), sql);
    for (long i = 0; i < rows; i++) {
        bind(insert, source);
        bench_check(db, sqlite3_step(insert), sql);
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    bench_check(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), "COMMIT");
}

struct bench_words {
    struct random random;
    struct stream_zipf zipf;
    struct stream_word *words;
};

static void bench_bind_word(sqlite3_stmt *insert, void *source)
{
    struct bench_words *from = source;
    const struct stream_word *word =
        &from->words[stream_zipf_draw(&from->zipf, &from->random)];
    sqlite3_bind_text(insert, 1, word->text, word->length, SQLITE_STATIC);
}

static void bench_bind_int(sqlite3_stmt *insert, void *source)
{
    /* Spread over 39 bits: so the sum of all of them fits SQL's INTEGER. */
    sqlite3_int64 rank = stream_below(source, 1000000);
    sqlite3_bind_int64(insert, 1, rank * 549755 + 7);
}

static void bench_bind_real(sqlite3_stmt *insert, void *source)
{
    sqlite3_bind_double(insert, 1, exp(stream_normal(source)));
}

static void bench_tables(sqlite3 *db, long rows)
{
    struct bench_words words = {.random = {2}, .words = stream_words(BENCH_WORDS)};
    struct random ints = {3};
    struct random reals = {4};
    stream_zipf_create(&words.zipf, BENCH_WORDS, 1.0);
    bench_fill(db, "words(word TEXT)", rows, bench_bind_word, &words);
    bench_fill(db, "ints(x INTEGER)", rows, bench_bind_int, &ints);
    bench_fill(db, "reals(x REAL)", rows, bench_bind_real, &reals);
    const char *sorted = "CREATE TABLE sorted_reals AS SELECT x FROM reals ORDER BY x";
    bench_check(db, sqlite3_exec(db, sorted, NULL, NULL, NULL), sorted);
    stream_zipf_free(&words.zipf);
    free(words.words);
}

/* ---- one statement ---- */

struct bench_cost {
    double seconds;
    double heap; /* in KiB, beyond what the prepared statement takes */
};

static struct bench_cost bench_run(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *query = NULL;
    bench_check(db, sqlite3_prepare_v2(db, sql, -1, &query, NULL), sql);
    sqlite3_int64 before = 0;
    sqlite3_int64 peak = 0;
    sqlite3_status64(SQLITE_STATUS_MEMORY_USED, &before, &peak, 1);
    double start = bench_now();
    int rc = SQLITE_ROW;
    while (rc == SQLITE_ROW) {
        rc = sqlite3_step(query);
        bench_check(db, rc, sql);
    }
    struct bench_cost cost = {.seconds = bench_now() - start};
    sqlite3_int64 now = 0;
    sqlite3_status64(SQLITE_STATUS_MEMORY_USED, &now, &peak, 0);
    cost.heap = (double)(peak - before) / 1024;
    sqlite3_finalize(query);
    return cost;
}

static int bench_compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

struct bench_result {
    double least;  /* the shortest time by the shortest of the baseline */
    double median; /* of the pairs' ratios */
    double seconds;
    double heap;
};

static struct bench_result bench_pair(sqlite3 *db, const char *baseline,
                                      const char *sql, long rounds)
{
    double ratios[BENCH_MOST];
    double base_least = HUGE_VAL;
    struct bench_result result = {.seconds = HUGE_VAL};
    for (long i = 0; i < rounds; i++) {
        (void)bench_run(db, baseline); /* brings back what went cold */
        struct bench_cost base = bench_run(db, baseline);
        struct bench_cost cost = bench_run(db, sql);
        ratios[i] = cost.seconds / base.seconds;
        base_least = fmin(base_least, base.seconds);
        result.seconds = fmin(result.seconds, cost.seconds);
        result.heap = cost.heap - base.heap;
    }
    qsort(ratios, (size_t)rounds, sizeof *ratios, bench_compare);
    result.median = ratios[rounds / 2];
    result.least = result.seconds / base_least;
    return result;
}

/* ---- the list of statements ---- */

static char *bench_trim(char *text)
{
    text += strspn(text, " \n");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \n", text[length - 1])) {
        text[--length] = 0;
    }
    return text;
}

/* The next field of a line, up to '|'; NULL when there is none. */
static char *bench_field(char **rest)
{
    char *field = *rest;
    if (field) {
        char *bar = strchr(field, '|');
        *rest = bar ? bar + 1 : NULL;
        if (bar) {
            *bar = 0;
        }
        field = bench_trim(field);
    }
    return field;
}

/* False when a target is missed. */
static bool bench_judge(const struct bench_result *result, const char *targets)
{
    bool met = true;
    for (const char *at = targets; at; at = strchr(at, ',')) {
        char what[16];
        char relation[3];
        int read = 0;
        at += *at == ',';
        if (sscanf(at, " %15s %2s %n", what, relation, &read) != 2) {
            bench_die("no target", at);
        }
        double bound = strtod(at + read, NULL);
        double value = strcmp(what, "heap") == 0 ? result->heap : result->least;
        met = met && (relation[0] == '<' ? value <= bound : value >= bound);
    }
    return met;
}

static void bench_line(sqlite3 *db, char *line, long rows)
{
    char *rest = line;
    char *name = bench_field(&rest);
    char *baseline = bench_field(&rest);
    char *sql = bench_field(&rest);
    char *targets = bench_field(&rest);
    if (!sql) {
        bench_die("not NAME | BASELINE | STATEMENT", line);
    }
    long rounds = bench_setting("ROUNDS", BENCH_ROUNDS);
    char *at = strchr(name, '@');
    if (at) {
        *at = 0;
        rounds = strtol(at + 1, NULL, 10);
    }
    rounds = rounds < 1 ? 1 : rounds > BENCH_MOST ? BENCH_MOST : rounds;
    struct bench_result result = bench_pair(db, baseline, sql, rounds);
    printf("%-28s %7.2f %7.2f %8.1f %8.1f", name, result.least, result.median,
           result.seconds * 1e9 / (double)rows, result.heap);
    if (targets) {
        printf("  %-6s %s", bench_judge(&result, targets) ? "met" : "MISSED", targets);
    }
    printf("\n");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        bench_die("usage", "bench_sql EXTENSION NOOP QUERIES");
    }
    long rows = bench_setting("ROWS", BENCH_ROWS);
    sqlite3 *db = NULL;
    bench_check(db, sqlite3_open(":memory:", &db), "open");
    sqlite3_enable_load_extension(db, 1);
    for (int i = 1; i <= 2; i++) {
        char *message = NULL;
        if (sqlite3_load_extension(db, argv[i], NULL, &message) != SQLITE_OK) {
            bench_die(argv[i], message ? message : "does not load");
        }
    }
    FILE *file = fopen(argv[3], "r");
    if (!file) {
        bench_die(argv[3], "cannot be read");
    }
    bench_tables(db, rows);
    printf("SQLite %s, %ld rows a table\n\n%-28s %7s %7s %8s %8s\n",
           sqlite3_libversion(), rows, "statement", "ratio", "median", "ns/row", "KiB");
    char line[2000];
    while (fgets(line, sizeof line, file)) {
        if (line[0] != '#' && line[0] != '\n') {
            bench_line(db, line, rows);
        }
    }
    fclose(file);
    sqlite3_close(db);
    return 0;
}
