/* Any bytes at all: no post, with a reason, or a post whose every field can be
 * stored and whose text can be split. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <unistr.h>

#include "language.h"
#include "mend.h"
#include "post_id.h"
#include "prune.h"
#include "status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_expect(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void fuzz_expect_text(const char *text)
{
    fuzz_expect(!text || !u8_check((const uint8_t *)text, strlen(text)));
}

static void fuzz_expect_strings(const struct strings *list, size_t most)
{
    fuzz_expect(list->count <= most);
    for (size_t i = 0; i < list->count; i++) {
        struct slice s = strings_get(list, i);
        fuzz_expect(!u8_check((const uint8_t *)s.bytes, s.size));
    }
}

static void fuzz_use(const struct status *status)
{
    struct slice id = {status->id.bytes, status->id.size};
    fuzz_expect(post_id_is_valid(id) && strlen(status->id.bytes) == id.size);
    fuzz_expect(status->uri && *status->uri && status->content && status->visibility);
    fuzz_expect_text(status->uri);
    fuzz_expect_text(status->content);
    fuzz_expect_text(status->language);
    fuzz_expect_text(status->spoiler);
    fuzz_expect_text(status->author.bytes);
    fuzz_expect(strchr(status->author.bytes, '@') != NULL);
    fuzz_expect(status->created_ms != STATUS_NO_TIME);
    fuzz_expect_strings(&status->tags, STATUS_MAX_TAGS);
    fuzz_expect_strings(&status->mentions, STATUS_MAX_MENTIONS);
    fuzz_expect_strings(&status->emojis, STATUS_MAX_EMOJIS);
    struct language_filter filter = {0};
    struct language_tag tag = {""};
    if (status->language &&
        language_tag_read(&tag,
                          (struct slice){status->language, strlen(status->language)}) &&
        *tag.text) {
        /* Written once it stays as it is, and who asks for it gets it. */
        struct language_tag again;
        struct slice written = {tag.text, strlen(tag.text)};
        fuzz_expect(language_tag_read(&again, written) &&
                    strcmp(again.text, tag.text) == 0);
        fuzz_expect(language_read(&filter, tag.text) && language_wants(&filter, &tag));
    }
    language_free(&filter);
}

/* What is cut down is JSON to jansson too, and says the same to who reads it. */
static void fuzz_prune(struct slice json)
{
    static const struct prune_member inner[] = {{"acct", NULL, NULL},
                                                {NULL, NULL, NULL}};
    static const struct prune_member members[] = {{"id", NULL, NULL},
                                                  {"account", inner, NULL},
                                                  {"tags", inner, "[]"},
                                                  {NULL, NULL, NULL}};
    struct slice values[3];
    struct buffer out = {0};
    if (prune_object(&out, json, members, values)) {
        json_t *whole = json_loadb(json.bytes, json.size, 0, NULL);
        json_t *pruned = json_loadb(out.bytes, out.size, 0, NULL);
        fuzz_expect(whole && pruned);
        fuzz_expect(
            json_equal(json_object_get(whole, "id"), json_object_get(pruned, "id")) ||
            !json_object_get(whole, "id"));
        const json_t *from = json_object_get(json_object_get(whole, "account"), "acct");
        const json_t *to = json_object_get(json_object_get(pruned, "account"), "acct");
        fuzz_expect(json_equal(from, to) || (!from && !to));
        json_decref(whole);
        json_decref(pruned);
    }
    buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_prune((struct slice){(const char *)data, size});
    static struct status status; /* reused from post to post, as the loader does */
    if (status_parse(&status, (const char *)data, size, "here.example")) {
        fuzz_use(&status);
    } else {
        fuzz_expect(status.reason[0] != '\0');
    }
    return 0;
}
