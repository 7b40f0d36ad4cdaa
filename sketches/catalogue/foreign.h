/* Sketches of other systems: they are not read here, but have names. */
#ifndef FOREIGN_H
#define FOREIGN_H

#include <stddef.h>
#include <stdint.h>

/* What an image is that opens like no family of the catalogue: "Apache DataSketches
 * theta", "Redis HyperLogLog", "PostgreSQL hll".  NULL for everything else, and for
 * what such a system would not have written: preamble, parameters and length have to go
 * together, so that a BLOB of something else has no name.  No bytes is allowed, and
 * then `bytes` may be NULL. */
const char *foreign_name(const uint8_t *bytes, size_t size);

#endif
