#include "preflight.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "headers.h"
#include "log.h"
#include "software.h"

static const struct software *preflight_software(const struct preflight *p)
{
    const struct buffer *text = &p->instance.software;
    return software_find((struct slice){text->bytes, text->size});
}

static void preflight_instance_of(struct preflight *p, const struct http_get *http_get)
{
    instance_read(&p->instance, http_get->body.bytes, http_get->body.size);
}

/* The new document, and the old one if that leaves the streaming address open. */
static enum http_get_result preflight_ask_instance(struct preflight *p,
                                                   struct http_get *http_get)
{
    static const char *const paths[] = {"/api/v2/instance", "/api/v1/instance"};
    for (size_t i = 0; i < 2 && p->instance.streaming.size == 0; i++) {
        enum http_get_result result =
            http_get_path(http_get, paths[i], REFUSAL_INSTANCE);
        bool answered = http_status(&http_get->request) > 0;
        if (result == HTTP_GET_OK) {
            preflight_instance_of(p, http_get);
        } else if (result != HTTP_GET_REFUSED || !answered) {
            memcpy(p->why, http_get->why, sizeof p->why);
            return result;
        }
    }
    return HTTP_GET_OK;
}

/* Where the instance document does not tell what the server runs, its nodeinfo may. */
static enum http_get_result preflight_ask_nodeinfo(struct preflight *p,
                                                   struct http_get *http_get)
{
    struct buffer address = {0};
    struct slice path = {0};
    if (!p->instance.known || p->instance.software.size > 0) {
        return HTTP_GET_OK;
    }
    enum http_get_result result =
        http_get_path(http_get, "/.well-known/nodeinfo", REFUSAL_INSTANCE);
    if (result == HTTP_GET_OK &&
        instance_find_nodeinfo(&address, http_get->body.bytes, http_get->body.size) &&
        headers_same_host((struct slice){address.bytes, address.size},
                          http_get->server->name.bytes, &path)) {
        const char *where = buffer_text(&address) + (path.bytes - address.bytes);
        result = http_get_path(http_get, where, REFUSAL_INSTANCE);
        if (result == HTTP_GET_OK) {
            instance_read_nodeinfo(&p->instance, http_get->body.bytes,
                                   http_get->body.size);
        }
    }
    buffer_free(&address);
    /* It is only a hint: what fails here will fail where it matters. */
    return result == HTTP_GET_STOPPED ? result : HTTP_GET_OK;
}

static enum http_get_result
preflight_find_stream(struct preflight *p, const struct server *server, bool needed)
{
    const char *name = server->name.bytes;
    const char *text =
        p->instance.streaming.size > 0 ? p->instance.streaming.bytes : "";
    const struct software *software = preflight_software(p);
    p->base.size = 0;
    if (software->streams == SOFTWARE_WEBSOCKETS ||
        software->streams == SOFTWARE_NO_STREAMS) {
        snprintf(p->why, sizeof p->why,
                 "%.150s runs %s%s: it has no event streams; use --poll", name,
                 software->name,
                 software->streams == SOFTWARE_WEBSOCKETS
                     ? ", which streams over WebSockets only"
                     : "");
        return needed ? HTTP_GET_REFUSED : HTTP_GET_OK;
    }
    if (!p->instance.known) {
        buffer_append(&p->base, server->origin.bytes, server->origin.size);
        buffer_text(&p->base);
        return HTTP_GET_OK;
    }
    if (*text && server_read_streaming(server, text, &p->base)) {
        return HTTP_GET_OK;
    }
    if (*text) {
        snprintf(p->why, sizeof p->why,
                 "%.150s names %.200s as its streaming address, where a token must not"
                 " go",
                 name, text);
    } else {
        snprintf(
            p->why, sizeof p->why,
            "%.150s names no streaming address: it has no event streams; use --poll",
            name);
    }
    return needed ? HTTP_GET_REFUSED : HTTP_GET_OK;
}

/* Which halves of the feed are switched off. */
static enum http_get_result preflight_check_feeds(struct preflight *p,
                                                  const struct preflight_options *o)
{
    const char *name = o->server->name.bytes;
    bool tagged = strcmp(o->timeline, "hashtag") == 0;
    struct instance_feed feed = tagged ? p->instance.hashtag : p->instance.live;
    const char *kind = tagged ? "hashtag feeds" : "live feeds";
    bool local = feed.local == INSTANCE_DISABLED;
    bool remote = feed.remote == INSTANCE_DISABLED;
    bool only_local = strcmp(o->timeline, "public/local") == 0;
    bool only_remote = strcmp(o->timeline, "public/remote") == 0;
    if ((local || only_remote) && (remote || only_local)) {
        snprintf(p->why, sizeof p->why,
                 "%.150s has switched its %s%s off: its stream would stay open and send"
                 " no posts%s",
                 name,
                 only_local    ? "local "
                 : only_remote ? "remote "
                               : "",
                 kind, tagged ? "" : "; --hashtag may work, or another server");
        return HTTP_GET_REFUSED;
    }
    if (!only_local && !only_remote && (local || remote)) {
        snprintf(
            p->warning, sizeof p->warning,
            "%.150s has switched the %s half of its %s off: its posts will not come",
            name, local ? "local" : "remote", kind);
    }
    return HTTP_GET_OK;
}

