#include "rollup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bind.h"
#include "memory.h"
#include "schema.h"

#define ROLLUP_HOUR_OF(ms) "(substr(" SCHEMA_TIME(ms) ", 1, 13) || ':00:00')"
#define ROLLUP_HOUR        ROLLUP_HOUR_OF("p.created_ms")

/* Years before 0 have a sign, and those after 9999 no text: neither is an hour. */
#define ROLLUP_IS_HOUR(hour) hour " >= '0'"

/* Posts up to that number are in the sketches. */
#define ROLLUP_POST                                                                    \
    "(SELECT CAST(value AS INTEGER) FROM main.setting WHERE name = 'rollup_post')"

/* A table of a hundred counts is what one asks for; with a thousand of them what makes
 * up a thousandth of an hour is always among them, and in a day's merge as well. */
#define ROLLUP_SKETCHES(x)                                                             \
    "topk_sketch(" x ", 100, 1000) AS topk, hll_sketch(" x ") AS hll,"                 \
    " cms_sketch(" x ") AS cms"

enum { ROLLUP_KINDS = 3 };

/* clang-format off */

/* Where the values of each kind are; the post is p. */
#define ROLLUP_WORDS    "main.post AS p CROSS JOIN main.word AS i ON i.post_id = p.post_id"
#define ROLLUP_HASHTAGS "main.post AS p CROSS JOIN main.hashtag AS i ON i.post_id = p.post_id"
#define ROLLUP_AUTHORS  "main.post AS p"

#define ROLLUP_CMS "cms = cms_union(cms, excluded.cms)"
#define ROLLUP_ALL                                                                      \
    "topk = topk_union(topk, excluded.topk), hll = hll_union(hll, excluded.hll), " ROLLUP_CMS

/* Merges what posts from ?1 to ?2 have of hour ?3 into its row.  Grouping them by their hour
 * would sort all words, and take four times as long. */
#define ROLLUP_ADD(kind, from, x, change)                                               \
    "INSERT INTO main.rollup(hour, kind, topk, hll, cms)"                               \
    " SELECT ?3, '" kind "', topk, hll, cms FROM"                                       \
    "  (SELECT " ROLLUP_SKETCHES(x) ", count(" x ") AS found FROM " from                \
    "    WHERE p.post_id BETWEEN ?1 AND ?2 AND p.created_ms / 1000 BETWEEN"             \
    "     strftime('%s', ?3) + 0 AND strftime('%s', ?3) + 3599)"                        \
    "  WHERE found > 0"                                                                 \
    " ON CONFLICT(hour, kind) DO UPDATE SET " change

/* Takes post ?1 out of the row of its hour. */
#define ROLLUP_SUBTRACT(kind, from, x)                                                  \
    "UPDATE main.rollup SET cms = cms_subtract(cms,"                                    \
    "  (SELECT cms_sketch(" x ") FROM " from " WHERE p.post_id = ?1))"                  \
    " WHERE kind = '" kind "' AND hour ="                                               \
    "  (SELECT " ROLLUP_HOUR " FROM main.post AS p WHERE p.post_id = ?1)"

/* What the row of hour ?1 should be. */
#define ROLLUP_MAKE(from, x)                                                            \
    "SELECT " ROLLUP_SKETCHES(x) ", count(" x ") FROM " from                            \
    " WHERE " SCHEMA_TIME("p.created_ms")                                               \
    "   BETWEEN ?1 AND substr(?1, 1, 13) || ':59:59' AND p.post_id <= " ROLLUP_POST

/* clang-format on */

