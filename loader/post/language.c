#include "language.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool language_add(struct language_filter *filter, struct slice name)
{
    struct language_tag tag;
    if (name.size == 3 && strncasecmp(name.bytes, "any", 3) == 0) {
        filter->any = true;
    } else if (name.size == 4 && strncasecmp(name.bytes, "null", 4) == 0) {
        filter->unknown = true;
    } else if (language_tag_read(&tag, name) && *tag.text) {
        strings_add(&filter->tags, tag.text, strlen(tag.text));
    } else {
        return false;
    }
    return true;
}

bool language_read(struct language_filter *filter, const char *list)
{
    for (;;) {
        size_t size = strcspn(list, ",");
        if (!language_add(filter, (struct slice){list, size})) {
            return false;
        }
        if (list[size] == '\0') {
            return true;
        }
        list += size + 1;
    }
}

bool language_wants(const struct language_filter *filter,
                    const struct language_tag *tag)
{
    if (filter->any || !*tag->text) {
        return filter->any || filter->unknown;
    }
    for (size_t i = 0; i < filter->tags.count; i++) {
        struct slice wanted = strings_get(&filter->tags, i);
        bool begins = strncmp(tag->text, wanted.bytes, wanted.size) == 0;
        if (begins && strchr("-", tag->text[wanted.size])) { /* or its end */
            return true;
        }
    }
    return false;
}

void language_count(struct language_tally *tally, const struct language_tag *tag)
{
    struct slice base = language_tag_base(tag);
    const char *code = base.size > 0 ? base.bytes : "unknown";
    size_t size = base.size > 0 ? base.size : strlen(code);
    size_t i = 0;
    while (i < LANGUAGE_TALLY && tally->entries[i].posts > 0 &&
           (strncmp(tally->entries[i].code, code, size) != 0 ||
            tally->entries[i].code[size] != '\0')) {
        i++;
    }
    if (i == LANGUAGE_TALLY) {
        tally->others++;
    } else {
        memcpy(tally->entries[i].code, code, size);
        tally->entries[i].code[size] = '\0';
        tally->entries[i].posts++;
    }
}

void language_append_tally(struct buffer *out, const struct language_tally *tally)
{
    char part[LANGUAGE_CODE + 32];
    int64_t below = INT64_MAX;
    bool first = true;
    for (;;) { /* all with the next smaller number, in the order in which they came */
        int64_t most = 0;
        for (size_t i = 0; i < LANGUAGE_TALLY; i++) {
            int64_t posts = tally->entries[i].posts;
            most = posts < below && posts > most ? posts : most;
        }
        for (size_t i = 0; i < LANGUAGE_TALLY && most > 0; i++) {
            if (tally->entries[i].posts == most) {
                snprintf(part, sizeof part, "%s%s %" PRId64, first ? "" : ", ",
                         tally->entries[i].code, most);
                buffer_append_text(out, part);
                first = false;
            }
        }
        if (most == 0) {
            break;
        }
        below = most;
    }
    if (tally->others > 0) {
        snprintf(part, sizeof part, "%sothers %" PRId64, first ? "" : ", ",
                 tally->others);
        buffer_append_text(out, part);
    }
}

void language_free(struct language_filter *filter)
{
    strings_free(&filter->tags);
    *filter = (struct language_filter){0};
}
