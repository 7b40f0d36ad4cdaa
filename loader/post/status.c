/*
 * Other servers than Mastodon speak this format too, and old ones spoke it
 * differently: ids were numbers once, `sensitive` may be null, whole fields may be
 * missing.  What tells who a post is, when it was written and what it says must be
 * there and right; of the rest a null or a missing field is as good as none.  A
 * wrong type is refused everywhere: it means that the sender's idea of the field
 * is not ours.
 *
 * The text is cut down to what is read before jansson makes a tree of it.  Where that
 * finds anything odd, jansson gets the whole text and tells what is wrong.
 */
#include "status.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "isotime.h"
#include "post_id.h"
#include "prune.h"

/* What is read of a post; the first few are looked at before there is a tree. */
enum { STATUS_ID, STATUS_URI, STATUS_LANGUAGE, STATUS_EDITED };

static const struct prune_member status_nothing[] = {{NULL, NULL, NULL}};

static const struct prune_member status_account[] = {
    {"acct", NULL, NULL},       {"url", NULL, NULL}, {"bot", NULL, "false"},
    {"noindex", NULL, "false"}, {NULL, NULL, NULL},
};

static const struct prune_member status_named[] = {
    {"name", NULL, NULL},
    {NULL, NULL, NULL},
};

static const struct prune_member status_mention[] = {
    {"acct", NULL, NULL},
    {"url", NULL, NULL},
    {NULL, NULL, NULL},
};

static const struct prune_member status_emoji[] = {
    {"shortcode", NULL, NULL},
    {NULL, NULL, NULL},
};

static const struct prune_member status_medium[] = {
    {"type", NULL, NULL},
    {"description", NULL, "null"},
    {NULL, NULL, NULL},
};

static const struct prune_member status_members[STATUS_MEMBERS + 1] = {
    [STATUS_ID] = {"id", NULL, NULL},
    [STATUS_URI] = {"uri", NULL, NULL},
    [STATUS_LANGUAGE] = {"language", NULL, NULL},
    [STATUS_EDITED] = {"edited_at", NULL, "null"},
    {"created_at", NULL, NULL},
    {"url", NULL, NULL},
    {"visibility", NULL, NULL},
    {"content", NULL, NULL},
    {"spoiler_text", NULL, "\"\""},
    {"sensitive", NULL, "false"},
    {"in_reply_to_id", NULL, "null"},
    {"account", status_account, NULL},
    {"reblog", status_nothing, "null"},
    {"tags", status_named, "[]"},
    {"mentions", status_mention, "[]"},
    {"emojis", status_emoji, "[]"},
    {"media_attachments", status_medium, "[]"},
    {NULL, NULL, NULL},
};

static bool status_refuse(struct status *status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool status_refuse(struct status *status, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(status->reason, sizeof status->reason, format, values);
    va_end(values);
    return false;
}

static const char *status_type_name(const json_t *value)
{
    static const char *const names[] = {"an object", "an array", "a string", "a number",
                                        "a number",  "true",     "false",    "null"};
    return value ? names[json_typeof(value)] : "missing";
}

/* The string in a field; *text is NULL when it is null or missing. */
static bool status_string(struct status *status, const json_t *object, const char *name,
                          const char **text)
{
    const json_t *value = json_object_get(object, name);
    *text = json_string_value(value);
    if (*text || !value || json_is_null(value)) {
        return true;
    }
    return status_refuse(status, "%s is %s, not a string", name,
                         status_type_name(value));
}

static bool status_needed_string(struct status *status, const json_t *object,
                                 const char *name, const char **text)
{
    if (!status_string(status, object, name, text)) {
        return false;
    }
    if (*text) {
        return true;
    }
    const json_t *value = json_object_get(object, name);
    return status_refuse(status, "%s is %s, not a string", name,
                         status_type_name(value));
}

static bool status_flag(struct status *status, const json_t *object, const char *name,
                        bool *flag)
{
    const json_t *value = json_object_get(object, name);
    *flag = json_is_true(value);
    if (!value || json_is_boolean(value) || json_is_null(value)) {
        return true;
    }
    return status_refuse(status, "%s is %s, not true or false", name,
                         status_type_name(value));
}

static bool status_time(struct status *status, const char *name, const char *text,
                        int64_t *ms)
{
    return isotime_parse(text, ms) ||
           status_refuse(status, "%s is no time: '%.40s'", name, text);
}

/* An id, which some servers send as a number; false if the value is neither. */
static bool status_append_id(struct buffer *out, const json_t *value)
{
    char digits[24];
    const char *id = json_string_value(value);
    if (json_is_integer(value)) {
        snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT,
                 json_integer_value(value));
        id = digits;
    }
    if (id) {
        buffer_append_text(out, id);
        buffer_text(out);
    }
    return id != NULL;
}