static const struct rollup_kind {
    const char *name, *add, *give, *subtract, *make;
} rollup_kinds[ROLLUP_KINDS] = {
    {"word", ROLLUP_ADD("word", ROLLUP_WORDS, "i.word", ROLLUP_ALL),
     ROLLUP_ADD("word", ROLLUP_WORDS, "i.word", ROLLUP_CMS),
     ROLLUP_SUBTRACT("word", ROLLUP_WORDS, "i.word"),
     ROLLUP_MAKE(ROLLUP_WORDS, "i.word")},
    {"hashtag", ROLLUP_ADD("hashtag", ROLLUP_HASHTAGS, "i.tag", ROLLUP_ALL),
     ROLLUP_ADD("hashtag", ROLLUP_HASHTAGS, "i.tag", ROLLUP_CMS),
     ROLLUP_SUBTRACT("hashtag", ROLLUP_HASHTAGS, "i.tag"),
     ROLLUP_MAKE(ROLLUP_HASHTAGS, "i.tag")},
    {"author", ROLLUP_ADD("author", ROLLUP_AUTHORS, "p.author", ROLLUP_ALL),
     ROLLUP_ADD("author", ROLLUP_AUTHORS, "p.author", ROLLUP_CMS),
     ROLLUP_SUBTRACT("author", ROLLUP_AUTHORS, "p.author"),
     ROLLUP_MAKE(ROLLUP_AUTHORS, "p.author")},
};

enum rollup_statement {
    ROLLUP_NEXT,
    ROLLUP_HOURS,
    ROLLUP_MARK,
    ROLLUP_ADVANCE,
    ROLLUP_BEHIND,
    ROLLUP_MAY_TAKE,
    ROLLUP_TAKEN,
    ROLLUP_FIND_DUE,
    ROLLUP_FORGET,
    ROLLUP_PUT,
    ROLLUP_DROP,
    ROLLUP_STATEMENTS
};

static const char *const rollup_sql[ROLLUP_STATEMENTS] = {
    [ROLLUP_NEXT] = "SELECT min(post_id), max(post_id), count(*) FROM"
                    " (SELECT post_id FROM main.post WHERE post_id > " ROLLUP_POST
                    "   ORDER BY post_id LIMIT ?1)",
    [ROLLUP_HOURS] = "SELECT " ROLLUP_HOUR " AS hour, min(p.post_id), max(p.post_id)"
                     " FROM main.post AS p WHERE p.post_id BETWEEN ?1 AND ?2"
                     "  AND " ROLLUP_IS_HOUR("hour") " GROUP BY hour",
    [ROLLUP_MARK] =
        "INSERT INTO main.rollup_due VALUES(?1, 0, 0) ON CONFLICT DO NOTHING",
    [ROLLUP_ADVANCE] = "UPDATE main.setting SET value = ?1 WHERE name = 'rollup_post'",
    [ROLLUP_BEHIND] =
        "SELECT EXISTS(SELECT 1 FROM main.post WHERE post_id > " ROLLUP_POST ")",
    [ROLLUP_MAY_TAKE] =
        "SELECT 1 FROM main.post AS p LEFT JOIN main.rollup_due AS d"
        "  ON d.hour = " ROLLUP_HOUR
        " WHERE p.post_id = ?1 AND p.post_id <= " ROLLUP_POST
        "  AND d.changes IS d.subtracted AND " ROLLUP_IS_HOUR(ROLLUP_HOUR),
    [ROLLUP_TAKEN] = "INSERT INTO main.rollup_due SELECT " ROLLUP_HOUR ", 0, 1"
                     "  FROM main.post AS p WHERE p.post_id = ?1"
                     " ON CONFLICT(hour) DO UPDATE SET subtracted = subtracted + 1",
    [ROLLUP_FIND_DUE] = "SELECT hour, changes FROM main.rollup_due"
                        " WHERE ?1 OR changes > 0 OR"
                        "  hour < (SELECT max(hour) FROM main.rollup)"
                        " ORDER BY hour <= ?2, hour LIMIT 1",
    [ROLLUP_FORGET] = "DELETE FROM main.rollup_due WHERE hour = ?1 AND changes = ?2",
    [ROLLUP_PUT] = "INSERT INTO main.rollup(hour, kind, topk, hll, cms)"
                   " VALUES(?1,?2,?3,?4,?5) ON CONFLICT(hour, kind) DO UPDATE SET"
                   "  topk = excluded.topk, hll = excluded.hll, cms = excluded.cms",
    [ROLLUP_DROP] = "DELETE FROM main.rollup WHERE hour = ?1 AND kind = ?2",
};

