/*
 * The access token: it is read once, sent to the one server it is for, and is
 * nowhere else to be found.
 */
#ifndef TOKEN_H
#define TOKEN_H

#include <stdbool.h>

#include "buffer.h"

/* Takes the token from `file`, or from $MASTODON_TOKEN when that is NULL, and wipes
 * the variable.  From then on the process leaves no core file.  Without either the
 * token is empty.  False, after the reason has been logged, if there is something
 * wrong with it. */
bool token_read(struct buffer *token, const char *file);

/* Overwrites and frees. */
void token_free(struct buffer *token);

#endif
