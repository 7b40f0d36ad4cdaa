/* Answers of a server that are not what was asked for, in words. */
#ifndef REFUSAL_H
#define REFUSAL_H

#include <stdbool.h>

#include "buffer.h"
#include "http.h"
#include "server.h"

/* May it pass by itself: overload, a restart, a rate limit? */
bool refusal_is_passing(long status);

/* Can trying again not mend this failure to connect?  `first`: it never worked, so
 * that an unknown name is a mistake of ours. */
bool refusal_is_hopeless(CURLcode code, bool first);

enum { REFUSAL_SIZE = 600 };

/* What was asked for. */
enum refusal_subject {
    REFUSAL_STREAM,
    REFUSAL_TIMELINE,
    REFUSAL_POST,
    REFUSAL_INSTANCE, /* the server's document about itself */
    REFUSAL_ACCOUNT   /* whose token it is */
};

/* One line about a request that failed without an answer. */
void refusal_explain_failure(char why[REFUSAL_SIZE], const struct http_request *request,
                             const struct server *server);

/* One line about an answer with `body`, from the server `name`. */
void refusal_explain(char why[REFUSAL_SIZE], const struct http_request *request,
                     struct slice body, const char *name, enum refusal_subject subject,
                     bool with_token);

#endif