/* clang-format off */

/* In the words of sqlite_master, which keeps them as they were. */
#define ROLLUP_IN_SKETCHES(id)                                                          \
    id " <= (SELECT CAST(value AS INTEGER) FROM setting WHERE name = 'rollup_post')"
#define ROLLUP_COUNT_CHANGE(ms, condition)                                              \
    "  INSERT INTO rollup_due SELECT " ROLLUP_HOUR_OF(ms) ", 1, 0 WHERE " condition     \
    "    AND " ROLLUP_IS_HOUR(ROLLUP_HOUR_OF(ms))                                       \
    "   ON CONFLICT(hour) DO UPDATE SET changes = changes + 1;"

/* Its post has gone, or got another number: the one before it takes its place. */
#define ROLLUP_STEP_BACK                                                                \
    "  UPDATE setting SET value ="                                                      \
    "    (SELECT coalesce(max(post_id), min(old.post_id, 0)) FROM post"                 \
    "      WHERE post_id <= old.post_id)"                                               \
    "   WHERE name = 'rollup_post' AND CAST(value AS INTEGER) = old.post_id;"

static const struct rollup_object {
    const char *name, *what, *sql;
} rollup_objects[] = {
    {"rollup", "a table or view rollup",
     "CREATE TABLE rollup("
     "hour TEXT NOT NULL, kind TEXT NOT NULL, topk BLOB NOT NULL, hll BLOB NOT NULL,"
     " cms BLOB NOT NULL, PRIMARY KEY(hour, kind))"},
    {"rollup_due", "a table or view rollup_due",
     "CREATE TABLE rollup_due("
     "hour TEXT PRIMARY KEY, changes INTEGER NOT NULL, subtracted INTEGER NOT NULL)"
     " WITHOUT ROWID"},
    {"rollup_inserted", "a trigger rollup_inserted",
     "CREATE TRIGGER rollup_inserted AFTER INSERT ON post"
     " WHEN " ROLLUP_IN_SKETCHES("new.post_id")
     " BEGIN" ROLLUP_COUNT_CHANGE("new.created_ms", "true") " END"},
    {"rollup_edited", "a trigger rollup_edited",
     "CREATE TRIGGER rollup_edited AFTER UPDATE OF post_id, created_ms, edited_ms,"
     " author, word_count ON post"
     " WHEN " ROLLUP_IN_SKETCHES("min(old.post_id, new.post_id)")
     " BEGIN" ROLLUP_COUNT_CHANGE("old.created_ms", "true")
     ROLLUP_COUNT_CHANGE("new.created_ms", "new.created_ms <> old.created_ms")
     ROLLUP_STEP_BACK " END"},
    {"rollup_deleted", "a trigger rollup_deleted",
     "CREATE TRIGGER rollup_deleted AFTER DELETE ON post"
     " WHEN " ROLLUP_IN_SKETCHES("old.post_id")
     " BEGIN" ROLLUP_COUNT_CHANGE("old.created_ms", "true") ROLLUP_STEP_BACK " END"},
};

/* clang-format on */

struct rollup {
    sqlite3 *db;
    sqlite3_stmt *statements[ROLLUP_STATEMENTS];
    sqlite3_stmt *add[ROLLUP_KINDS], *give[ROLLUP_KINDS];
    sqlite3_stmt *subtract[ROLLUP_KINDS], *make[ROLLUP_KINDS];
    struct buffer last; /* the hour that was read last */
};

struct rollup_hour {
    struct buffer hour;
    sqlite3_int64 changes;
    struct rollup_sketches {
        bool some; /* the kind has values in that hour */
        struct buffer topk, hll, cms;
    } kinds[ROLLUP_KINDS];
};

/* ---- statements ---- */

static bool rollup_step(sqlite3_stmt *s)
{
    sqlite3_step(s);
    return sqlite3_reset(s) == SQLITE_OK;
}

