/*
 * What is asked of the extension in SQL, and what SQL itself says exactly of the same
 * rows: every function, in the range in which it is exact.
 *
 * The rows of an answer `a` are those of the table e (sql_random.h) whose ids are in
 * the list `ids`; an expression `exact` of them is `b`.
 */
#ifndef SQL_QUESTIONS_H
#define SQL_QUESTIONS_H

#include <stddef.h>

/* What stands in a call: # for DISTINCT, ~ for ORDER BY, @ behind each aggregate for
 * FILTER and OVER. */
struct sql_question {
    const char *call;
    const char *exact;
    const char *agree; /* of `a` and `b` */
    enum { SQL_ANY_FRAME, SQL_AFRESH, SQL_NO_FRAME } frames;
};

/* What is made of parts by a merge says what is exact of all rows. */
struct sql_merge {
    const char *part;
    const char *whole; /* of the parts, s */
    const char *exact;
    const char *agree;
};

/* A statement about t whose rows are those of another one about e and item. */
struct sql_pair {
    const char *ours;
    const char *exact;
    int since; /* of SQLite, 3.x */
};

/* A function that is not asked, and why. */
struct sql_excuse {
    const char *name;
    const char *reason;
};

extern const struct sql_question sql_questions[];
extern const size_t sql_question_count;
extern const struct sql_merge sql_merges[];
extern const size_t sql_merge_count;
extern const struct sql_pair sql_pairs[];
extern const size_t sql_pair_count;
extern const struct sql_excuse sql_excuses[];
extern const size_t sql_excuse_count;

#endif
