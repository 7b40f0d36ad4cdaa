/*
 * Other servers than Mastodon speak this format too, and old ones spoke it
 * differently: ids were numbers once, `sensitive` may be null, whole fields may be
 * missing.  What tells who a post is, when it was written and what it says must be
 * there and right; of the rest a null or a missing field is as good as none.  A
 * wrong type is refused everywhere: it means that the sender's idea of the field
 * is not ours.
 */
#include "status.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "isotime.h"
#include "post_id.h"

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

static bool status_read_id(struct status *status)
{
    const json_t *value = json_object_get(status->root, "id");
    char digits[24];
    const char *id = json_string_value(value);
    if (json_is_integer(value)) {
        snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT,
                 json_integer_value(value));
        id = digits;
    }
    if (!id) {
        return status_refuse(status, "id is %s, not a string", status_type_name(value));
    }
    status->id.size = 0;
    buffer_append_text(&status->id, id);
    buffer_text(&status->id);
    return post_id_is_valid((struct slice){status->id.bytes, status->id.size}) ||
           status_refuse(status, "id is not 1 to %d visible ASCII characters",
                         POST_ID_MOST);
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
    return status_array(status, "tags", STATUS_MAX_TAGS, status_add_tag, server) &&
           status_array(status, "mentions", STATUS_MAX_MENTIONS, status_add_mention,
                        server) &&
           status_array(status, "emojis", STATUS_MAX_EMOJIS, status_add_emoji, server);
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
    status->reply = json_is_string(parent) || json_is_integer(parent);
    if (!parent || status->reply || json_is_null(parent)) {
        return true;
    }
    return status_refuse(status, "in_reply_to_id is %s, not a string",
                         status_type_name(parent));
}

static bool status_read(struct status *status, const char *server)
{
    const json_t *root = status->root;
    if (!json_is_object(root)) {
        return status_refuse(status, "a post is %s, not an object",
                             status_type_name(root));
    }
    if (!status_read_id(status) || !status_read_times(status) ||
        !status_needed_string(status, root, "uri", &status->uri) ||
        !status_string(status, root, "language", &status->language) ||
        !status_string(status, root, "visibility", &status->visibility) ||
        !status_needed_string(status, root, "content", &status->content) ||
        !status_string(status, root, "spoiler_text", &status->spoiler) ||
        !status_flag(status, root, "sensitive", &status->sensitive)) {
        return false;
    }
    if (status->uri[0] == '\0') {
        return status_refuse(status, "uri is empty");
    }
    status->language = status->language && *status->language ? status->language : NULL;
    status->spoiler = status->spoiler && *status->spoiler ? status->spoiler : NULL;
    status->visibility = status->visibility ? status->visibility : "public";
    return status_read_account(status, server) && status_read_reply(status) &&
           status_read_boost(status) && status_read_arrays(status, server);
}

bool status_parse(struct status *status, const char *json, size_t size,
                  const char *server)
{
    json_error_t error;
    json_decref(status->root);
    status->reason[0] = '\0';
    status->root = json_loadb(json, size, 0, &error);
    if (!status->root) {
        return status_refuse(status, "no JSON: %s at byte %d", error.text,
                             error.position);
    }
    return status_read(status, server);
}

void status_free(struct status *status)
{
    json_decref(status->root);
    buffer_free(&status->id);
    buffer_free(&status->author);
    strings_free(&status->tags);
    strings_free(&status->mentions);
    strings_free(&status->emojis);
    *status = (struct status){0};
}
