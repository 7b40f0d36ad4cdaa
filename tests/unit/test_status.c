/* One post out of its JSON, and everything that is not one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "status.h"

static struct status status;

static const char good[] =
    "{\"id\":\"1\",\"uri\":\"https://a.example/"
    "1\",\"created_at\":\"2026-06-01T00:00:00Z\","
    "\"content\":\"<p>Hi</p>\",\"account\":{\"acct\":\"ann\",\"url\":\"https://"
    "A.example/@ann\"}}";

/* `good` with `name` set to `value`, or taken away when that is NULL; a name with a
 * dot is a field of the account. */
static bool parse_with(const char *name, const char *value)
{
    json_t *root = json_loads(good, 0, NULL);
    json_t *object = root;
    if (strncmp(name, "account.", 8) == 0) {
        object = json_object_get(root, "account");
        name += 8;
    }
    if (value) {
        json_t *v = json_loads(value, JSON_DECODE_ANY, NULL);
        assert_non_null(v);
        json_object_set_new(object, name, v);
    } else {
        json_object_del(object, name);
    }
    char *json = json_dumps(root, 0);
    bool parsed = status_parse(&status, json, strlen(json), "here.example");
    assert_true(parsed == (status.reason[0] == '\0'));
    free(json);
    json_decref(root);
    return parsed;
}

static void a_post_of_bare_necessities_is_read(void **state)
{
    (void)state;
    assert_true(status_parse(&status, good, sizeof good - 1, "here.example"));
    assert_string_equal(status.id.bytes, "1");
    assert_string_equal(status.uri, "https://a.example/1");
    assert_string_equal(status.author.bytes, "ann@a.example");
    assert_string_equal(status.visibility, "public");
    assert_string_equal(status.content, "<p>Hi</p>");
    assert_null(status.language);
    assert_null(status.spoiler);
    assert_true(status.created_ms == 1780272000000);
    assert_true(status.edited_ms == STATUS_NO_TIME);
    assert_false(status.bot || status.sensitive || status.reply || status.boost);
    assert_int_equal(status.tags.count + status.mentions.count + status.emojis.count,
                     0);
}

static void what_matters_must_be_there(void **state)
{
    (void)state;
    static const char *const names[] = {"id", "uri", "created_at", "account",
                                        "account.acct"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_false(parse_with(names[i], NULL));
        assert_non_null(
            strstr(status.reason, names[i][0] == 'u' ? "neither" : "is missing"));
        assert_null(strstr(status.reason, "missing, not"));
        assert_false(parse_with(names[i], "null"));
        assert_non_null(strstr(status.reason, names[i][0] == 'u' ? "neither" : "null"));
    }
    assert_false(parse_with("content", NULL));
    assert_non_null(strstr(status.reason, "missing"));
}

static void a_post_may_be_without_text(void **state)
{
    (void)state;
    assert_true(parse_with("content", "null"));
    assert_string_equal(status.content, "");
}

static void the_url_stands_in_for_the_uri(void **state)
{
    (void)state;
    static const char with[] =
        "{\"id\":\"1\",\"uri\":%s,\"url\":\"https://a.example/@ann/1\","
        "\"created_at\":\"2026-06-01T00:00:00Z\",\"content\":\"\","
        "\"account\":{\"acct\":\"ann\"}}";
    static const char *const uris[] = {"null", "\"\""};
    char json[400];
    for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
        snprintf(json, sizeof json, with, uris[i]);
        assert_true(status_parse(&status, json, strlen(json), "here.example"));
        assert_string_equal(status.uri, "https://a.example/@ann/1");
    }
    snprintf(json, sizeof json, with, "\"tag:1\"");
    assert_true(status_parse(&status, json, strlen(json), "here.example"));
    assert_string_equal(status.uri, "tag:1");
    assert_string_equal(status.url, "https://a.example/@ann/1");
}