static bool rollup_run(struct rollup *rollup, enum rollup_statement which)
{
    return rollup_step(rollup->statements[which]);
}

/* The first row of a query; *there says whether there is one, and then the statement
 * has to be reset.  After a failure nothing may be done that would take its message
 * away. */
static bool rollup_ask(sqlite3_stmt *s, bool *there)
{
    *there = sqlite3_step(s) == SQLITE_ROW;
    return *there || sqlite3_reset(s) == SQLITE_OK;
}

bool rollup_can(sqlite3 *db)
{
    static const char all[] =
        "SELECT topk_union(topk_sketch(1, 100, 1000), NULL),"
        " hll_union(hll_sketch(1), NULL), cms_union(cms_sketch(1), NULL),"
        " cms_subtract(cms_sketch(1), cms_sketch(1))";
    return sqlite3_exec(db, all, NULL, NULL, NULL) == SQLITE_OK;
}

/* ---- opening ---- */

enum {
    ROLLUP_TABLES = 2, /* the first ones; the others are triggers */
    ROLLUP_OBJECTS = sizeof rollup_objects / sizeof *rollup_objects
};

/* Looks for one of ours: *there, or a clash.  Tables that were given another name and
 * their old one again have it in quotes.  A trigger of another version is not there. */
static enum rollup_opened rollup_look(sqlite3 *db, const struct rollup_object *object,
                                      bool *there)
{
    sqlite3_stmt *s = bind_prepare(
        db, "SELECT replace(sql, '\"', '') = ?2,"
            "  type <> 'trigger' OR tbl_name <> 'post' OR instr(sql, 'rollup_due') = 0"
            " FROM main.sqlite_master WHERE lower(name) = ?1");
    bind_text(s, 1, object->name);
    bind_text(s, 2, object->sql);
    bool found = sqlite3_step(s) == SQLITE_ROW;
    *there = found && sqlite3_column_int(s, 0) == 1;
    bool clash = found && !*there && sqlite3_column_int(s, 1) == 1;
    if (sqlite3_finalize(s) != SQLITE_OK) {
        return ROLLUP_FAILED;
    }
    return clash ? ROLLUP_CLASH : ROLLUP_READY;
}

