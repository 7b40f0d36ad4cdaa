/* Single questions to the server, asked one after another. */
#ifndef HTTP_GET_H
#define HTTP_GET_H

#include <stdbool.h>

#include "buffer.h"
#include "http.h"
#include "refusal.h"
#include "server.h"

enum { HTTP_GET_BODY_MOST = 8 << 20, HTTP_GET_REDIRECTS = 3, HTTP_GET_MS = 60000 };

struct http_get {
    const struct server *server;
    bool with_token;
    /* Lets everything else go on while an answer is awaited; false: give up. */
    bool (*turn)(void *ctx);
    void *ctx;

    struct http_request request;
    struct buffer body;
    bool reached;           /* the server has answered before */
    char why[REFUSAL_SIZE]; /* what went wrong with the last question */
};

enum http_get_result {
    HTTP_GET_OK,      /* 200, and the body is there */
    HTTP_GET_PASSING, /* not now: why, and how long to wait by http_get_wait_ms */
    HTTP_GET_REFUSED, /* why */
    HTTP_GET_STOPPED  /* the turn said so */
};

bool http_get_open(struct http_get *get, struct http *http, const struct server *server,
                   bool with_token, bool (*turn)(void *ctx), void *ctx);
void http_get_close(struct http_get *get);

/* Asks for `path` of the server, "/api/…"; `subject` is what should be there. */
enum http_get_result http_get_path(struct http_get *get, const char *path,
                                   enum refusal_subject subject);

/* How long the last answer asks us to stay away. */
int64_t http_get_wait_ms(const struct http_get *get);

#endif