static void a_bad_character_costs_that_character(void **state)
{
    (void)state;
    static const struct {
        const char *content, *read;
    } cases[] = {
        {"\\ud83d", "\xef\xbf\xbd"},
        {"a\\ud83d b", "a\xef\xbf\xbd b"},
        {"\\ude00\\ud83d", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"\\ud83d\\ud83d\\ude00", "\xef\xbf\xbd\xf0\x9f\x98\x80"},
        {"\\uD83D\\uDE00", "\xf0\x9f\x98\x80"},
        {"\\\\ud83d", "\\ud83d"},
        {"\\\\\\ud83d", "\\\xef\xbf\xbd"},
        {"a\\u0000b", "a\xef\xbf\xbd"
                      "b"},
        {"a\xff", "a\xef\xbf\xbd"},
        {"a\tb", "a\xef\xbf\xbd"
                 "b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char json[400];
        snprintf(json, sizeof json,
                 "{\"id\":\"1\",\"uri\":\"x\",\"created_at\":\"2026-06-01T00:00:00Z\","
                 "\"content\":\"%s\",\"account\":{\"acct\":\"ann\"}}",
                 cases[i].content);
        assert_true(status_parse(&status, json, strlen(json), "here.example"));
        assert_string_equal(status.content, cases[i].read);
    }
}

static void look(const char *language, const char *edited, struct status_glance *glance)
{
    static char json[200];
    snprintf(json, sizeof json,
             "{\"id\":\"1\", \"uri\":\"x:1\", \"language\":%s, \"edited_at\": %s }",
             language, edited);
    status_open(&status, (struct slice){json, strlen(json)});
    assert_true(status_glance(&status, glance));
    assert_true(glance->id.size == 1 && *glance->id.bytes == '1');
    assert_true(glance->uri.size == 3 && memcmp(glance->uri.bytes, "x:1", 3) == 0);
}

static void a_glance_tells_what_the_whole_would(void **state)
{
    (void)state;
    struct status_glance glance;
    look("\"de\"", "null", &glance);
    assert_int_equal(glance.language.size, 2);
    assert_memory_equal(glance.language.bytes, "de", 2);
    assert_false(glance.edited);
    look("null", "null", &glance);
    assert_null(glance.language.bytes);
    look("\"\"", "\"2026-06-01T00:00:00Z\"", &glance);
    assert_null(glance.language.bytes);
    assert_true(glance.edited);
}

static void a_glance_leaves_what_is_odd_to_the_whole(void **state)
{
    (void)state;
    struct status_glance glance;
    static const char *const odd[] = {
        "{\"id\":1,\"uri\":\"x\"}",
        "{\"id\":\"\\u0031\",\"uri\":\"x\"}",
        "{\"id\":\"1\",\"uri\":\"x\",\"id\":2}",
        "{\"id\":\"1\"}",
        "{\"id\":\"1\",\"uri\":\"\"}",
        "{\"id\":\"1 2\",\"uri\":\"x\"}",
        "{\"id\":\"1\",\"uri\":\"x\"",
        "{\"id\":\"1\",\"uri\":\"x\"}}",
        "{\"id\":\"1\",\"uri\":\"x\",\"y\":01}",
        "{\"id\":\"1\",\"uri\":\"x\",}",
        "[]",
        "",
    };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        status_open(&status, (struct slice){odd[i], strlen(odd[i])});
        assert_false(status_glance(&status, &glance));
    }
}

static bool parse_with_card(const char *card)
{
    char json[400];
    snprintf(json, sizeof json,
             "{\"id\":\"1\",\"uri\":\"x\",\"created_at\":\"2026-06-01T00:00:00Z\","
             "\"content\":\"\",\"account\":{\"acct\":\"ann\"},\"card\":%s}",
             card);
    return status_parse(&status, json, strlen(json), "here.example");
}

static void what_is_thrown_away_of_a_post_is_checked_too(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "tru", "\"\\x\"", "\"\\u12\"", "[1,]", "{\"a\"}",    "{\"a\":}", "[1 2]",
        "-",   "1.",      "1e",        "01",   "{\"a\":1,}", "\""};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(parse_with_card(bad[i]));
        assert_non_null(strstr(status.reason, "no JSON"));
    }
    static const char *const odd[] = {"\"\xff\"",
                                      "\"\\u0000\"",
                                      "\"\x01\"",
                                      "\"\xc0\x80\"",
                                      "\"\xed\xa0\x80\"",
                                      "1e999",
                                      "99999999999999999999"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        assert_true(parse_with_card(odd[i]));
    }
}

