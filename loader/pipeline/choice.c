#include "choice.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum choice_reason choice_of(const struct choice *choice, const struct status *status,
                             const struct language_tag *language, int64_t now_ms)
{
    const bool holds[CHOICE_REASONS] = {
        [CHOICE_LANGUAGE] = !language_wants(choice->languages, language),
        [CHOICE_BOOST] = status->boost,
        [CHOICE_PRIVATE] = strcmp(status->visibility, "public") != 0,
        [CHOICE_NOINDEX] = status->noindex,
        [CHOICE_OLD] = choice->retention_ms > 0 &&
                       status->created_ms < now_ms - choice->retention_ms,
        [CHOICE_BOT] = choice->no_bots && status->bot,
        [CHOICE_SENSITIVE] = choice->no_sensitive && status->sensitive,
        [CHOICE_REPLY] = choice->no_replies && status->reply,
    };
    int reason = CHOICE_WANTED + 1;
    while (reason < CHOICE_REASONS && !holds[reason]) {
        reason++;
    }
    return reason < CHOICE_REASONS ? (enum choice_reason)reason : CHOICE_WANTED;
}

void choice_count(struct choice_tally *tally, enum choice_reason reason,
                  const struct language_tag *language)
{
    tally->posts[reason]++;
    if (reason == CHOICE_LANGUAGE) {
        language_count(&tally->languages, language);
    }
}

void choice_append_tally(struct buffer *out, const struct choice_tally *tally)
{
    static const char *const names[CHOICE_REASONS] = {
        [CHOICE_BOOST] = "boosts",
        [CHOICE_PRIVATE] = "not public",
        [CHOICE_NOINDEX] = "asking not to be indexed",
        [CHOICE_OLD] = "older than --retention",
        [CHOICE_BOT] = "by bots",
        [CHOICE_SENSITIVE] = "sensitive",
        [CHOICE_REPLY] = "replies",
    };
    const char *between = "";
    for (int i = CHOICE_BOOST; i < CHOICE_REASONS; i++) {
        char part[80];
        if (tally->posts[i] > 0) {
            snprintf(part, sizeof part, "%s%s %" PRId64, between, names[i],
                     tally->posts[i]);
            buffer_append_text(out, part);
            between = ", ";
        }
    }
    if (tally->posts[CHOICE_LANGUAGE] > 0) {
        buffer_append_text(out, between);
        buffer_append_text(out, "by language ");
        language_append_tally(out, &tally->languages);
        buffer_append_text(out, "; --language any takes all languages");
    }
}
