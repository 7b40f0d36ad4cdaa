/* Top-k sketches from and for other systems. */
#ifndef TOPK_EXCHANGE_SQL_H
#define TOPK_EXCHANGE_SQL_H

#include "family.h"
#include "topk.h"

/* The sketch as an image of another system.  Question: 'frequent_items',
 * or with ' spark' behind that. */
int topk_exchange_convert(struct call *call, const void *sketch, int count,
                          sqlite3_value **questions);

/* A sketch for the top k out of such an image, or NULL.  Questions: the image, and what
 * its items are, 'text' or 'integer'. */
int topk_exchange_read(struct call *call, int k, sqlite3_value **questions,
                       struct topk **out);

#endif
