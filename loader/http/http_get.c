#include "http_get.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "headers.h"

static bool http_get_receive(void *ctx, const char *bytes, size_t size)
{
    struct http_get *get = ctx;
    if (get->body.size + size > HTTP_GET_BODY_MOST) {
        return false;
    }
    buffer_append(&get->body, bytes, size);
    return true;
}

bool http_get_open(struct http_get *get, struct http *http, const struct server *server,
                   bool with_token, bool (*turn)(void *ctx), void *ctx)
{
    *get = (struct http_get){
        .server = server, .with_token = with_token, .turn = turn, .ctx = ctx};
    get->request.receive = http_get_receive;
    get->request.ctx = get;
    if (!http_request_open(http, &get->request, false)) {
        return false;
    }
    /* The limit on the body is that of what is unpacked. */
    CURL *c = get->request.easy;
    return curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)HTTP_GET_MS) == CURLE_OK;
}

void http_get_close(struct http_get *get)
{
    http_request_close(&get->request);
    buffer_free(&get->body);
}

/* Makes one request; false when the turn wants no more. */
static bool http_get_ask(struct http_get *get, const char *url)
{
    get->body.size = 0;
    http_start(&get->request, url);
    while (get->request.running) {
        if (!get->turn(get->ctx)) {
            http_stop(&get->request);
            return false;
        }
    }
    return true;
}

/* The address of a redirection that stays on this server. */
static bool http_get_moved(const struct http_get *get, struct buffer *url)
{
    const struct buffer *origin = &get->server->origin;
    const char *to = NULL;
    curl_easy_getinfo(get->request.easy, CURLINFO_REDIRECT_URL, &to);
    if (!to || strncmp(to, origin->bytes, origin->size) != 0 ||
        to[origin->size] != '/') {
        return false;
    }
    struct buffer next = {0}; /* `to` is part of the request */
    buffer_append_text(&next, to);
    buffer_text(&next);
    buffer_free(url);
    *url = next;
    return true;
}

static enum http_get_result http_get_judge(struct http_get *get,
                                           enum refusal_subject subject)
{
    const char *name = get->server->name.bytes;
    CURLcode code = get->request.code;
    long status = http_status(&get->request);
    if (code != CURLE_OK) {
        bool large = code == CURLE_WRITE_ERROR && get->request.head <= HTTP_HEAD_MOST;
        refusal_explain_failure(get->why, &get->request, get->server);
        if (large) {
            snprintf(get->why, sizeof get->why, "%.150s: the answer has no end", name);
        }
        return refusal_is_hopeless(code, !get->reached) ? HTTP_GET_REFUSED
                                                        : HTTP_GET_PASSING;
    }
    get->reached = true;
    if (status == 200) {
        return HTTP_GET_OK;
    }
    refusal_explain(get->why, &get->request,
                    (struct slice){get->body.bytes, get->body.size}, name, subject,
                    get->with_token);
    return refusal_is_passing(status) ? HTTP_GET_PASSING : HTTP_GET_REFUSED;
}

enum http_get_result http_get_path(struct http_get *get, const char *path,
                                   enum refusal_subject subject)
{
    struct buffer url = {0};
    bool asked = true;
    buffer_append(&url, get->server->origin.bytes, get->server->origin.size);
    buffer_append_text(&url, path);
    buffer_text(&url);
    get->why[0] = '\0';
    for (int moves = 0; asked; moves++) {
        asked = http_get_ask(get, url.bytes);
        bool redirected = asked && get->request.code == CURLE_OK &&
                          http_status(&get->request) / 100 == 3;
        if (!redirected || moves >= HTTP_GET_REDIRECTS || !http_get_moved(get, &url)) {
            break;
        }
    }
    buffer_free(&url);
    return asked ? http_get_judge(get, subject) : HTTP_GET_STOPPED;
}

int64_t http_get_wait_ms(const struct http_get *get)
{
    long status = http_status(&get->request);
    if (get->request.code != CURLE_OK || (status != 429 && status != 503)) {
        return 0;
    }
    const char *after = http_header(&get->request, "Retry-After");
    const char *reset = http_header(&get->request, "X-RateLimit-Reset");
    return headers_wait_ms(after, reset, clock_now_ms());
}
