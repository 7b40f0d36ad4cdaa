/* The two clocks: what time it is, and how long something takes. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

int64_t clock_now_ms(void);   /* since 1970, UTC; may jump */
int64_t clock_ticks_ms(void); /* since some start; never goes back */

#endif