static bool status_read_id(struct status *status)
{
    const json_t *value = json_object_get(status->root, "id");
    status->id.size = 0;
    if (!status_append_id(&status->id, value)) {
        return status_refuse(status, "id is %s, not a string", status_type_name(value));
    }
    return post_id_is_valid((struct slice){status->id.bytes, status->id.size}) ||
           status_refuse(status, "id is not 1 to %d visible ASCII characters",
                         POST_ID_MOST);
}

/* Not every server tells both names of a post, and one is enough. */
static bool status_read_addresses(struct status *status)
{
    const json_t *root = status->root;
    if (!status_string(status, root, "uri", &status->uri) ||
        !status_string(status, root, "url", &status->url)) {
        return false;
    }
    status->url = status->url && *status->url ? status->url : NULL;
    status->uri = status->uri && *status->uri ? status->uri : status->url;
    return status->uri || status_refuse(status, "uri is %s, and there is no url",
                                        status_type_name(json_object_get(root, "uri")));
}

/* A post without text, such as a picture, may have null for its content. */
static bool status_read_content(struct status *status)
{
    const json_t *value = json_object_get(status->root, "content");
    status->content = json_is_null(value) ? "" : json_string_value(value);
    return status->content || status_refuse(status, "content is %s, not a string",
                                            status_type_name(value));
}

/* The full name of an account: servers leave @server out of their own accounts'. */
static void status_append_account(struct buffer *out, const char *name,
                                  const char *address, const char *server)
{
    buffer_append_text(out, name);
    if (!strchr(name, '@')) {
        struct slice whole = {address ? address : "", address ? strlen(address) : 0};
        buffer_append_byte(out, '@');
        if (!address_append_host(out, whole)) {
            buffer_append_text(out, server);
        }
    }
}

static bool status_read_account(struct status *status, const char *server)
{
    const json_t *account = json_object_get(status->root, "account");
    const char *name, *address;
    if (!json_is_object(account)) {
        return status_refuse(status, "account is %s, not an object",
                             status_type_name(account));
    }
    if (!status_needed_string(status, account, "acct", &name) ||
        !status_string(status, account, "url", &address) ||
        !status_flag(status, account, "bot", &status->bot) ||
        !status_flag(status, account, "noindex", &status->noindex)) {
        return false;
    }
    status->author.size = 0;
    status_append_account(&status->author, name, address, server);
    buffer_text(&status->author);
    return true;
}

static bool status_add_tag(struct status *status, const json_t *element,
                           const char *server)
{
    const char *name;
    (void)server;
    if (!status_needed_string(status, element, "name", &name)) {
        return false;
    }
    strings_add(&status->tags, name, strlen(name));
    return true;
}

static bool status_add_emoji(struct status *status, const json_t *element,
                             const char *server)
{
    const char *name;
    (void)server;
    if (!status_needed_string(status, element, "shortcode", &name)) {
        return false;
    }
    strings_add(&status->emojis, name, strlen(name));
    return true;
}

static bool status_add_mention(struct status *status, const json_t *element,
                               const char *server)
{
    const char *name, *address;
    if (!status_needed_string(status, element, "acct", &name) ||
        !status_string(status, element, "url", &address)) {
        return false;
    }
    struct buffer account = {0};
    status_append_account(&account, name, address, server);
    strings_add(&status->mentions, account.bytes, account.size);
    buffer_free(&account);
    return true;
}

static bool status_add_medium(struct status *status, const json_t *element,
                              const char *server)
{
    const char *kind, *description;
    (void)server;
    if (!status_string(status, element, "type", &kind) ||
        !status_string(status, element, "description", &description)) {
        return false;
    }
    kind = kind ? kind : "unknown";
    description = description ? description : "";
    strings_add(&status->media, kind, strlen(kind));
    strings_add(&status->media, description, strlen(description));
    return true;
}

/* Hands at most `most` objects of an array to `add`. */
static bool status_array(struct status *status, const char *name, size_t most,
                         bool (*add)(struct status *, const json_t *, const char *),
                         const char *server)
{
    const json_t *array = json_object_get(status->root, name);
    if (!array || json_is_null(array)) {
        return true;
    }
    if (!json_is_array(array)) {
        return status_refuse(status, "%s is %s, not an array", name,
                             status_type_name(array));
    }
    for (size_t i = 0; i < json_array_size(array) && i < most; i++) {
        const json_t *element = json_array_get(array, i);
        if (!json_is_object(element)) {
            return status_refuse(status, "%s holds %s, not an object", name,
                                 status_type_name(element));
        }
        if (!add(status, element, server)) {
            return false;
        }
    }
    return true;
}

static bool status_read_arrays(struct status *status, const char *server)
{
    strings_clear(&status->tags);
    strings_clear(&status->mentions);
    strings_clear(&status->emojis);
    strings_clear(&status->media);
    return status_array(status, "tags", STATUS_MAX_TAGS, status_add_tag, server) &&
           status_array(status, "mentions", STATUS_MAX_MENTIONS, status_add_mention,
                        server) &&
           status_array(status, "emojis", STATUS_MAX_EMOJIS, status_add_emoji,
                        server) &&
           status_array(status, "media_attachments", STATUS_MAX_MEDIA,
                        status_add_medium, server);
}

