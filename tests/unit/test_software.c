/* What servers run: by the name in their documents, and by their nodeinfo. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "instance.h"
#include "software.h"

static struct slice slice_of(const char *text)
{
    return (struct slice){text, strlen(text)};
}

static void programs_are_known_by_the_beginning_of_a_text(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name;
        enum software_streams streams;
    } cases[] = {
        {"mastodon", "Mastodon", SOFTWARE_EVENT_STREAMS},
        {"Akkoma 3.10.4-0-gebfb617", "Akkoma", SOFTWARE_WEBSOCKETS},
        {"GOTOSOCIAL", "GoToSocial", SOFTWARE_WEBSOCKETS},
        {"Pixelfed 0.12.3", "Pixelfed", SOFTWARE_NO_STREAMS},
        {"Friendica 2023.05", "Friendica", SOFTWARE_NO_STREAMS},
        {"mastodont", "", SOFTWARE_UNKNOWN},
        {"mastodo", "", SOFTWARE_UNKNOWN},
        {" mastodon", "", SOFTWARE_UNKNOWN},
        {"", "", SOFTWARE_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct software *s = software_find(slice_of(cases[i].text));
        assert_string_equal(s->name, cases[i].name);
        assert_int_equal(s->streams, cases[i].streams);
    }
    assert_int_equal(software_find((struct slice){NULL, 0})->streams, SOFTWARE_UNKNOWN);
}

static void instance_documents_name_their_software(void **state)
{
    (void)state;
    static const struct {
        const char *json, *software;
    } cases[] = {
        {"{\"version\":\"2.7.2 (compatible; Akkoma 3.10.4)\"}", "Akkoma 3.10.4"},
        {"{\"version\":\"2.7.2 (compatible; Akkoma\"}", "Akkoma"},
        {"{\"version\":\"0.17\",\"source_url\":\"https://x.example/y/gotosocial\"}",
         "gotosocial"},
        {"{\"version\":\"4.5.0\",\"source_url\":\"gotosocial\"}", ""},
        {"{\"version\":\"4.5.0\",\"source_url\":7}", ""},
        {"{\"version\":\"4.5.0\"}", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct instance instance = {0};
        assert_true(instance_read(&instance, cases[i].json, strlen(cases[i].json)));
        assert_string_equal(instance.software.bytes, cases[i].software);
        instance_free(&instance);
    }
}

static void nodeinfo_leads_to_a_name_or_to_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *json, *address;
    } links[] = {
        {"{\"links\":[{\"rel\":\"http://nodeinfo.diaspora.software/ns/schema/2.0\","
         "\"href\":\"https://a.example/2.0\"},{\"rel\":\"http://nodeinfo.diaspora."
         "software/ns/schema/2.1\",\"href\":\"https://a.example/2.1\"}]}",
         "https://a.example/2.1"},
        {"{\"links\":[{\"rel\":\"other\",\"href\":\"https://a.example/\"},7,null]}",
         NULL},
        {"{\"links\":{}}", NULL},
        {"[]", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        struct buffer address = {0};
        const char *json = links[i].json;
        bool found = instance_find_nodeinfo(&address, json, strlen(json));
        assert_int_equal(found, links[i].address != NULL);
        if (found) {
            assert_string_equal(buffer_text(&address), links[i].address);
        }
        buffer_free(&address);
    }
    struct instance instance = {0};
    static const char good[] =
        "{\"software\":{\"name\":\"gotosocial\",\"version\":\"0.17.3\"}}";
    static const char nameless[] = "{\"software\":{\"version\":\"0.17.3\"}}";
    assert_false(instance_read_nodeinfo(&instance, nameless, sizeof nameless - 1));
    assert_int_equal(instance.software.size, 0);
    assert_true(instance_read_nodeinfo(&instance, good, sizeof good - 1));
    assert_string_equal(instance.software.bytes, "gotosocial 0.17.3");
    instance_free(&instance);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_are_known_by_the_beginning_of_a_text),
        cmocka_unit_test(instance_documents_name_their_software),
        cmocka_unit_test(nodeinfo_leads_to_a_name_or_to_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
