/*
 * What the families of numbers have in common: their values and their size, and
 * questions that are a number or a list of them, with as many answers.
 */
#ifndef NUMBERS_H
#define NUMBERS_H

#include "family.h"

/* Numbers for which no memory is needed. */
enum { NUMBERS_FEW = 8 };

/* What a question asks for, and the answers: a number, or a list of them. */
struct numbers {
    bool is_list;
    size_t count;
    size_t room;
    double *asked;
    double *answers; /* one more than asked, for those that need it */
    double few_asked[NUMBERS_FEW];
    double few_answers[NUMBERS_FEW + 1];
};

/* Reads a number or a list of them, called `name`.  Free it in any case. */
int numbers_read(struct call *call, sqlite3_value *question, const char *name,
                 struct numbers *numbers);

/* Fails, with what to write instead, unless it is from 0 to 1. */
int numbers_is_share(struct call *call, double q, const char *name);

/* The same for all of them. */
int numbers_are_shares(struct call *call, const struct numbers *numbers,
                       const char *name);

/* Reads shares, called q: a number from 0 to 1, or a list of them. */
int numbers_read_shares(struct call *call, sqlite3_value *question,
                        struct numbers *numbers);

/* Replies with an answer for each, unless `rc` is an error, and frees them. */
int numbers_finish(struct call *call, struct numbers *numbers, int rc);

/* Likewise with one more answer than there are ascending points, always as a list.
 * SKETCH_RANGE is that they do not ascend. */
int numbers_finish_split(struct call *call, struct numbers *numbers,
                         enum sketch_status status);

/* Replies with so many of the answers, as JSON if it has to be a list. */
int numbers_reply(struct call *call, const struct numbers *numbers, bool is_list,
                  size_t count);

void numbers_free(struct numbers *numbers);

/* The size k of a sketch. */
int numbers_k(struct call *call, sqlite3_value *parameter, int least, int most,
              sqlite3_int64 *k);

/* The value of a row; says what sketches are for when it is one of the family. */
int numbers_x(struct call *call, struct input input, const struct sketch_ops *ops,
              double *x);

#endif
