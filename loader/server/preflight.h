/*
 * Questions to a server before its stream: where it streams, whether its feeds are
 * open, whether the token is good.  A server that has switched its feeds off
 * answers every request for the stream and then sends nothing for ever.
 */
#ifndef PREFLIGHT_H
#define PREFLIGHT_H

#include "instance.h"
#include "http_get.h"

enum preflight_token {
    PREFLIGHT_NO_TOKEN,
    PREFLIGHT_TOKEN_GOOD,
    PREFLIGHT_TOKEN_BAD,
    PREFLIGHT_TOKEN_UNTOLD /* it may not ask, or the server does not know the question
                            */
};

struct preflight_options {
    const struct server *server;
    const char *timeline; /* as in options.h */
    bool poll;            /* the stream is not needed */
};

struct preflight {
    struct instance instance;
    struct buffer base; /* the streaming address, "https://…"; empty if there is none */
    enum preflight_token token;
    struct buffer account;      /* whose token it is, when it is told */
    char why[REFUSAL_SIZE];     /* after anything but HTTP_GET_OK */
    char warning[REFUSAL_SIZE]; /* or "" */
};

/* Asks.  HTTP_GET_REFUSED when no posts can come. */
enum http_get_result preflight_ask(struct preflight *preflight,
                                   const struct preflight_options *options,
                                   struct http_get *http_get);

/* Prints what was found out by those questions, for --check. */
void preflight_print(const struct preflight *preflight,
                     const struct http_get *http_get);

/* Prints one line of that kind; the text may come from the server. */
void preflight_print_text(const char *label, const char *text);

void preflight_free(struct preflight *preflight);

#endif
