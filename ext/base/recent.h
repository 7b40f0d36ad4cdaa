/*
 * Sketches that a statement asks again and again.
 *
 * Reading an image costs more than most answers.  So a statement keeps a sketch that
 * comes from a constant argument for all calls of that function, and of each family the
 * one that was read last, for calls that are given the same bytes again: by a subquery
 * or a join, or for several questions in one row.
 */
#ifndef RECENT_H
#define RECENT_H

#include "family.h"

struct recent;

/* True when the first argument of the call is a constant, and this is not the first
 * call with it. */
bool recent_comes_again(struct call *call);

/* The sketch that a value, the first argument of the call and not NULL, holds;
 * recent_drop() it after the answer.  NULL after a failure. */
int recent_take(struct call *call, const struct family *family, sqlite3_value *value,
                struct recent **out);
const void *recent_sketch(const struct recent *recent);
void recent_drop(struct recent *recent); /* NULL is allowed */

#endif
