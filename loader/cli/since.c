#include "since.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isotime.h"
#include "post_id.h"

/* 90s, 10m, 2h or 1d. */
static bool since_read_ago(const char *text, int64_t *ms)
{
    static const char units[] = "smhd";
    static const int64_t lengths[] = {1000, 60000, 3600000, 86400000};
    size_t digits = strspn(text, "0123456789");
    const char *unit = text[digits] ? strchr(units, text[digits]) : NULL;
    if (digits == 0 || digits > 6 || !unit || text[digits + 1] != '\0') {
        return false;
    }
    *ms = strtoll(text, NULL, 10) * lengths[unit - units];
    return true;
}

static bool since_read_time(const char *text, int64_t now_ms, int64_t *ms)
{
    char whole[40];
    int64_t ago;
    if (since_read_ago(text, &ago)) {
        *ms = now_ms - ago;
        return *ms > 0;
    }
    snprintf(whole, sizeof whole, "%.10sT00:00:00Z", text); /* a date alone */
    return (isotime_parse(text, ms) ||
            (strlen(text) == 10 && isotime_parse(whole, ms))) &&
           *ms > 0;
}

bool since_read(struct since *since, const char *text, int64_t now_ms)
{
    uint64_t id;
    since->id.size = 0;
    since->ms = 0;
    if (strcmp(text, "last") == 0) {
        return true;
    }
    struct slice given = {text, strlen(text)};
    if (since_read_time(text, now_ms, &since->ms)) {
        return true;
    }
    if (!post_id_is_valid(given) || strpbrk(text, "&?#/:")) {
        return false;
    } else if (post_id_number(given, &id)) {
        since->ms = (int64_t)(id >> 16);
    }
    buffer_append_text(&since->id, text);
    buffer_text(&since->id);
    return true;
}
