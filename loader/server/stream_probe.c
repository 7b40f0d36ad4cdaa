#include "stream_probe.h"

#include <stdio.h>

#include "clock.h"
#include "event_stream.h"

struct stream_probe {
    struct http_request request;
    struct buffer body; /* of an answer that is no stream */
    bool heard;
};

static bool stream_probe_receive(void *ctx, const char *bytes, size_t size)
{
    struct stream_probe *probe = ctx;
    if (event_stream_is_answered(&probe->request)) {
        probe->heard = true;
        return false;
    }
    size_t room = STREAM_PROBE_BODY - probe->body.size;
    buffer_append(&probe->body, bytes, size < room ? size : room);
    return size < room;
}

static enum http_get_result stream_probe_judge(struct stream_probe *probe,
                                               const struct http_get *get, bool late,
                                               char why[REFUSAL_SIZE])
{
    const char *name = get->server->name.bytes;
    const struct http_request *request = &probe->request;
    long status = http_status(request);
    if (probe->heard) {
        return HTTP_GET_OK;
    }
    if (late || event_stream_is_answered(request)) {
        snprintf(why, REFUSAL_SIZE,
                 "%.150s %s, and sent no byte%s: a proxy in front of it may hold the"
                 " stream back",
                 name, status > 0 ? "opened the stream" : "took the request",
                 late ? " in 20 s" : "");
        return HTTP_GET_PASSING;
    }
    if (status == 0) {
        refusal_explain_failure(why, request, get->server);
        return refusal_is_hopeless(request->code, true) ? HTTP_GET_REFUSED
                                                        : HTTP_GET_PASSING;
    }
    struct slice body = {probe->body.bytes, probe->body.size};
    refusal_explain(why, request, body, name, REFUSAL_STREAM, get->with_token);
    return refusal_is_passing(status) ? HTTP_GET_PASSING : HTTP_GET_REFUSED;
}

enum http_get_result stream_probe(const struct http_get *http_get, const char *base,
                                  const char *timeline, const char *hashtag,
                                  char why[REFUSAL_SIZE])
{
    struct stream_probe probe = {.request = {.receive = stream_probe_receive}};
    struct buffer url = {0};
    probe.request.ctx = &probe;
    snprintf(why, REFUSAL_SIZE, "libcurl cannot be set up");
    if (!http_request_open(http_get->request.http, &probe.request, true)) {
        return HTTP_GET_STOPPED;
    }
    event_stream_append_address(&url, &probe.request, base, timeline, hashtag);
    http_start(&probe.request, buffer_text(&url));
    int64_t end = clock_ticks_ms() + STREAM_PROBE_MS;
    bool more = true;
    while (more && probe.request.running && clock_ticks_ms() < end) {
        more = http_get->turn(http_get->ctx);
    }
    bool late = probe.request.running;
    enum http_get_result result =
        more ? stream_probe_judge(&probe, http_get, late, why) : HTTP_GET_STOPPED;
    http_request_close(&probe.request);
    buffer_free(&probe.body);
    buffer_free(&url);
    return result;
}
