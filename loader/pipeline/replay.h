/* A recorded stream, from a file or from standard input. */
#ifndef REPLAY_H
#define REPLAY_H

#include "intake.h"
#include "outcome.h"

/* Looks whether there is a recording to be read, and changes nothing: a file has to
 * have an event in it, or heartbeats; of a pipe nothing is taken.  OUTCOME_INPUT after
 * the reason has been logged. */
enum outcome replay_look(const char *path);

/* Feeds what is in the file; "-" is standard input, which may also be a pipe that
 * goes on for days.  OUTCOME_INPUT if it cannot be read to its end, and
 * OUTCOME_DATABASE, after the reason has been logged; what came before is stored
 * all the same.  *enough is set when a limit was reached. */
enum outcome replay_run(const char *path, struct intake *intake, bool *enough);

#endif
