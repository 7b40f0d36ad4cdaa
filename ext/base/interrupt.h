/* Whether the program has asked, by sqlite3_interrupt(), that its statements end. */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include "call.h"

enum { INTERRUPT_EVERY = 1024 }; /* elements or allocations between two looks */

/* False where SQLite cannot tell, which is before 3.41. */
bool interrupt_is_asked(const struct call *call);

#endif
