/* HTML to text: what is shown, what words are taken from, and the links. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text.h"

static struct text text;

static const char *joined(const struct strings *list)
{
    static struct buffer out;
    out.size = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct slice s = strings_get(list, i);
        buffer_append(&out, s.bytes, s.size);
        buffer_append_byte(&out, ';');
    }
    return buffer_text(&out);
}

static void read_html(const char *html)
{
    assert_true(text_read(&text, html, strlen(html)));
}

static void assert_prose(const char *html, const char *prose)
{
    read_html(html);
    assert_string_equal(buffer_text(&text.prose), prose);
}

static void assert_plain(const char *html, const char *plain)
{
    read_html(html);
    assert_string_equal(buffer_text(&text.plain), plain);
}

static void blocks_and_breaks_part_words(void **state)
{
    (void)state;
    assert_prose("<p>one</p><p>two</p>", "one\ntwo\n");
    assert_prose("a<br>b<br/>c<BR />d", "a\nb\nc\nd\n");
    assert_prose("<ul><li>a</li><li>b</li></ul>c", "a\nb\nc\n");
    assert_prose("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb\n");
}

static void inline_elements_do_not(void **state)
{
    (void)state;
    assert_prose("<p><b>un</b>do <em>i</em><span>t</span></p>", "undo it\n");
    assert_prose("<code>f</code>oo<!-- not -->bar", "foobar\n");
}

static void entities_are_decoded(void **state)
{
    (void)state;
    assert_prose("a &amp; b &lt;c&gt; &#39;d&#x27; &quot;e&quot; &apos;f&apos;",
                 "a & b <c> 'd' \"e\" 'f'\n");
    assert_prose("caf&eacute;&nbsp;&hellip; &#x1F600;",
                 "caf\xc3\xa9\xc2\xa0\xe2\x80\xa6 \xf0\x9f\x98\x80\n");
    assert_prose("&unknown; & &#0; &#xD800;x", "&unknown; &  x\n");
}

static void links_leave_the_prose_and_stay_readable(void **state)
{
    (void)state;
    static const char html[] =
        "<p>see<a href=\"https://a.example/x?y=1&amp;z=2\"><span "
        "class=\"invisible\">https://"
        "</span><span class=\"ellipsis\">a.example</span></a>this</p>";
    assert_prose(html, "see this\n");
    assert_string_equal(buffer_text(&text.plain), "seehttps://a.examplethis");
    assert_string_equal(joined(&text.links), "https://a.example/x?y=1&z=2;");
}

static void mentions_and_tags_are_no_links(void **state)
{
    (void)state;
    read_html(
        "<a href=\"https://a/@b\" class=\"u-url mention\">@<span>b</span></a> "
        "<a href=\"https://a/tags/x\" class=\"mention hashtag\" rel=\"tag\">#<span>Cats"
        "</span></a>");
    assert_string_equal(joined(&text.links), "");
    assert_string_equal(joined(&text.tags), "Cats;");
    assert_string_equal(buffer_text(&text.plain), "@b #Cats");
}

static void the_stand_in_for_a_quoted_post_is_left_out(void **state)
{
    (void)state;
    assert_prose(
        "<p class=\"quote-inline\">RE: <a href=\"https://a/1\">a/1</a></p><p>yes</p>",
        "yes\n");
    assert_string_equal(joined(&text.links), "");
    assert_prose("so<span class=\"x quote-inline\"><br/>RE: x</span> it is",
                 "so \n it is\n");
}

static void scripts_and_styles_are_silent(void **state)
{
    (void)state;
    assert_prose("a<script>var b = '<p>';</script><style>p{}</style>c", "ac\n");
    assert_plain("<noscript>x</noscript>y", "y");
}

static void broken_mark_up_keeps_its_words(void **state)
{
    (void)state;
    assert_prose("<p>one<p>two</b></i>", "one\ntwo\n");
    assert_prose("i <3 you < me", "i <3 you < me\n");
    assert_prose("<a href=x>gone</p>", "");
    assert_prose("x <a href=\"https://never.closed", "x \n");
    assert_plain("", "");
}

static void classic_text_is_glued_or_separate(void **state)
{
    (void)state;
    static const char html[] =
        "<p class=\"quote-inline\">RE: <a>z</a></p><p>a<a>x</a>b</p><p>c</p>";
    struct text glued, separate;
    text_init(&glued, TEXT_CLASSIC_GLUED);
    text_init(&separate, TEXT_CLASSIC_SEPARATE);
    assert_true(text_read(&glued, html, sizeof html - 1));
    assert_true(text_read(&separate, html, sizeof html - 1));
    assert_string_equal(buffer_text(&glued.classic), "RE: abc");
    assert_string_equal(buffer_text(&separate.classic), "RE: \na b\nc\n");
    text_free(&glued);
    text_free(&separate);
}

static void a_post_leaves_nothing_for_the_next(void **state)
{
    (void)state;
    read_html("<p class=\"quote-inline\"><a href=\"https://a\" "
              "class=\"hashtag\">#open<script>");
    assert_prose("<p>fine</p>", "fine\n");
    assert_string_equal(joined(&text.links), "");
    assert_string_equal(joined(&text.tags), "");
}

static void attacks_are_refused(void **state)
{
    (void)state;
    struct buffer html = {0};
    for (int i = 0; i < 200000; i++) {
        buffer_append_text(&html, "<b>");
    }
    assert_false(text_read(&text, html.bytes, html.size));
    html.size = 0;
    buffer_append_text(&html, "<a ");
    for (int i = 0; i < 100000; i++) {
        char name[16];
        int size = snprintf(name, sizeof name, "a%d='>' ", i);
        buffer_append(&html, name, (size_t)size);
    }
    assert_false(text_read(&text, html.bytes, html.size));
    buffer_free(&html);
    assert_prose("<p>fine</p>", "fine\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_and_breaks_part_words),
        cmocka_unit_test(inline_elements_do_not),
        cmocka_unit_test(entities_are_decoded),
        cmocka_unit_test(links_leave_the_prose_and_stay_readable),
        cmocka_unit_test(mentions_and_tags_are_no_links),
        cmocka_unit_test(the_stand_in_for_a_quoted_post_is_left_out),
        cmocka_unit_test(scripts_and_styles_are_silent),
        cmocka_unit_test(broken_mark_up_keeps_its_words),
        cmocka_unit_test(classic_text_is_glued_or_separate),
        cmocka_unit_test(a_post_leaves_nothing_for_the_next),
        cmocka_unit_test(attacks_are_refused),
    };
    text_init(&text, TEXT_CLASSIC_NONE);
    int failed = cmocka_run_group_tests_name("text", tests, NULL, NULL);
    text_free(&text);
    return failed;
}
