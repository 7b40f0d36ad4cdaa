#include "tables.h"

#include "stream.h"

#include <math.h>
#include <stdlib.h>

enum { TABLES_WORDS = 200000, TABLES_INTS = 1000000 };

typedef void tables_bind(sqlite3_stmt *insert, void *source);

struct tables_words {
    struct random random;
    struct stream_zipf zipf;
    struct stream_word *words;
};

static void tables_bind_word(sqlite3_stmt *insert, void *source)
{
    struct tables_words *from = source;
    const struct stream_word *word =
        &from->words[stream_zipf_draw(&from->zipf, &from->random)];
    sqlite3_bind_text(insert, 1, word->text, word->length, SQLITE_STATIC);
}

static void tables_bind_int(sqlite3_stmt *insert, void *source)
{
    /* Spread over 39 bits: so the sum of all of them fits SQL's INTEGER. */
    sqlite3_int64 rank = stream_below(source, TABLES_INTS);
    sqlite3_bind_int64(insert, 1, rank * 549755 + 7);
}

static void tables_bind_real(sqlite3_stmt *insert, void *source)
{
    sqlite3_bind_double(insert, 1, exp(stream_normal(source)));
}

static int tables_fill(sqlite3 *db, const char *sql, long rows, tables_bind *bind,
                       void *source)
{
    sqlite3_stmt *insert = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &insert, NULL);
    for (long i = 0; rc == SQLITE_OK && i < rows; i++) {
        bind(insert, source);
        sqlite3_step(insert);
        rc = sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    return rc;
}

static int tables_fill_words(sqlite3 *db, long rows)
{
    struct tables_words source = {.random = {2}, .words = stream_words(TABLES_WORDS)};
    stream_zipf_create(&source.zipf, TABLES_WORDS, 1.0);
    int rc = tables_fill(db, "INSERT INTO words VALUES (?)", rows, tables_bind_word,
                         &source);
    stream_zipf_free(&source.zipf);
    free(source.words);
    return rc;
}

int tables_create(sqlite3 *db, long rows)
{
    struct random ints = {3};
    struct random reals = {4};
    int rc = sqlite3_exec(db,
                          "CREATE TABLE words(word TEXT);"
                          "CREATE TABLE ints(x INTEGER);"
                          "CREATE TABLE reals(x REAL);"
                          "BEGIN",
                          NULL, NULL, NULL);
    if (rc == SQLITE_OK) {
        rc = tables_fill_words(db, rows);
    }
    if (rc == SQLITE_OK) {
        rc = tables_fill(db, "INSERT INTO ints VALUES (?)", rows, tables_bind_int,
                         &ints);
    }
    if (rc == SQLITE_OK) {
        rc = tables_fill(db, "INSERT INTO reals VALUES (?)", rows, tables_bind_real,
                         &reals);
    }
    return rc == SQLITE_OK ? sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) : rc;
}
