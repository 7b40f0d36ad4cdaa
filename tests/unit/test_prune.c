/* JSON cut down to what is wanted: the same to a reader, and nothing that it refuses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "prune.h"

enum { ID, LIST, INNER, HOLLOW, NOTE, MEMBERS };

static const struct prune_member inner[] = {{"a", NULL, NULL}, {NULL, NULL, NULL}};
static const struct prune_member nothing[] = {{NULL, NULL, NULL}};
static const struct prune_member wanted[] = {
    [ID] = {"id", NULL, NULL},           [LIST] = {"list", inner, "[]"},
    [INNER] = {"inner", inner, NULL},    [HOLLOW] = {"hollow", nothing, "null"},
    [NOTE] = {"note", NULL, "\"none\""}, {NULL, NULL, NULL},
};

static struct buffer out;
static struct slice values[MEMBERS];

static bool prune(const char *json)
{
    out.size = 0;
    bool done = prune_object(&out, (struct slice){json, strlen(json)}, wanted, values);
    buffer_text(&out);
    return done;
}

static void what_is_wanted_is_kept_in_its_order(void **state)
{
    (void)state;
    static const struct {
        const char *json, *pruned;
    } cases[] = {
        {"{}", "{}"},
        {" { } ", "{}"},
        {"{\"x\":1}", "{}"},
        {"{\"x\":1,\"id\":2,\"y\":[{\"id\":3}]}", "{\"id\":2}"},
        {"{ \"note\" : \"a,b\" , \"x\":{}, \"id\" : null }",
         "{\"note\" :\"a,b\",\"id\" :null}"},
        {"{\"inner\":{\"a\":[1,{\"b\":2}],\"b\":3}}",
         "{\"inner\":{\"a\":[1,{\"b\":2}]}}"},
        {"{\"inner\":7}", "{\"inner\":7}"},
        {"{\"list\":[{\"b\":1},{\"a\":2,\"b\":3},4,[{\"a\":5,\"c\":6}]]}",
         "{\"list\":[{},{\"a\":2},4,[{\"a\":5}]]}"},
        {"{\"hollow\":{\"id\":\"x\",\"a\":{}},\"id\":1}", "{\"hollow\":{},\"id\":1}"},
        {"{\"note\":\"none\",\"list\":[],\"hollow\":null,\"id\":1}", "{\"id\":1}"},
        {"{\"note\":\"non\",\"list\":[ ]}", "{\"note\":\"non\",\"list\":[]}"},
        {"{\"idx\":1,\"i\":2,\"\":3}", "{}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(prune(cases[i].json));
        assert_string_equal(out.bytes, cases[i].pruned);
    }
}

static void the_values_are_told_where_they_stand(void **state)
{
    (void)state;
    assert_true(prune("{\"id\": \"7\" ,\"inner\":{\"a\":1},\"note\":\"none\"}"));
    assert_int_equal(values[ID].size, 3);
    assert_memory_equal(values[ID].bytes, "\"7\"", 3);
    assert_int_equal(values[INNER].size, 7);
    assert_memory_equal(values[INNER].bytes, "{\"a\":1}", 7);
    assert_int_equal(values[NOTE].size, 6);
    assert_null(values[LIST].bytes);
}

static void what_a_reader_refuses_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "{",
        "}",
        "[]",
        "1",
        "{\"id\"}",
        "{\"id\":}",
        "{\"id\":1,}",
        "{,}",
        "{\"id\":1 \"x\":2}",
        "{\"id\":1}}",
        "{\"id\":1}x",
        "{id:1}",
        "{\"id\":01}",
        "{\"id\":-}",
        "{\"id\":1.}",
        "{\"id\":1e}",
        "{\"id\":+1}",
        "{\"id\":tru}",
        "{\"x\":[1,]}",
        "{\"x\":[,1]}",
        "{\"x\":[1 2]}",
        "{\"x\":[}",
        "{\"x\":\"\n\"}",
        "{\"x\":\"\\x\"}",
        "{\"x\":\"\\u00g0\"}",
        "{\"x\":\"\\u0000\"}",
        "{\"x\":\"\\ud800\"}",
        "{\"x\":\"\\udc00\"}",
        "{\"x\":\"\\ud800\\ud800\"}",
        "{\"x\":\"\xff\"}",
        "{\"x\":\"\xc0\xaf\"}",
        "{\"x\":\"\xed\xa0\x80\"}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        json_t *read = json_loadb(bad[i], strlen(bad[i]), 0, NULL);
        assert_false(json_is_object(read));
        json_decref(read);
        assert_false(prune(bad[i]));
    }
}

static void what_is_only_odd_is_left_to_the_reader(void **state)
{
    (void)state;
    static const char *const odd[] = {
        "{\"\\u0069d\":1}",            /* id in disguise */
        "{\"id\":1,\"id\":2}",         /* which one? */
        "{\"x\":1234567890123456789}", /* might be too large */
        "{\"x\":1e100}",
    };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        json_t *read = json_loadb(odd[i], strlen(odd[i]), 0, NULL);
        assert_non_null(read);
        json_decref(read);
        assert_false(prune(odd[i]));
    }
}

static void the_depth_is_bounded(void **state)
{
    (void)state;
    for (int depth = 1; depth < 3 * PRUNE_MAX_DEPTH; depth++) {
        struct buffer json = {0};
        buffer_append_text(&json, "{\"x\":");
        for (int i = 1; i < depth; i++) {
            buffer_append_byte(&json, '[');
        }
        buffer_append_text(&json, "1");
        for (int i = 1; i < depth; i++) {
            buffer_append_byte(&json, ']');
        }
        buffer_append_byte(&json, '}');
        assert_int_equal(prune(buffer_text(&json)), depth <= PRUNE_MAX_DEPTH);
        buffer_free(&json);
    }
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    static const char whole[] =
        "{\"list\":[{\"a\":\"\\ud83d\\ude00\",\"b\":[true,-1.5e+3]}],\"id\":\"\\n\"}";
    assert_true(prune(whole));
    for (size_t size = 0; size < sizeof whole - 1; size++) {
        char *block = malloc(size ? size : 1);
        memcpy(block, whole, size);
        out.size = 0;
        assert_false(prune_object(&out, (struct slice){block, size}, wanted, values));
        free(block);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wanted_is_kept_in_its_order),
        cmocka_unit_test(the_values_are_told_where_they_stand),
        cmocka_unit_test(what_a_reader_refuses_is_refused),
        cmocka_unit_test(what_is_only_odd_is_left_to_the_reader),
        cmocka_unit_test(the_depth_is_bounded),
        cmocka_unit_test(every_truncation_is_refused),
    };
    int failed = cmocka_run_group_tests_name("prune", tests, NULL, NULL);
    buffer_free(&out);
    return failed;
}
