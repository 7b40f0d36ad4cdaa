/*
 * What is known of each was read in its source or documentation: Mastodon and its forks
 * serve /api/v1/streaming as events; Pleroma, GoToSocial and the Misskey family answer
 * that address with WebSockets alone; Pixelfed and Friendica name no streaming address.
 */
#include "software.h"

#include <string.h>
#include <strings.h>

static const struct software software_known[] = {
    {"Mastodon", SOFTWARE_EVENT_STREAMS}, {"Hometown", SOFTWARE_EVENT_STREAMS},
    {"Fedibird", SOFTWARE_EVENT_STREAMS}, {"GoToSocial", SOFTWARE_WEBSOCKETS},
    {"Pleroma", SOFTWARE_WEBSOCKETS},     {"Akkoma", SOFTWARE_WEBSOCKETS},
    {"Iceshrimp", SOFTWARE_WEBSOCKETS},   {"Firefish", SOFTWARE_WEBSOCKETS},
    {"Catodon", SOFTWARE_WEBSOCKETS},     {"Sharkey", SOFTWARE_WEBSOCKETS},
    {"Pixelfed", SOFTWARE_NO_STREAMS},    {"Friendica", SOFTWARE_NO_STREAMS},
};

static const struct software software_other = {"", SOFTWARE_UNKNOWN};

const struct software *software_find(struct slice text)
{
    for (size_t i = 0; i < sizeof software_known / sizeof *software_known; i++) {
        const struct software *s = &software_known[i];
        size_t size = strlen(s->name);
        if (text.size >= size && strncasecmp(text.bytes, s->name, size) == 0 &&
            (text.size == size || text.bytes[size] == ' ')) {
            return s;
        }
    }
    return &software_other;
}
