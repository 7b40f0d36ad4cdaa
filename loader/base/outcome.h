/* How a run of the loader ends: what functions that end it return, and the
 * program's exit codes. */
#ifndef OUTCOME_H
#define OUTCOME_H

enum outcome {
    OUTCOME_OK = 0,       /* done, or asked to stop */
    OUTCOME_INTERNAL = 1, /* out of memory, or a mistake of ours */
    OUTCOME_USAGE = 2,    /* the command line */
    OUTCOME_REFUSED = 3,  /* the server refuses, for good */
    OUTCOME_NETWORK = 4,  /* the server was not reached, tries are used up */
    OUTCOME_DATABASE = 5, /* cannot be opened, is not ours, is full */
    OUTCOME_INPUT = 6,    /* a recording cannot be read to its end */
    OUTCOME_HELD = 7      /* another loader has the database */
};

#endif
