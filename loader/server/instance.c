#include "instance.h"

#include <string.h>

#include <jansson.h>

static void instance_take(struct buffer *out, const json_t *value)
{
    const char *text = json_string_value(value);
    if (text && out->size == 0) {
        buffer_append_text(out, text);
        buffer_text(out);
    }
}

static const char *const instance_names[] = {"not told", "public", "authenticated",
                                             "disabled"};

static enum instance_access instance_access_of(const json_t *feeds, const char *half)
{
    const char *text = json_string_value(json_object_get(feeds, half));
    for (int i = INSTANCE_PUBLIC; text && i <= INSTANCE_DISABLED; i++) {
        if (strcmp(text, instance_names[i]) == 0) {
            return (enum instance_access)i;
        }
    }
    return INSTANCE_UNTOLD;
}

static void instance_take_feed(struct instance_feed *feed, const json_t *access,
                               const char *name)
{
    const json_t *feeds = json_object_get(access, name);
    if (json_is_object(feeds)) {
        feed->local = instance_access_of(feeds, "local");
        feed->remote = instance_access_of(feeds, "remote");
    }
}

bool instance_read(struct instance *instance, const char *json, size_t size)
{
    json_t *root = json_loadb(json, size, 0, NULL);
    bool fits =
        json_is_object(root) && json_is_string(json_object_get(root, "version"));
    if (fits) {
        const json_t *configuration = json_object_get(root, "configuration");
        const json_t *new_urls = json_object_get(configuration, "urls");
        const json_t *old_urls = json_object_get(root, "urls");
        const json_t *access = json_object_get(configuration, "timelines_access");
        instance->known = true;
        instance_take(&instance->version, json_object_get(root, "version"));
        instance_take(&instance->streaming, json_object_get(new_urls, "streaming"));
        instance_take(&instance->streaming, json_object_get(old_urls, "streaming_api"));
        instance_take_feed(&instance->live, access, "live_feeds");
        instance_take_feed(&instance->hashtag, access, "hashtag_feeds");
    }
    json_decref(root);
    return fits;
}

const char *instance_access_name(enum instance_access access)
{
    return instance_names[access];
}

void instance_free(struct instance *instance)
{
    buffer_free(&instance->version);
    buffer_free(&instance->streaming);
    *instance = (struct instance){0};
}
