/*
 * Three texts are written at once while the parser calls back:
 *
 *     <p>Hi <a class="mention">@<span>ann</span></a></p><p>so<br>long</p>
 *     plain    "Hi @ann\nso\nlong"
 *     prose    "Hi \nso\nlong"       what stood in links is gone
 *     classic  "Hi solong"           when glued
 *
 * Blocks and breaks part words in plain and prose; inline elements do not, since
 * <b>un</b>do is one word.
 */
#include "text.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* Elements around which a reader sees a break, in order of the alphabet. */
static const char *const text_blocks[] = {
    "address",    "article", "aside",   "blockquote", "body",    "br",      "caption",
    "center",     "dd",      "details", "div",        "dl",      "dt",      "fieldset",
    "figcaption", "figure",  "footer",  "form",       "h1",      "h2",      "h3",
    "h4",         "h5",      "h6",      "header",     "hr",      "li",      "main",
    "nav",        "ol",      "p",       "pre",        "section", "summary", "table",
    "tbody",      "td",      "tfoot",   "th",         "thead",   "tr",      "ul",
};

static int text_compare(const void *name, const void *entry)
{
    return strcmp(name, *(const char *const *)entry);
}

static bool text_is_block(const char *name)
{
    size_t count = sizeof text_blocks / sizeof *text_blocks;
    return bsearch(name, text_blocks, count, sizeof *text_blocks, text_compare) != NULL;
}

static bool text_is_silent(const char *name)
{
    return strcmp(name, "script") == 0 || strcmp(name, "style") == 0 ||
           strcmp(name, "template") == 0 || strcmp(name, "noscript") == 0;
}

static const char *text_attribute(const xmlChar **attributes, const char *name)
{
    for (size_t i = 0; attributes && attributes[i]; i += 2) {
        if (strcmp((const char *)attributes[i], name) == 0) {
            return attributes[i + 1] ? (const char *)attributes[i + 1] : "";
        }
    }
    return NULL;
}

/* Is `name` one of the words in the value of a class attribute? */
static bool text_has_class(const char *classes, const char *name)
{
    static const char blanks[] = " \t\n\f\r";
    size_t size = strlen(name);
    while (classes && *classes) {
        classes += strspn(classes, blanks);
        size_t length = strcspn(classes, blanks);
        if (length == size && memcmp(classes, name, size) == 0) {
            return true;
        }
        classes += length;
    }
    return false;
}

static void text_separate(struct buffer *b, char by)
{
    if (b->size > 0 && b->bytes[b->size - 1] != '\n' && b->bytes[b->size - 1] != by) {
        buffer_append_byte(b, by);
    }
}

static void text_break(struct text *text, char by)
{
    text_separate(&text->prose, by);
    if (text->mode == TEXT_CLASSIC_SEPARATE) {
        text_separate(&text->classic, by);
    }
}

static void text_block(struct text *text, const char *name)
{
    if (text_is_block(name)) {
        text_break(text, '\n');
        text_separate(&text->plain, '\n');
    }
}

static void text_open_link(struct text *text, const xmlChar **attributes)
{
    const char *classes = text_attribute(attributes, "class");
    const char *address = text_attribute(attributes, "href");
    text->link = text->depth;
    text->tag.size = 0;
    text->tag_link = text_has_class(classes, "hashtag");
    bool plain = !text->tag_link && !text_has_class(classes, "mention");
    if (plain && address && !text->quote && text->links.count < TEXT_MAX_LINKS) {
        strings_add(&text->links, address, strlen(address));
    }
    text_break(text, ' ');
}

static void text_close_link(struct text *text)
{
    text->link = 0;
    bool marked = text->tag.size > 1 && text->tag.bytes[0] == '#';
    if (text->tag_link && marked && text->tags.count < TEXT_MAX_LINKS) {
        strings_add(&text->tags, text->tag.bytes + 1, text->tag.size - 1);
    }
    text->tag_link = false;
    text_break(text, ' ');
}