static bool status_read_times(struct status *status)
{
    const char *created, *edited;
    if (!status_needed_string(status, status->root, "created_at", &created) ||
        !status_time(status, "created_at", created, &status->created_ms) ||
        !status_string(status, status->root, "edited_at", &edited)) {
        return false;
    }
    status->edited_ms = STATUS_NO_TIME;
    return !edited || status_time(status, "edited_at", edited, &status->edited_ms);
}

static bool status_read_boost(struct status *status)
{
    const json_t *boosted = json_object_get(status->root, "reblog");
    status->boost = json_is_object(boosted);
    if (!boosted || status->boost || json_is_null(boosted)) {
        return true;
    }
    return status_refuse(status, "reblog is %s, not an object",
                         status_type_name(boosted));
}

static bool status_read_reply(struct status *status)
{
    const json_t *parent = json_object_get(status->root, "in_reply_to_id");
    status->parent.size = 0;
    status->reply = status_append_id(&status->parent, parent);
    if (!post_id_is_valid((struct slice){status->parent.bytes, status->parent.size})) {
        status->parent.size = 0;
    }
    if (!parent || status->reply || json_is_null(parent)) {
        return true;
    }
    return status_refuse(status, "in_reply_to_id is %s, not a string",
                         status_type_name(parent));
}

static bool status_read_members(struct status *status, const char *server)
{
    const json_t *root = status->root;
    if (!json_is_object(root)) {
        return status_refuse(status, "a post is %s, not an object",
                             status_type_name(root));
    }
    if (!status_read_id(status) || !status_read_times(status) ||
        !status_read_addresses(status) ||
        !status_string(status, root, "language", &status->language) ||
        !status_string(status, root, "visibility", &status->visibility) ||
        !status_read_content(status) ||
        !status_string(status, root, "spoiler_text", &status->spoiler) ||
        !status_flag(status, root, "sensitive", &status->sensitive)) {
        return false;
    }
    status->language = status->language && *status->language ? status->language : NULL;
    status->spoiler = status->spoiler && *status->spoiler ? status->spoiler : NULL;
    status->visibility = status->visibility ? status->visibility : "public";
    return status_read_account(status, server) && status_read_reply(status) &&
           status_read_boost(status) && status_read_arrays(status, server);
}

/* ---- the text ---- */

void status_open(struct status *status, struct slice json)
{
    status->json = json;
    status->pruned.size = 0;
    if (!prune_object(&status->pruned, json, status_members, status->values)) {
        status->pruned.size = 0;
    }
}

/* What is between the quotation marks; false if that is not what the string says. */
static bool status_plain(struct slice value, struct slice *text)
{
    if (value.size < 2 || *value.bytes != '"' ||
        memchr(value.bytes, '\\', value.size)) {
        return false;
    }
    *text = (struct slice){value.bytes + 1, value.size - 2};
    return true;
}

static bool status_is_null(struct slice value)
{
    return !value.bytes || *value.bytes == 'n';
}

bool status_glance(const struct status *status, struct status_glance *glance)
{
    const struct slice *values = status->values;
    *glance = (struct status_glance){.edited = !status_is_null(values[STATUS_EDITED])};
    bool plain = status->pruned.size > 0 &&
                 status_plain(values[STATUS_ID], &glance->id) &&
                 status_plain(values[STATUS_URI], &glance->uri) &&
                 (status_is_null(values[STATUS_LANGUAGE]) ||
                  status_plain(values[STATUS_LANGUAGE], &glance->language));
    if (glance->language.size == 0) {
        glance->language.bytes = NULL;
    }
    return plain && glance->uri.size > 0 && post_id_is_valid(glance->id);
}

static json_t *status_load(struct status *status, json_error_t *error)
{
    if (status->pruned.size > 0) {
        return json_loadb(status->pruned.bytes, status->pruned.size, 0, error);
    }
    struct slice json = status->json;
    if (prune_mend(&status->pruned, json)) {
        json = (struct slice){status->pruned.bytes, status->pruned.size};
    }
    return json_loadb(json.bytes, json.size, 0, error);
}

bool status_read(struct status *status, const char *server)
{
    json_error_t error;
    json_decref(status->root);
    status->reason[0] = '\0';
    status->root = status_load(status, &error);
    if (!status->root) {
        return status_refuse(status, "no JSON: %s at byte %d", error.text,
                             error.position);
    }
    return status_read_members(status, server);
}

bool status_parse(struct status *status, const char *json, size_t size,
                  const char *server)
{
    status_open(status, (struct slice){json, size});
    return status_read(status, server);
}

void status_free(struct status *status)
{
    json_decref(status->root);
    buffer_free(&status->id);
    buffer_free(&status->parent);
    buffer_free(&status->author);
    buffer_free(&status->pruned);
    strings_free(&status->tags);
    strings_free(&status->mentions);
    strings_free(&status->emojis);
    strings_free(&status->media);
    *status = (struct status){0};
}
