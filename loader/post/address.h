/* Web addresses, as much of them as the loader needs. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <stdbool.h>

#include "buffer.h"

/* Appends the server's name of http://… or https://…, in lower case and without
 * user name and port.  False, and nothing appended, for any other text. */
bool address_append_host(struct buffer *out, struct slice address);

#endif
