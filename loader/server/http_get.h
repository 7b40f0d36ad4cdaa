/* Single questions to the server, asked one after another. */
#ifndef HTTP_GET_H
#define HTTP_GET_H

#include <stdbool.h>

#include "buffer.h"
#include "http.h"
#include "refusal.h"
#include "server.h"

enum { REST_BODY_MOST = 8 << 20, REST_REDIRECTS = 3, REST_MS = 60000 };

struct rest {
    const struct server *server;
    bool with_token;
    /* Lets everything else go on while an answer is awaited; false: give up. */
    bool (*turn)(void *ctx);
    void *ctx;

    struct net_request request;
    struct buffer body;
    bool reached;           /* the server has answered before */
    char why[REFUSAL_SIZE]; /* what went wrong with the last question */
};

enum rest_result {
    REST_OK,      /* 200, and the body is there */
    REST_PASSING, /* not now: why, and how long to wait by rest_wait_ms */
    REST_REFUSED, /* why */
    REST_STOPPED  /* the turn said so */
};

bool rest_open(struct rest *rest, struct net *net, const struct server *server,
               bool with_token, bool (*turn)(void *ctx), void *ctx);
void rest_close(struct rest *rest);

/* Asks for `path` of the server, "/api/…". */
enum rest_result rest_get(struct rest *rest, const char *path);

/* How long the last answer asks us to stay away. */
int64_t rest_wait_ms(const struct rest *rest);

#endif
