#include "http_get.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "headers.h"

static bool rest_receive(void *ctx, const char *bytes, size_t size)
{
    struct rest *rest = ctx;
    if (rest->body.size + size > REST_BODY_MOST) {
        return false;
    }
    buffer_append(&rest->body, bytes, size);
    return true;
}

bool rest_open(struct rest *rest, struct net *net, const struct server *server,
               bool with_token, bool (*turn)(void *ctx), void *ctx)
{
    *rest = (struct rest){
        .server = server, .with_token = with_token, .turn = turn, .ctx = ctx};
    rest->request.receive = rest_receive;
    rest->request.ctx = rest;
    if (!net_request_open(net, &rest->request, false)) {
        return false;
    }
    /* The limit on the body is that of what is unpacked. */
    curl_easy_setopt(rest->request.easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(rest->request.easy, CURLOPT_TIMEOUT_MS, (long)REST_MS);
    return true;
}

void rest_close(struct rest *rest)
{
    net_request_close(&rest->request);
    buffer_free(&rest->body);
}

/* Makes one request; false when the turn wants no more. */
static bool rest_ask(struct rest *rest, const char *url)
{
    rest->body.size = 0;
    net_start(&rest->request, url);
    while (rest->request.running) {
        if (!rest->turn(rest->ctx)) {
            net_stop(&rest->request);
            return false;
        }
    }
    return true;
}

/* The address of a redirection that stays on this server. */
static bool rest_moved(const struct rest *rest, struct buffer *url)
{
    const struct buffer *origin = &rest->server->origin;
    const char *to = NULL;
    curl_easy_getinfo(rest->request.easy, CURLINFO_REDIRECT_URL, &to);
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

static enum rest_result rest_judge(struct rest *rest)
{
    const char *name = rest->server->name.bytes;
    CURLcode code = rest->request.code;
    long status = net_status(&rest->request);
    if (code != CURLE_OK) {
        bool large = code == CURLE_WRITE_ERROR && rest->request.head <= NET_HEAD_MOST;
        snprintf(rest->why, sizeof rest->why, "%.150s: %.300s", name,
                 large ? "the answer has no end" : net_failure(&rest->request));
        return refusal_is_hopeless(code, !rest->reached) ? REST_REFUSED : REST_PASSING;
    }
    rest->reached = true;
    if (status == 200) {
        return REST_OK;
    }
    refusal_explain(rest->why, &rest->request,
                    (struct slice){rest->body.bytes, rest->body.size}, name, "timeline",
                    rest->with_token);
    return refusal_is_passing(status) ? REST_PASSING : REST_REFUSED;
}

enum rest_result rest_get(struct rest *rest, const char *path)
{
    struct buffer url = {0};
    bool asked = true;
    buffer_append(&url, rest->server->origin.bytes, rest->server->origin.size);
    buffer_append_text(&url, path);
    buffer_text(&url);
    rest->why[0] = '\0';
    for (int moves = 0; asked; moves++) {
        asked = rest_ask(rest, url.bytes);
        bool redirected = asked && rest->request.code == CURLE_OK &&
                          net_status(&rest->request) / 100 == 3;
        if (!redirected || moves >= REST_REDIRECTS || !rest_moved(rest, &url)) {
            break;
        }
    }
    buffer_free(&url);
    return asked ? rest_judge(rest) : REST_STOPPED;
}

int64_t rest_wait_ms(const struct rest *rest)
{
    long status = net_status(&rest->request);
    if (rest->request.code != CURLE_OK || (status != 429 && status != 503)) {
        return 0;
    }
    const char *after = net_header(&rest->request, "Retry-After");
    const char *reset = net_header(&rest->request, "X-RateLimit-Reset");
    return headers_wait_ms(after, reset, clock_now_ms());
}