static void wrong_types_are_refused_where_it_matters(void **state)
{
    (void)state;
    static const char *const values[] = {"7",   "7.5", "true", "\"text\"",
                                         "[1]", "{}",  "[{}]"};
    static const struct {
        const char *name, *accepted;
    } fields[] = {
        {"id", "0 3"},
        {"uri", "3"},
        {"url", "0123456"},
        {"created_at", ""},
        {"edited_at", "0123456"},
        {"content", "3"},
        {"media_attachments", "0123456"},
        {"language", "0123456"},
        {"visibility", "3"},
        {"spoiler_text", "0123456"},
        {"sensitive", "2"},
        {"account", ""},
        {"account.acct", "3"},
        {"account.url", "0123456"},
        {"account.bot", "2"},
        {"account.noindex", "2"},
        {"tags", "0123456"},
        {"mentions", "0123456"},
        {"emojis", "0123456"},
        {"in_reply_to_id", "0123456"},
        {"reblog", "5"},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            bool accepted = strchr(fields[i].accepted, (int)('0' + v)) != NULL;
            assert_int_equal(parse_with(fields[i].name, values[v]), accepted);
        }
    }
}

static void a_piece_that_is_wrong_costs_that_piece(void **state)
{
    (void)state;
    assert_true(parse_with("tags", "[{\"name\":null},7,{\"name\":\"a\"},{}]"));
    assert_int_equal(status.tags.count, 1);
    assert_true(
        parse_with("tags", "[{\"name\":\"\"},{\"name\":\"#\"},{\"name\":\"#b\"}]"));
    assert_int_equal(status.tags.count, 1);
    assert_memory_equal(strings_get(&status.tags, 0).bytes, "b", 1);
    assert_true(parse_with("media_attachments", "[{\"type\":\"hologram\"}]"));
    assert_memory_equal(strings_get(&status.media, 0).bytes, "unknown", 7);
    assert_true(parse_with("mentions", "[{\"acct\":\"\"}]"));
    assert_int_equal(status.mentions.count, 0);
    assert_false(parse_with("account.acct", "\"\""));
    assert_true(
        parse_with("mentions", "[{\"acct\":1},{\"acct\":\"z\",\"url\":7},null]"));
    assert_int_equal(status.mentions.count, 1);
    assert_true(parse_with("emojis", "[[],{\"shortcode\":\"a\"}]"));
    assert_int_equal(status.emojis.count, 1);
    assert_true(
        parse_with("media_attachments",
                   "[\"x\",{\"type\":1,\"description\":{}},{\"type\":\"image\"}]"));
    assert_int_equal(status.media.count, 4);
    assert_memory_equal(strings_get(&status.media, 0).bytes, "unknown", 7);
    assert_true(parse_with("url", "7"));
    assert_null(status.url);
    assert_true(parse_with("language", "[]"));
    assert_null(status.language);
    assert_true(parse_with("edited_at", "\"yesterday\""));
    assert_true(status.edited_ms == STATUS_NO_TIME);
}

