#include "foreign.h"

#include "foreign_private.h"

const char *foreign_name(const uint8_t *bytes, size_t size)
{
    const char *name = foreign_datasketches(bytes, size);
    name = name ? name : foreign_redis(bytes, size);
    return name ? name : foreign_postgres(bytes, size);
}
