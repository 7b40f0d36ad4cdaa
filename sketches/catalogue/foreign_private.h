/* The systems whose images have names, for foreign.c alone. */
#ifndef FOREIGN_PRIVATE_H
#define FOREIGN_PRIVATE_H

#include "foreign.h"

/* Each is NULL for what its system would not have written. */
const char *foreign_datasketches(const uint8_t *bytes, size_t size);
const char *foreign_redis(const uint8_t *bytes, size_t size);
const char *foreign_postgres(const uint8_t *bytes, size_t size);

#endif