static void parents_are_named_like_posts(void **state)
{
    (void)state;
    static const struct {
        const char *value, *parent;
        bool reply;
    } cases[] = {
        {"\"7\"", "7", true}, {"7", "7", true},    {"7.5", "", false},
        {"-7", "", false},    {"null", "", false}, {"\"a b\"", "", true},
        {"{}", "", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(parse_with("in_reply_to_id", cases[i].value));
        assert_int_equal(status.reply, cases[i].reply);
        assert_int_equal(status.parent.size, strlen(cases[i].parent));
    }
}

static void null_is_as_good_as_none_where_nothing_depends_on_it(void **state)
{
    (void)state;
    static const char *const names[] = {"edited_at",    "language",       "visibility",
                                        "spoiler_text", "sensitive",      "account.url",
                                        "account.bot",  "tags",           "mentions",
                                        "emojis",       "in_reply_to_id", "reblog"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_true(parse_with(names[i], "null"));
    }
    assert_true(parse_with("language", "\"\""));
    assert_null(status.language);
}

static void ids_are_opaque(void **state)
{
    (void)state;
    assert_true(parse_with("id", "116671905802087851"));
    assert_string_equal(status.id.bytes, "116671905802087851");
    assert_true(parse_with("id", "\"01HE7Y659ZWZ02JM4AWYJZ176Q\""));
    assert_false(parse_with("id", "\"\""));
    assert_false(parse_with("id", "\"1 2\""));
    assert_false(parse_with("id", "\"\\u00e9\""));
    assert_false(parse_with("id", "\"\\n\""));
}

static void names_are_made_whole(void **state)
{
    (void)state;
    assert_true(parse_with("account.acct", "\"bob@b.example\""));
    assert_string_equal(status.author.bytes, "bob@b.example");
    assert_true(parse_with("account.url", "null"));
    assert_string_equal(status.author.bytes, "ann@here.example");
    assert_true(parse_with("mentions", "[{\"acct\":\"x@y\"},{\"acct\":\"z\"}]"));
    struct slice second = strings_get(&status.mentions, 1);
    assert_int_equal(second.size, strlen("z@here.example"));
    assert_memory_equal(second.bytes, "z@here.example", second.size);
}

static void lists_are_bounded(void **state)
{
    (void)state;
    struct buffer list = {0};
    for (int i = 0; i < 1000; i++) {
        buffer_append_text(&list, i ? ",{\"name\":\"t\"}" : "[{\"name\":\"t\"}");
    }
    buffer_append_text(&list, "]");
    assert_true(parse_with("tags", buffer_text(&list)));
    assert_int_equal(status.tags.count, STATUS_MAX_TAGS);
    buffer_free(&list);
}

static void what_is_no_json_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {
        {"", 0},
        {"undefined", 9},
        {"[]", 2},
        {"\"x\"", 3},
        {"{\"id\":", 6},
        {"{} x", 4},
        {"{\"id\":1,\0\"x\":2}", 16},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_false(status_parse(&status, cases[i].bytes, cases[i].size, "x"));
        assert_true(strlen(status.reason) > 0);
    }
    struct buffer deep = {0};
    for (int i = 0; i < 100000; i++) {
        buffer_append_byte(&deep, '[');
    }
    assert_false(status_parse(&status, deep.bytes, deep.size, "x"));
    buffer_free(&deep);
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    for (size_t size = 0; size < sizeof good - 1; size++) {
        char *block = malloc(size ? size : 1);
        memcpy(block, good, size);
        assert_false(status_parse(&status, block, size, "x"));
        free(block);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_post_of_bare_necessities_is_read),
        cmocka_unit_test(what_matters_must_be_there),
        cmocka_unit_test(a_post_may_be_without_text),
        cmocka_unit_test(the_url_stands_in_for_the_uri),
        cmocka_unit_test(a_bad_character_costs_that_character),
        cmocka_unit_test(a_glance_tells_what_the_whole_would),
        cmocka_unit_test(a_glance_leaves_what_is_odd_to_the_whole),
        cmocka_unit_test(what_is_thrown_away_of_a_post_is_checked_too),
        cmocka_unit_test(wrong_types_are_refused_where_it_matters),
        cmocka_unit_test(a_piece_that_is_wrong_costs_that_piece),
        cmocka_unit_test(parents_are_named_like_posts),
        cmocka_unit_test(null_is_as_good_as_none_where_nothing_depends_on_it),
        cmocka_unit_test(ids_are_opaque),
        cmocka_unit_test(names_are_made_whole),
        cmocka_unit_test(lists_are_bounded),
        cmocka_unit_test(what_is_no_json_is_refused),
        cmocka_unit_test(every_truncation_is_refused),
    };
    int failed = cmocka_run_group_tests_name("status", tests, NULL, NULL);
    status_free(&status);
    return failed;
}
