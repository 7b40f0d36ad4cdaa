#include "page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "isotime.h"
#include "memory.h"
#include "post_json.h"

static const char *page_skip_blanks(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')) {
        p++;
    }
    return p;
}

/* Past the string that starts at p. */
static const char *page_skip_string(const char *p, const char *end)
{
    for (p++; p < end && *p != '"'; p++) {
        p += *p == '\\' && p + 1 < end;
    }
    return p < end ? p + 1 : end;
}

/* To the comma or bracket that ends the element at p. */
static const char *page_skip_element(const char *p, const char *end)
{
    size_t depth = 0;
    while (p < end) {
        if (*p == '"') {
            p = page_skip_string(p, end);
            continue;
        }
        if (depth == 0 && (*p == ',' || *p == ']')) {
            break;
        }
        depth += *p == '{' || *p == '[';
        depth -= (*p == '}' || *p == ']') && depth > 0;
        p++;
    }
    return p;
}

static void page_read_post(struct page_post *post)
{
    char reason[STATUS_REASON]; /* for which whoever stores it asks again */
    struct buffer id = {0};
    json_t *root = post_json_read(post->json, reason, sizeof reason);
    const char *created = json_string_value(json_object_get(root, "created_at"));
    bool named = post_json_id(&id, json_object_get(root, "id"));
    snprintf(post->id, sizeof post->id, "%s", named ? id.bytes : "");
    if (!created || !isotime_parse(created, &post->created_ms)) {
        post->created_ms = STATUS_NO_TIME;
    }
    buffer_free(&id);
    json_decref(root);
}

static void page_add(struct page *page, struct slice json)
{
    page->posts =
        memory_grow(page->posts, &page->room, page->count + 1, sizeof *page->posts);
    page->posts[page->count].json = json;
    page_read_post(&page->posts[page->count++]);
}

static struct slice page_id(const struct page_post *post)
{
    return (struct slice){post->id, strlen(post->id)};
}

static void page_find_ends(struct page *page)
{
    page->newest = page->oldest = NULL;
    for (size_t i = 0; i < page->count; i++) {
        const struct page_post *post = &page->posts[i];
        struct slice id = page_id(post);
        if (id.size == 0) {
            continue;
        }
        if (!page->newest || post_id_compare(id, page_id(page->newest)) > 0) {
            page->newest = post;
        }
        if (!page->oldest || post_id_compare(id, page_id(page->oldest)) < 0) {
            page->oldest = post;
        }
    }
}

bool page_read(struct page *page, struct slice bytes)
{
    const char *end = bytes.bytes + bytes.size;
    const char *p = bytes.size > 0 ? page_skip_blanks(bytes.bytes, end) : end;
    page->count = 0;
    page->newest = page->oldest = NULL;
    if (p == end || *p != '[') {
        return false;
    }
    p = page_skip_blanks(p + 1, end);
    while (p < end && *p != ']') {
        const char *start = p;
        p = page_skip_element(p, end);
        if (page->count < PAGE_MOST) {
            page_add(page, (struct slice){start, (size_t)(p - start)});
        }
        p += p < end && *p == ',';
        p = page_skip_blanks(p, end);
    }
    page_find_ends(page);
    return p < end;
}

bool page_holds(const struct page *page, struct slice id)
{
    for (size_t i = 0; i < page->count; i++) {
        const char *held = page->posts[i].id;
        if (strlen(held) == id.size && memcmp(held, id.bytes, id.size) == 0) {
            return true;
        }
    }
    return false;
}

void page_free(struct page *page)
{
    free(page->posts);
    *page = (struct page){0};
}