static enum http_get_result preflight_check_token(struct preflight *p,
                                                  struct http_get *http_get)
{
    if (!http_get->with_token) {
        p->token = PREFLIGHT_NO_TOKEN;
        return HTTP_GET_OK;
    }
    enum http_get_result result =
        http_get_path(http_get, "/api/v1/accounts/verify_credentials", REFUSAL_ACCOUNT);
    long status = http_status(&http_get->request);
    p->token = PREFLIGHT_TOKEN_UNTOLD;
    if (result == HTTP_GET_OK) {
        json_t *root = json_loadb(http_get->body.bytes, http_get->body.size, 0, NULL);
        const char *account = json_string_value(json_object_get(root, "acct"));
        p->token = root ? PREFLIGHT_TOKEN_GOOD : PREFLIGHT_TOKEN_UNTOLD;
        p->account.size = 0;
        buffer_append_text(&p->account, account ? account : "");
        json_decref(root);
    } else if (result == HTTP_GET_REFUSED && status == 401) {
        p->token = PREFLIGHT_TOKEN_BAD;
        memcpy(p->why, http_get->why, sizeof p->why);
        return HTTP_GET_REFUSED;
    } else if (result != HTTP_GET_REFUSED || status == 0) {
        memcpy(p->why, http_get->why, sizeof p->why);
        return result;
    }
    return HTTP_GET_OK; /* a token may be good for the stream and not for this question
                         */
}

enum http_get_result preflight_ask(struct preflight *p,
                                   const struct preflight_options *o,
                                   struct http_get *http_get)
{
    instance_free(&p->instance);
    p->why[0] = p->warning[0] = '\0';
    enum http_get_result result = preflight_ask_instance(p, http_get);
    if (result == HTTP_GET_OK) {
        result = preflight_ask_nodeinfo(p, http_get);
    }
    if (result != HTTP_GET_OK) {
        return result;
    }
    /* All is asked before a refusal, so that --check can show it. */
    char refusal[REFUSAL_SIZE] = "";
    enum http_get_result stream = preflight_find_stream(p, o->server, !o->poll);
    if (stream == HTTP_GET_OK) {
        p->why[0] = '\0';
        stream = preflight_check_feeds(p, o);
    }
    memcpy(refusal, p->why, sizeof refusal);
    result = preflight_check_token(p, http_get);
    if (result == HTTP_GET_OK && stream != HTTP_GET_OK) {
        memcpy(p->why, refusal, sizeof p->why);
        return stream;
    }
    return result;
}

void preflight_print_text(const char *label, const char *text)
{
    struct buffer line = {0};
    log_append_harmless(&line, (struct slice){text, strlen(text)});
    printf("%-10s %s\n", label, buffer_text(&line));
    buffer_free(&line);
}

static void preflight_print_feed(const char *label, struct instance_feed feed)
{
    printf("%-10s local %s, remote %s\n", label, instance_access_name(feed.local),
           instance_access_name(feed.remote));
}

static void preflight_print_streaming(const struct preflight *p)
{
    static const char *const none[] = {
        [SOFTWARE_EVENT_STREAMS] = "none; use --poll",
        [SOFTWARE_WEBSOCKETS] = "over WebSockets only, which are not read; use --poll",
        [SOFTWARE_NO_STREAMS] = "none; use --poll",
        [SOFTWARE_UNKNOWN] = "none; use --poll",
    };
    preflight_print_text("streaming", p->base.size > 0
                                          ? p->base.bytes
                                          : none[preflight_software(p)->streams]);
}

void preflight_print(const struct preflight *p, const struct http_get *http_get)
{
    static const char *const tokens[] = {
        [PREFLIGHT_NO_TOKEN] = "none given",
        [PREFLIGHT_TOKEN_GOOD] = "valid",
        [PREFLIGHT_TOKEN_BAD] = "not accepted",
        [PREFLIGHT_TOKEN_UNTOLD] = "the server does not tell whether it is valid",
    };
    const struct instance *i = &p->instance;
    char token[400];
    struct buffer connection = {0};
    http_describe(&http_get->request, &connection);
    preflight_print_text("server", http_get->server->name.bytes);
    preflight_print_text("connection", buffer_text(&connection));
    preflight_print_text("software",
                         i->software.size > 0 ? i->software.bytes : "not told");
    preflight_print_text("version",
                         i->version.size > 0 ? i->version.bytes : "not told");
    preflight_print_streaming(p);
    preflight_print_feed("live feeds", i->live);
    preflight_print_feed("hashtags", i->hashtag);
    snprintf(token, sizeof token, "%s%s%.*s", tokens[p->token],
             p->account.size > 0 ? ", of @" : "",
             (int)(p->account.size < 300 ? p->account.size : 300),
             p->account.size > 0 ? p->account.bytes : "");
    preflight_print_text("token", token);
    fflush(stdout);
    buffer_free(&connection);
}

void preflight_free(struct preflight *p)
{
    instance_free(&p->instance);
    buffer_free(&p->base);
    buffer_free(&p->account);
}