static void text_start(void *ctx, const xmlChar *element, const xmlChar **attributes)
{
    struct text *text = ctx;
    const char *name = (const char *)element;
    if (++text->depth > TEXT_MAX_DEPTH) {
        text->too_deep = true;
        xmlStopParser(text->parser);
        return;
    }
    text_block(text, name);
    if (!text->silence && text_is_silent(name)) {
        text->silence = text->depth;
    }
    if (!text->quote &&
        text_has_class(text_attribute(attributes, "class"), "quote-inline")) {
        text->quote = text->depth;
        text_separate(&text->prose, ' ');
    }
    if (!text->link && strcmp(name, "a") == 0) {
        text_open_link(text, attributes);
    }
}

static void text_end(void *ctx, const xmlChar *element)
{
    struct text *text = ctx;
    if (text->link == text->depth) {
        text_close_link(text);
    }
    if (text->quote == text->depth) {
        text->quote = 0;
    }
    if (text->silence == text->depth) {
        text->silence = 0;
    }
    text->depth -= text->depth > 0;
    text_block(text, (const char *)element);
}

static void text_characters(void *ctx, const xmlChar *characters, int length)
{
    struct text *text = ctx;
    size_t size = (size_t)length;
    if (text->silence) {
        return;
    }
    buffer_append(&text->plain, characters, size);
    if (text->link) {
        if (text->tag_link) {
            buffer_append(&text->tag, characters, size);
        }
        return;
    }
    if (!text->quote) {
        buffer_append(&text->prose, characters, size);
    }
    if (text->mode != TEXT_CLASSIC_NONE) {
        buffer_append(&text->classic, characters, size);
    }
}

/* The end of the tag that starts at `p`, as the parser sees it: a > inside quotes
 * that follow an = does not end it. */
static const char *text_tag_end(const char *p, const char *end)
{
    bool valued = false;
    for (p++; p < end && *p != '>'; p++) {
        if (valued && (*p == '"' || *p == '\'')) {
            const char *quote = memchr(p + 1, *p, (size_t)(end - p - 1));
            p = quote ? quote : end - 1;
            valued = false;
        } else if (*p == '=') {
            valued = true;
        } else if (!strchr(" \t\r\n", *p)) {
            valued = false;
        }
    }
    return p;
}

static bool text_tags_are_short(const char *html, size_t size)
{
    const char *end = html + size;
    const char *p = html;
    while (p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL) {
        const char *after = text_tag_end(p, end);
        if (after - p > TEXT_MAX_ATTRIBUTES) {
            return false;
        }
        p = after;
    }
    return true;
}

void text_init(struct text *text, enum text_classic mode)
{
    *text = (struct text){.mode = mode};
    text->parser = htmlNewParserCtxt();
    if (!text->parser) {
        memory_refused();
    }
    memset(text->parser->sax, 0, sizeof *text->parser->sax);
    text->parser->sax->startElement = text_start;
    text->parser->sax->endElement = text_end;
    text->parser->sax->characters = text_characters;
    text->parser->sax->ignorableWhitespace = text_characters;
    text->parser->userData = text;
}

bool text_read(struct text *text, const char *html, size_t size)
{
    text->plain.size = text->prose.size = text->classic.size = 0;
    strings_clear(&text->links);
    strings_clear(&text->tags);
    text->depth = text->link = text->silence = text->quote = 0;
    text->tag_link = text->too_deep = false;
    if (!text_tags_are_short(html, size)) {
        return false;
    }
    if (size > 0) {
        int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                      HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC;
        htmlCtxtReadMemory(text->parser, html, (int)size, NULL, "UTF-8", options);
    }
    while (text->plain.size > 0 && text->plain.bytes[text->plain.size - 1] == '\n') {
        text->plain.size--;
    }
    return !text->too_deep;
}

void text_free(struct text *text)
{
    htmlFreeParserCtxt(text->parser);
    buffer_free(&text->plain);
    buffer_free(&text->prose);
    buffer_free(&text->classic);
    buffer_free(&text->tag);
    strings_free(&text->links);
    strings_free(&text->tags);
}
