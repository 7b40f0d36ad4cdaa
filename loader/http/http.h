/*
 * Requests that run side by side on one thread, by libcurl.
 *
 * What holds for each of them: certificates are verified, no redirection is
 * followed, the token goes in a header to the one address that was given, and an
 * answer's headers have a limit.
 */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

#include "buffer.h"

enum { HTTP_HEAD_MOST = 65536, HTTP_CONNECT_MS = 30000, HTTP_TURN_MS = 100 };

struct http {
    CURLM *multi;
    struct curl_slist *events; /* the headers of requests for a stream */
    struct curl_slist *json;   /* and for anything else */
    const char *ca_file;
    const char *user_agent;
};

struct http_request {
    struct http *http;
    CURL *easy;
    bool running;
    CURLcode code; /* how it ended, when it is not running */
    size_t head;   /* bytes of headers so far */
    char error[CURL_ERROR_SIZE];
    /* Takes bytes of the answer's body; false ends the request. */
    bool (*receive)(void *ctx, const char *bytes, size_t size);
    void *ctx;
};

/* `token` may be "", ca_file NULL: the system's; they stay the caller's.  False if
 * libcurl cannot be set up, which has been logged then. */
bool http_open(struct http *http, const char *token, const char *ca_file,
               const char *user_agent);
void http_close(struct http *http);

/* A request that may be made again and again; `stream` tells its kind. */
bool http_request_open(struct http *http, struct http_request *request, bool stream);
void http_request_close(struct http_request *request);

void http_start(struct http_request *request, const char *url);
void http_stop(struct http_request *request);

/* Lets all requests go on; waits up to HTTP_TURN_MS when there is nothing to do. */
void http_turn(struct http *http);

long http_status(const struct http_request *request); /* 0: there was no answer */

/* A header of the answer, or NULL; valid until the next start. */
const char *http_header(const struct http_request *request, const char *name);

/* Appends how the last answer came: "HTTP/1.1", and through which proxy.  Of those that
 * the environment names, it is only known of some whether they were used. */
void http_describe(const struct http_request *request, struct buffer *out);

/* Did it fail since nobody speaks TLS there? */
bool http_met_no_tls(const struct http_request *request);

/* Why the request failed, in words. */
const char *http_failure(const struct http_request *request);

/* Appends `text` as it may stand in an address. */
void http_append_escaped(struct buffer *out, const struct http_request *request,
                         const char *text);

uint32_t http_random(void);

#endif
