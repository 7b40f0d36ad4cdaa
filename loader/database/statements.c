#include "statements.h"

#include <stdio.h>

#include "buffer.h"
#include "schema.h"

/* The next few posts that are too old, by when they were written or came; all
 * statements have to mean the same ones.  Posts come in the order of their numbers, so
 * that the oldest are in front. */
#define STORE_WRITTEN SCHEMA_TIME("created_ms")
#define STORE_BEFORE  SCHEMA_TIME("?1")
#define STORE_OLD                                                                      \
    "(SELECT post_id FROM (SELECT post_id FROM post WHERE " STORE_WRITTEN              \
    " <= " STORE_BEFORE " AND created_ms < ?1 ORDER BY " STORE_WRITTEN                 \
    ", post_id LIMIT 20)"                                                              \
    " UNION SELECT post_id FROM (SELECT post_id, received_ms FROM post"                \
    "  ORDER BY post_id LIMIT 20) WHERE received_ms < ?1)"

const char *const store_sql[STORE_STATEMENTS] = {
    [STORE_BEGIN] = "BEGIN IMMEDIATE",
    [STORE_COMMIT] = "COMMIT",
    [STORE_ADD_POST] =
        "INSERT INTO post(uri, server, status_id, created_ms, received_ms, edited_ms,"
        "  author, bot, language, sensitive, reply, spoiler, text, word_count,"
        "  source_id, url, in_reply_to_id)"
        " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17)"
        " ON CONFLICT(uri) DO NOTHING",
    [STORE_FIND_POST] =
        "SELECT post_id, edited_ms, server, status_id FROM post WHERE uri = ?1",
    [STORE_EDIT_POST] =
        "UPDATE post SET edited_ms = ?2, language = ?3, sensitive = ?4, spoiler = ?5,"
        "  text = ?6, word_count = ?7 WHERE post_id = ?1",
    [STORE_ADD_TAG] = "INSERT INTO hashtag VALUES(?1,?2) ON CONFLICT DO NOTHING",
    [STORE_ADD_MENTION] = "INSERT INTO mention VALUES(?1,?2) ON CONFLICT DO NOTHING",
    [STORE_ADD_LINK] = "INSERT INTO link VALUES(?1,?2,?3) ON CONFLICT DO NOTHING",
    [STORE_ADD_MEDIUM] = "INSERT INTO media VALUES(?1,?2,?3,?4)",
    [STORE_ADD_ALIAS] = "INSERT INTO alias(server, status_id, post_id) VALUES(?1,?2,?3)"
                        " ON CONFLICT DO NOTHING",
    [STORE_FIND_TOMBSTONE] =
        "SELECT 1 FROM tombstone WHERE server = ?1 AND status_id = ?2"
        "  AND (uri IS NULL OR uri = ?3)"
        " UNION ALL SELECT 1 FROM tombstone WHERE uri = ?3 LIMIT 1",
    [STORE_ADD_TOMBSTONE] = "INSERT INTO tombstone(server, status_id, uri, deleted_ms)"
                            " VALUES(?1,?2,NULL,?3) ON CONFLICT DO NOTHING",
    [STORE_FIND_ID] =
        "SELECT post_id FROM post WHERE status_id = ?2 AND server = ?1"
        " UNION ALL SELECT post_id FROM alias WHERE server = ?1 AND status_id = ?2"
        " LIMIT 1",
    [STORE_BURY_POST] =
        "INSERT INTO tombstone(server, status_id, uri, deleted_ms)"
        " SELECT server, status_id, uri, ?2 FROM post WHERE post_id = ?1"
        " ON CONFLICT(server, status_id) DO UPDATE SET uri = excluded.uri",
    [STORE_BURY_ALIASES] =
        "INSERT INTO tombstone(server, status_id, uri, deleted_ms)"
        " SELECT a.server, a.status_id, p.uri, ?2"
        "  FROM alias AS a JOIN post AS p USING(post_id) WHERE a.post_id = ?1"
        " ON CONFLICT(server, status_id) DO UPDATE SET uri = excluded.uri",
    [STORE_DROP_WORDS] = "DELETE FROM word WHERE post_id = ?1",
    [STORE_DROP_TAGS] = "DELETE FROM hashtag WHERE post_id = ?1",
    [STORE_DROP_MENTIONS] = "DELETE FROM mention WHERE post_id = ?1",
    [STORE_DROP_LINKS] = "DELETE FROM link WHERE post_id = ?1",
    [STORE_DROP_MEDIA] = "DELETE FROM media WHERE post_id = ?1",
    [STORE_DROP_ALIASES] = "DELETE FROM alias WHERE post_id = ?1",
    [STORE_DROP_POST] = "DELETE FROM post WHERE post_id = ?1",
    [STORE_ADD_REJECTED] =
        "INSERT INTO rejected(source_id, at_ms, event, reason, excerpt)"
        " VALUES(?1,?2,?3,?4,?5)",
    [STORE_TRIM_REJECTED] = "DELETE FROM rejected WHERE rejected_id <= ?1 - 1000",
    [STORE_EXPIRE_WORDS] = "DELETE FROM word WHERE post_id IN " STORE_OLD,
    [STORE_EXPIRE_TAGS] = "DELETE FROM hashtag WHERE post_id IN " STORE_OLD,
    [STORE_EXPIRE_MENTIONS] = "DELETE FROM mention WHERE post_id IN " STORE_OLD,
    [STORE_EXPIRE_LINKS] = "DELETE FROM link WHERE post_id IN " STORE_OLD,
    [STORE_EXPIRE_MEDIA] = "DELETE FROM media WHERE post_id IN " STORE_OLD,
    [STORE_EXPIRE_ALIASES] = "DELETE FROM alias WHERE post_id IN " STORE_OLD,
    [STORE_EXPIRE_POSTS] = "DELETE FROM post WHERE post_id IN " STORE_OLD,
    [STORE_EXPIRE_TOMBSTONES] =
        "DELETE FROM tombstone WHERE (server, status_id) IN"
        " (SELECT server, status_id FROM tombstone WHERE deleted_ms < ?1 LIMIT 100)",
    [STORE_EXPIRE_REJECTED] = "DELETE FROM rejected WHERE rejected_id IN"
                              " (SELECT rejected_id FROM rejected WHERE at_ms < ?1"
                              " LIMIT 100)",
    [STORE_ASK_SIZE] =
        "SELECT (page_count - freelist_count) * page_size"
        " FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
    [STORE_ASK_PAGES] =
        "SELECT page_count, CASE auto_vacuum WHEN 2 THEN freelist_count ELSE 0 END"
        " FROM pragma_page_count, pragma_freelist_count, pragma_auto_vacuum",
    [STORE_ASK_RANGE] = "SELECT (SELECT min(post_id) FROM post),"
                        " (SELECT max(post_id) FROM post)",
    [STORE_ASK_AGE] = "SELECT received_ms, 0 FROM post"
                      " WHERE post_id >= ?1 ORDER BY post_id LIMIT 1",
    [STORE_ADD_SETTING] = "INSERT INTO setting VALUES(?1,?2) ON CONFLICT DO NOTHING",
    [STORE_FIND_SETTING] = "SELECT value FROM setting WHERE name = ?1",
    [STORE_ASK_NEWEST] = "SELECT coalesce(max(post_id), 0) FROM (SELECT max(post_id) "
                         "AS post_id FROM word"
                         " UNION ALL SELECT max(post_id) FROM hashtag"
                         " UNION ALL SELECT max(post_id) FROM mention"
                         " UNION ALL SELECT max(post_id) FROM link"
                         " UNION ALL SELECT max(post_id) FROM media"
                         " UNION ALL SELECT max(post_id) FROM alias)",
    [STORE_FIND_SESSION] =
        "SELECT config, (SELECT min(started_ms) FROM session WHERE source_id = ?1"
        "   AND session_id > (SELECT coalesce(max(session_id), 0) FROM session"
        "    WHERE source_id = ?1 AND ended_ms IS NOT NULL))"
        " FROM session WHERE source_id = ?1 ORDER BY session_id DESC LIMIT 1",
    [STORE_ADD_SESSION] =
        "INSERT INTO session(source_id, started_ms, config) VALUES(?1,?2,?3)",
    [STORE_COUNT_SESSION] =
        "UPDATE session SET events = ?2, posts = ?3, edits = ?4, deletes = ?5,"
        "  rejected = ?6, bytes = ?7 WHERE session_id = ?1",
    [STORE_END_SESSION] =
        "UPDATE session SET ended_ms = ?2, end_reason = ?3 WHERE session_id = ?1",
};

/* Of the words, ?1 is the post, ?2 the place of the first, and from ?3 on they stand.
 */
sqlite3_stmt *store_prepare_words(sqlite3 *db, int rows)
{
    struct buffer sql = {0};
    char row[40];
    buffer_append_text(&sql, "INSERT INTO word(post_id, pos, word) VALUES");
    for (int i = 0; i < rows; i++) {
        snprintf(row, sizeof row, "%s(?1,?2+%d,?%d)", i ? "," : "", i, i + 3);
        buffer_append_text(&sql, row);
    }
    sqlite3_stmt *s = NULL;
    sqlite3_prepare_v3(db, buffer_text(&sql), -1, SQLITE_PREPARE_PERSISTENT, &s, NULL);
    buffer_free(&sql);
    return s;
}
