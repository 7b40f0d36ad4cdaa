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

/* Those who speak as Mastodon does say so: "2.7.2 (compatible; Akkoma 3.10.4)"; others
 * name where their source is. */
static void instance_take_software(struct instance *instance, const json_t *root)
{
    static const char mark[] = "(compatible; ";
    const char *version = json_string_value(json_object_get(root, "version"));
    const char *source = json_string_value(json_object_get(root, "source_url"));
    const char *other = version ? strstr(version, mark) : NULL;
    const char *last = source ? strrchr(source, '/') : NULL;
    if (instance->software.size > 0) {
        return;
    }
    if (other) {
        other += sizeof mark - 1;
        buffer_append(&instance->software, other, strcspn(other, ")"));
    } else if (last) {
        buffer_append_text(&instance->software, last + 1);
    }
    buffer_text(&instance->software);
}

bool instance_find_nodeinfo(struct buffer *address, const char *json, size_t size)
{
    json_t *root = json_loadb(json, size, 0, NULL);
    const json_t *links = json_object_get(root, "links");
    const char *found = NULL;
    for (size_t i = 0; i < json_array_size(links); i++) {
        const json_t *link = json_array_get(links, i);
        const char *rel = json_string_value(json_object_get(link, "rel"));
        const char *href = json_string_value(json_object_get(link, "href"));
        if (rel && href && strstr(rel, "nodeinfo")) {
            found = href; /* the newest one is the last by custom */
        }
    }
    buffer_append_text(address, found ? found : "");
    json_decref(root);
    return found != NULL;
}

bool instance_read_nodeinfo(struct instance *instance, const char *json, size_t size)
{
    json_t *root = json_loadb(json, size, 0, NULL);
    const json_t *software = json_object_get(root, "software");
    const char *name = json_string_value(json_object_get(software, "name"));
    const char *version = json_string_value(json_object_get(software, "version"));
    if (name) {
        instance->software.size = 0;
        buffer_append_text(&instance->software, name);
        buffer_append_text(&instance->software, version ? " " : "");
        buffer_append_text(&instance->software, version ? version : "");
        buffer_text(&instance->software);
    }
    json_decref(root);
    return name != NULL;
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
        instance_take_software(instance, root);
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
    buffer_free(&instance->software);
    buffer_free(&instance->streaming);
    *instance = (struct instance){0};
}
