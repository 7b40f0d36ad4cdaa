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

enum { NET_HEAD_MOST = 65536, NET_CONNECT_MS = 30000, NET_TURN_MS = 100 };

struct net {
    CURLM *multi;
    struct curl_slist *events; /* the headers of requests for a stream */
    struct curl_slist *json;   /* and for anything else */
    const char *ca_file;
    const char *user_agent;
};

struct net_request {
    struct net *net;
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
bool net_open(struct net *net, const char *token, const char *ca_file,
              const char *user_agent);
void net_close(struct net *net);

/* A request that may be made again and again; `stream` tells its kind. */
bool net_request_open(struct net *net, struct net_request *request, bool stream);
void net_request_close(struct net_request *request);

void net_start(struct net_request *request, const char *url);
void net_stop(struct net_request *request);

/* Lets all requests go on; waits up to NET_TURN_MS when there is nothing to do. */
void net_turn(struct net *net);

long net_status(const struct net_request *request); /* 0: there was no answer */

/* A header of the answer, or NULL; valid until the next start. */
const char *net_header(const struct net_request *request, const char *name);

/* Why the request failed, in words. */
const char *net_failure(const struct net_request *request);

uint32_t net_random(void);

#endif
