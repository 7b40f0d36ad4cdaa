/* Questions that are a number or a list of them, and as many answers. */
#ifndef TDIGEST_NUMBERS_H
#define TDIGEST_NUMBERS_H

#include "family.h"

/* Numbers for which no memory is needed. */
enum { TDIGEST_SQL_FEW = 8 };

/* What a question asks for, and the answers: a number, or a list of them. */
struct tdigest_numbers {
    bool is_list;
    size_t count;
    size_t room;
    double *asked;
    double *answers; /* one more than asked, for those that need it */
    double few_asked[TDIGEST_SQL_FEW];
    double few_answers[TDIGEST_SQL_FEW + 1];
};

/* Reads a number or a list of them, called `name`.  Free it in any case. */
int tdigest_numbers_read(struct call *call, sqlite3_value *question, const char *name,
                         struct tdigest_numbers *numbers);

/* Fails, with what to write instead, unless it is from 0 to 1. */
int tdigest_number_is_share(struct call *call, double q, const char *name);

/* The same for all of them. */
int tdigest_numbers_are_shares(struct call *call, const struct tdigest_numbers *numbers,
                               const char *name);

/* Replies with so many of the answers, as JSON if it has to be a list. */
int tdigest_numbers_reply(struct call *call, const struct tdigest_numbers *numbers,
                          bool is_list, size_t count);

void tdigest_numbers_free(struct tdigest_numbers *numbers);

#endif
