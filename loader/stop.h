/* The signals that ask the program to end. */
#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

/* From now on SIGINT and SIGTERM ask for an orderly end, and a second one ends the
 * program at once.  SIGPIPE and SIGXFSZ become errors of the call that met them. */
void stop_install(void);

bool stop_requested(void);

/* Sleeps, and wakes within a tenth of a second when asked to stop. */
void stop_sleep_ms(long ms);

#endif