static bool rollup_drop_trigger(sqlite3 *db, const char *name)
{
    char sql[80];
    snprintf(sql, sizeof sql, "DROP TRIGGER IF EXISTS main.%s", name);
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* Begins from nothing where something is missing. */
static bool rollup_make(sqlite3 *db, const bool there[ROLLUP_OBJECTS])
{
    bool done = true;
    for (size_t i = 0; i < ROLLUP_OBJECTS && done; i++) {
        const struct rollup_object *object = &rollup_objects[i];
        done =
            there[i] || ((i < ROLLUP_TABLES || rollup_drop_trigger(db, object->name)) &&
                         sqlite3_exec(db, object->sql, NULL, NULL, NULL) == SQLITE_OK);
    }
    /* Others may have given numbers below 1. */
    static const char start[] =
        "DELETE FROM main.rollup; DELETE FROM main.rollup_due;"
        "INSERT INTO main.setting SELECT 'rollup_post', min(coalesce(min(post_id), 1) "
        "- 1, 0)"
        "  FROM main.post WHERE true"
        " ON CONFLICT(name) DO UPDATE SET value = excluded.value";
    return done && sqlite3_exec(db, start, NULL, NULL, NULL) == SQLITE_OK;
}

bool rollup_release(sqlite3 *db)
{
    bool there;
    const struct rollup_object *due = &rollup_objects[ROLLUP_TABLES - 1];
    enum rollup_opened found = rollup_look(db, due, &there);
    bool done = found != ROLLUP_FAILED;
    if (found != ROLLUP_READY || there) {
        return done;
    }
    for (size_t i = ROLLUP_TABLES; i < ROLLUP_OBJECTS && done; i++) {
        found = rollup_look(db, &rollup_objects[i], &there);
        done =
            found != ROLLUP_FAILED &&
            (found == ROLLUP_CLASH || rollup_drop_trigger(db, rollup_objects[i].name));
    }
    return done;
}

static enum rollup_opened rollup_find(sqlite3 *db, const char **clash)
{
    bool there[ROLLUP_OBJECTS];
    bool all = true;
    for (size_t i = 0; i < ROLLUP_OBJECTS; i++) {
        enum rollup_opened found = rollup_look(db, &rollup_objects[i], &there[i]);
        if (found != ROLLUP_READY) {
            *clash = rollup_objects[i].what;
            return found;
        }
        all = all && there[i];
    }
    sqlite3_stmt *known =
        bind_prepare(db, "SELECT 1 FROM main.setting WHERE name = 'rollup_post'");
    all = sqlite3_step(known) == SQLITE_ROW && all;
    return sqlite3_finalize(known) == SQLITE_OK && (all || rollup_make(db, there))
               ? ROLLUP_READY
               : ROLLUP_FAILED;
}

static bool rollup_prepare(struct rollup *rollup, const char *sql, sqlite3_stmt **s)
{
    return sqlite3_prepare_v3(rollup->db, sql, -1, SQLITE_PREPARE_PERSISTENT, s,
                              NULL) == SQLITE_OK;
}

enum rollup_opened rollup_open(struct rollup **out, sqlite3 *db, const char **clash)
{
    *out = NULL;
    enum rollup_opened opened = rollup_find(db, clash);
    if (opened != ROLLUP_READY) {
        return opened;
    }
    struct rollup *rollup = memory_resize(NULL, sizeof *rollup);
    *rollup = (struct rollup){.db = db};
    bool done = true;
    for (size_t i = 0; i < ROLLUP_STATEMENTS && done; i++) {
        done = rollup_prepare(rollup, rollup_sql[i], &rollup->statements[i]);
    }
    for (size_t i = 0; i < ROLLUP_KINDS && done; i++) {
        const struct rollup_kind *kind = &rollup_kinds[i];
        done = rollup_prepare(rollup, kind->add, &rollup->add[i]) &&
               rollup_prepare(rollup, kind->give, &rollup->give[i]) &&
               rollup_prepare(rollup, kind->subtract, &rollup->subtract[i]) &&
               rollup_prepare(rollup, kind->make, &rollup->make[i]);
    }
    if (!done) {
        rollup_close(rollup);
        return ROLLUP_FAILED;
    }
    *out = rollup;
    return ROLLUP_READY;
}

void rollup_close(struct rollup *rollup)
{
    if (rollup) {
        for (size_t i = 0; i < ROLLUP_STATEMENTS; i++) {
            sqlite3_finalize(rollup->statements[i]);
        }
        for (size_t i = 0; i < ROLLUP_KINDS; i++) {
            sqlite3_finalize(rollup->add[i]);
            sqlite3_finalize(rollup->give[i]);
            sqlite3_finalize(rollup->subtract[i]);
            sqlite3_finalize(rollup->make[i]);
        }
        buffer_free(&rollup->last);
        free(rollup);
    }
}

/* ---- posts come and go ---- */

/* Posts of one hour among others, by their numbers. */
struct rollup_part {
    sqlite3_int64 first, last;
    char hour[sizeof "2026-03-14 09:00:00"];
};

/* The hours of posts with numbers from `first` to `last`; *parts is to be freed. */
static bool rollup_find_parts(struct rollup *rollup, sqlite3_int64 first,
                              sqlite3_int64 last, struct rollup_part **parts,
                              size_t *count)
{
    sqlite3_stmt *hours = rollup->statements[ROLLUP_HOURS];
    size_t room = 0;
    *parts = NULL;
    *count = 0;
    bind_integer(hours, 1, first);
    bind_integer(hours, 2, last);
    while (sqlite3_step(hours) == SQLITE_ROW) {
        *parts = memory_grow(*parts, &room, *count + 1, sizeof **parts);
        struct rollup_part *part = &(*parts)[(*count)++];
        snprintf(part->hour, sizeof part->hour, "%s",
                 (const char *)sqlite3_column_text(hours, 0));
        part->first = sqlite3_column_int64(hours, 1);
        part->last = sqlite3_column_int64(hours, 2);
    }
    return sqlite3_reset(hours) == SQLITE_OK;
}

/* Adds them to their hour, which is due then, by the statements `add` of all kinds. */
static bool rollup_add_part(struct rollup *rollup, sqlite3_stmt *const *add,
                            const struct rollup_part *part)
{
    struct slice hour = {part->hour, strlen(part->hour)};
    bind_slice(rollup->statements[ROLLUP_MARK], 1, hour);
    bool done = rollup_run(rollup, ROLLUP_MARK);
    for (size_t i = 0; i < ROLLUP_KINDS && done; i++) {
        bind_integer(add[i], 1, part->first);
        bind_integer(add[i], 2, part->last);
        bind_slice(add[i], 3, hour);
        done = rollup_step(add[i]);
    }
    return done;
}

static bool rollup_add(struct rollup *rollup, sqlite3_stmt *const *add,
                       sqlite3_int64 first, sqlite3_int64 last)
{
    struct rollup_part *parts; /* the query must not see what is changed */
    size_t count;
    bool done = rollup_find_parts(rollup, first, last, &parts, &count);
    for (size_t i = 0; i < count && done; i++) {
        done = rollup_add_part(rollup, add, &parts[i]);
    }
    free(parts);
    return done;
}

bool rollup_fold(struct rollup *rollup, bool *more)
{
    sqlite3_stmt *next = rollup->statements[ROLLUP_NEXT];
    bool there;
    *more = false;
    bind_integer(next, 1, ROLLUP_SLICE);
    if (!rollup_ask(next, &there)) {
        return false;
    }
    sqlite3_int64 first = sqlite3_column_int64(next, 0);
    sqlite3_int64 last = sqlite3_column_int64(next, 1);
    int posts = sqlite3_column_int(next, 2);
    sqlite3_reset(next);
    if (posts == 0) {
        return true;
    }
    *more = posts == ROLLUP_SLICE;
    bind_integer(rollup->statements[ROLLUP_ADVANCE], 1, last);
    return rollup_add(rollup, rollup->add, first, last) &&
           rollup_run(rollup, ROLLUP_ADVANCE);
}

bool rollup_is_behind(struct rollup *rollup, bool *behind)
{
    sqlite3_stmt *s = rollup->statements[ROLLUP_BEHIND];
    bool there;
    bool done = rollup_ask(s, &there);
    *behind = there && sqlite3_column_int(s, 0) == 1;
    return done && sqlite3_reset(s) == SQLITE_OK;
}

/* What cms never counted, as words that others have added since, it refuses to
 * subtract, and cms_subtract of a damaged one is refused as well: the hour is made anew
 * then. */
static bool rollup_subtract(struct rollup *rollup, sqlite3_int64 post, bool *taken)
{
    bool done = true;
    for (size_t i = 0; i < ROLLUP_KINDS && done && *taken; i++) {
        bind_integer(rollup->subtract[i], 1, post);
        done = rollup_step(rollup->subtract[i]);
        if (!done && (sqlite3_errcode(rollup->db) & 0xff) == SQLITE_ERROR) {
            *taken = false;
            done = true;
        }
    }
    return done;
}

bool rollup_take(struct rollup *rollup, sqlite3_int64 post, bool *taken)
{
    sqlite3_stmt *may = rollup->statements[ROLLUP_MAY_TAKE];
    bind_integer(may, 1, post);
    bool done = rollup_ask(may, taken);
    if (!*taken) {
        return done;
    }
    sqlite3_reset(may);
    done = rollup_subtract(rollup, post, taken);
    if (!done || !*taken) {
        return done;
    }
    bind_integer(rollup->statements[ROLLUP_TAKEN], 1, post);
    return rollup_run(rollup, ROLLUP_TAKEN);
}

bool rollup_give(struct rollup *rollup, sqlite3_int64 post)
{
    return rollup_add(rollup, rollup->give, post, post);
}

/* ---- hours that are made anew ---- */

static void rollup_copy(sqlite3_stmt *s, int column, struct buffer *out)
{
    const void *bytes = sqlite3_column_blob(s, column);
    buffer_append(out, bytes, (size_t)sqlite3_column_bytes(s, column));
}

static bool rollup_read_kinds(struct rollup *rollup, struct rollup_hour *hour)
{
    bool done = true;
    for (size_t i = 0; i < ROLLUP_KINDS && done; i++) {
        struct rollup_sketches *kind = &hour->kinds[i];
        sqlite3_stmt *make = rollup->make[i];
        bind_slice(make, 1, (struct slice){hour->hour.bytes, hour->hour.size});
        bool there;
        done = rollup_ask(make, &there);
        kind->some = there && sqlite3_column_int64(make, 3) > 0;
        if (kind->some) {
            rollup_copy(make, 0, &kind->topk);
            rollup_copy(make, 1, &kind->hll);
            rollup_copy(make, 2, &kind->cms);
        }
        done = done && sqlite3_reset(make) == SQLITE_OK;
    }
    return done;
}

/* As of one moment: `changes` first, so that what comes after it is noticed. */
bool rollup_read(struct rollup *rollup, bool all, struct rollup_hour **out)
{
    *out = NULL;
    sqlite3_stmt *find = rollup->statements[ROLLUP_FIND_DUE];
    bind_integer(find, 1, all);
    bind_slice(find, 2, (struct slice){buffer_text(&rollup->last), rollup->last.size});
    bool there;
    bool done = rollup_ask(find, &there);
    if (!there) {
        return done;
    }
    struct rollup_hour *hour = memory_resize(NULL, sizeof *hour);
    *hour = (struct rollup_hour){.changes = sqlite3_column_int64(find, 1)};
    rollup_copy(find, 0, &hour->hour);
    sqlite3_reset(find);
    rollup->last.size = 0;
    buffer_append(&rollup->last, hour->hour.bytes, hour->hour.size);
    if (!rollup_read_kinds(rollup, hour)) {
        rollup_hour_free(hour);
        return false;
    }
    *out = hour;
    return true;
}

static struct slice rollup_slice(const struct buffer *bytes)
{
    return (struct slice){bytes->bytes, bytes->size};
}

bool rollup_write(struct rollup *rollup, const struct rollup_hour *hour)
{
    sqlite3_stmt *forget = rollup->statements[ROLLUP_FORGET];
    bind_slice(forget, 1, rollup_slice(&hour->hour));
    bind_integer(forget, 2, hour->changes);
    bool done = rollup_step(forget);
    if (!done || sqlite3_changes(rollup->db) == 0) {
        return done;
    }
    for (size_t i = 0; i < ROLLUP_KINDS && done; i++) {
        const struct rollup_sketches *kind = &hour->kinds[i];
        sqlite3_stmt *s = rollup->statements[kind->some ? ROLLUP_PUT : ROLLUP_DROP];
        bind_slice(s, 1, rollup_slice(&hour->hour));
        bind_text(s, 2, rollup_kinds[i].name);
        if (kind->some) {
            bind_blob(s, 3, rollup_slice(&kind->topk));
            bind_blob(s, 4, rollup_slice(&kind->hll));
            bind_blob(s, 5, rollup_slice(&kind->cms));
        }
        done = rollup_step(s);
        sqlite3_clear_bindings(s);
    }
    return done;
}

void rollup_hour_free(struct rollup_hour *hour)
{
    if (hour) {
        buffer_free(&hour->hour);
        for (size_t i = 0; i < ROLLUP_KINDS; i++) {
            buffer_free(&hour->kinds[i].topk);
            buffer_free(&hour->kinds[i].hll);
            buffer_free(&hour->kinds[i].cms);
        }
        free(hour);
    }
}
