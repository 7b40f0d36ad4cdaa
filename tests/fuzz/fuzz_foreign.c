/*
 * Any bytes at all: no bytes are of a family that is read here and of a foreign one,
 * too, and what is wrong with them can be said.
 */
#include "catalogue.h"
#include "foreign.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct sketch_ops *ops = catalogue_find(data, size);
    if ((foreign_name(data, size) && ops) ||
        (ops != NULL) != (catalogue_type(data, size) != NULL)) {
        abort();
    }
    if (ops && ops->fault) {
        (void)ops->fault(data, size);
    }
    return 0;
}
