/* The signals: most of them ask the program to end. */
#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

/* From now on SIGINT, SIGTERM and SIGHUP ask for an orderly end, and a second one ends
 * the program at once.  SIGUSR1 asks how things are.  SIGPIPE and SIGXFSZ become errors
 * of the call that met them.  A SIGHUP that is ignored stays so, for nohup. */
void stop_install(void);

bool stop_requested(void);

/* Has SIGUSR1 come since the last call? */
bool stop_take_question(void);

#endif
