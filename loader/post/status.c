/*
 * Other servers than Mastodon speak this format too, and old ones spoke it
 * differently: ids were numbers once, `sensitive` may be null, whole fields may be
 * missing.  What tells who a post is, when it was written, what it says and whether it
 * may be kept must be right.  Of the rest, what is not as it should be counts as
 * missing, and costs that piece alone.
 *
 * The text is cut down to what is read before jansson makes a tree of it.  Where that
 * finds anything odd, jansson gets the whole text, mended, and tells what is wrong.
 */
#include "status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "isotime.h"
#include "post_id.h"
#include "post_json.h"
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

/* Says that a field that matters is not what it should be. */
static bool status_refuse_type(struct status *status, const char *name,
                               const json_t *value, const char *wanted)
{
    return value ? status_refuse(status, "%s is %s, not %s", name,
                                 status_type_name(value), wanted)
                 : status_refuse(status, "%s is missing", name);
}

/* The string in a field; NULL for anything else. */
static const char *status_string(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* Likewise for one that is not empty. */
static const char *status_text(const json_t *object, const char *name)
{
    const char *text = status_string(object, name);
    return text && *text ? text : NULL;
}

static bool status_needed_string(struct status *status, const json_t *object,
                                 const char *name, const char **text)
{
    *text = status_string(object, name);
    return *text ||
           status_refuse_type(status, name, json_object_get(object, name), "a string");
}

static bool status_flag(struct status *status, const json_t *object, const char *name,
                        bool *flag)
{
    const json_t *value = json_object_get(object, name);
    *flag = json_is_true(value);
    if (!value || json_is_boolean(value) || json_is_null(value)) {
        return true;
    }
    return status_refuse_type(status, name, value, "true or false");
}

static bool status_read_id(struct status *status)
{
    const json_t *value = json_object_get(status->root, "id");
    status->id.size = 0;
    if (post_json_id(&status->id, value)) {
        return true;
    }
    return json_is_string(value)
               ? status_refuse(
                     status,
                     "id is not 1 to %d letters, digits, dashes and underscores,"
                     " or a number of at most %d digits",
                     POST_ID_MOST, POST_ID_MOST_NUMERALS)
               : status_refuse_type(status, "id", value, "a string or a whole number");
}

/* Not every server tells both names of a post, and one is enough. */
static bool status_read_addresses(struct status *status)
{
    status->url = status_text(status->root, "url");
    status->uri = status_text(status->root, "uri");
    status->uri = status->uri ? status->uri : status->url;
    return status->uri || status_refuse(status, "there is neither a uri nor a url");
}

/* A post without text, such as a picture, may have null for its content. */
static bool status_read_content(struct status *status)
{
    const json_t *value = json_object_get(status->root, "content");
    status->content = json_is_null(value) ? "" : json_string_value(value);
    return status->content || status_refuse_type(status, "content", value, "a string");
}

/* Who may read a post: only what says "public", or nothing at all, is. */
static bool status_read_visibility(struct status *status)
{
    const json_t *value = json_object_get(status->root, "visibility");
    bool told = value && !json_is_null(value);
    status->visibility = told ? json_string_value(value) : "public";
    return status->visibility ||
           status_refuse_type(status, "visibility", value, "a string");
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
    const char *name;
    if (!json_is_object(account)) {
        return status_refuse_type(status, "account", account, "an object");
    }
    if (!status_needed_string(status, account, "acct", &name) ||
        !status_flag(status, account, "bot", &status->bot) ||
        !status_flag(status, account, "noindex", &status->noindex)) {
        return false;
    }
    if (!*name) {
        return status_refuse(status, "acct is empty");
    }
    status->author.size = 0;
    status_append_account(&status->author, name, status_string(account, "url"), server);
    buffer_text(&status->author);
    return true;
}

/* ---- lists: an element that is not as it should be is left out ---- */

static void status_add_tag(struct status *status, const json_t *element,
                           const char *server)
{
    const char *name = status_string(element, "name");
    (void)server;
    if (name && *name == '#') {
        name++;
    }
    if (name && *name) {
        strings_add(&status->tags, name, strlen(name));
    }
}

static void status_add_emoji(struct status *status, const json_t *element,
                             const char *server)
{
    const char *name = status_string(element, "shortcode");
    (void)server;
    if (name) {
        strings_add(&status->emojis, name, strlen(name));
    }
}

static void status_add_mention(struct status *status, const json_t *element,
                               const char *server)
{
    const char *name = status_string(element, "acct");
    if (name && *name) {
        struct buffer account = {0};
        status_append_account(&account, name, status_string(element, "url"), server);
        strings_add(&status->mentions, account.bytes, account.size);
        buffer_free(&account);
    }
}

static bool status_is_kind(const char *kind)
{
    static const char *const kinds[] = {"image", "video", "gifv", "audio"};
    size_t i = 0;
    while (kind && i < 4 && strcmp(kind, kinds[i]) != 0) {
        i++;
    }
    return kind && i < 4;
}

static void status_add_medium(struct status *status, const json_t *element,
                              const char *server)
{
    const char *kind = status_string(element, "type");
    const char *description = status_string(element, "description");
    (void)server;
    if (json_is_object(element)) {
        kind = status_is_kind(kind) ? kind : "unknown";
        description = description ? description : "";
        strings_add(&status->media, kind, strlen(kind));
        strings_add(&status->media, description, strlen(description));
    }
}

/* Hands the first `most` elements of a list to `add`. */
static void status_array(struct status *status, const char *name, size_t most,
                         void (*add)(struct status *, const json_t *, const char *),
                         const char *server)
{
    const json_t *array = json_object_get(status->root, name);
    for (size_t i = 0; i < json_array_size(array) && i < most; i++) {
        add(status, json_array_get(array, i), server);
    }
}

static void status_read_arrays(struct status *status, const char *server)
{
    strings_clear(&status->tags);
    strings_clear(&status->mentions);
    strings_clear(&status->emojis);
    strings_clear(&status->media);
    status_array(status, "tags", STATUS_MAX_TAGS, status_add_tag, server);
    status_array(status, "mentions", STATUS_MAX_MENTIONS, status_add_mention, server);
    status_array(status, "emojis", STATUS_MAX_EMOJIS, status_add_emoji, server);
    status_array(status, "media_attachments", STATUS_MAX_MEDIA, status_add_medium,
                 server);
}

static bool status_read_times(struct status *status)
{
    const char *created;
    const char *edited = status_string(status->root, "edited_at");
    if (!status_needed_string(status, status->root, "created_at", &created)) {
        return false;
    }
    if (!edited || !isotime_parse(edited, &status->edited_ms)) {
        status->edited_ms = STATUS_NO_TIME;
    }
    return isotime_parse(created, &status->created_ms) ||
           status_refuse(status, "created_at is no time: '%.40s'", created);
}

static bool status_read_boost(struct status *status)
{
    const json_t *boosted = json_object_get(status->root, "reblog");
    status->boost = json_is_object(boosted);
    return !boosted || status->boost || json_is_null(boosted) ||
           status_refuse_type(status, "reblog", boosted, "an object");
}

/* A name that can be no id is still one of a parent. */
static void status_read_reply(struct status *status)
{
    const json_t *parent = json_object_get(status->root, "in_reply_to_id");
    status->parent.size = 0;
    status->reply = post_json_id(&status->parent, parent) || json_is_string(parent);
}

static bool status_read_members(struct status *status, const char *server)
{
    const json_t *root = status->root;
    if (!json_is_object(root)) {
        return status_refuse(status, "a post is %s, not an object",
                             status_type_name(root));
    }
    status->language = status_text(root, "language");
    status->spoiler = status_text(root, "spoiler_text");
    status_read_reply(status);
    status_read_arrays(status, server);
    return status_read_id(status) && status_read_times(status) &&
           status_read_addresses(status) && status_read_visibility(status) &&
           status_read_content(status) &&
           status_flag(status, root, "sensitive", &status->sensitive) &&
           status_read_account(status, server) && status_read_boost(status);
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

/* What was cut down is JSON for certain, and needs no mending. */
static json_t *status_load(struct status *status)
{
    const struct buffer *pruned = &status->pruned;
    return pruned->size > 0
               ? json_loadb(pruned->bytes, pruned->size, 0, NULL)
               : post_json_read(status->json, status->reason, sizeof status->reason);
}

bool status_read(struct status *status, const char *server)
{
    json_decref(status->root);
    status->reason[0] = '\0';
    status->root = status_load(status);
    return status->root && status_read_members(status, server);
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
