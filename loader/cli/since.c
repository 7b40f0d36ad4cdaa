#include "since.h"

#include <stdio.h>
#include <string.h>

#include "duration.h"
#include "isotime.h"
#include "post_id.h"

static bool since_read_time(const char *text, int64_t now_ms, int64_t *ms)
{
    char whole[40];
    int64_t ago;
    if (duration_read(text, '\0', &ago)) {
        *ms = now_ms - ago;
        return true;
    }
    snprintf(whole, sizeof whole, "%.10sT00:00:00Z", text); /* a date alone */
    return isotime_parse(text, ms) || (strlen(text) == 10 && isotime_parse(whole, ms));
}

bool since_read(struct since *since, const char *text, int64_t now_ms)
{
    uint64_t number;
    struct slice given = {text, strlen(text)};
    since->id.size = 0;
    since->ms = 0;
    if (strcmp(text, "last") == 0) {
        return true;
    }
    if (since_read_time(text, now_ms, &since->ms)) {
        return since->ms > 0 && since->ms <= now_ms;
    }
    since->ms = 0;
    if (post_id_form(given) == POST_ID_OTHER) {
        return false;
    }
    if (post_id_number(given, &number)) {
        since->ms = (int64_t)(number >> 16);
    }
    buffer_append_text(&since->id, text);
    buffer_text(&since->id);
    return true;
}
