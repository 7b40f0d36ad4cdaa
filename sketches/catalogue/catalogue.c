#include "catalogue.h"

#include "cms.h"
#include "hll.h"
#include "keyed.h"
#include "kll.h"
#include "profile.h"
#include "reservoir.h"
#include "tdigest.h"
#include "theta.h"
#include "topk.h"
#include "topk_distinct.h"

/* No image opens like two of them, so the order says nothing. */
const struct sketch_ops *const catalogue[] = {
    &topk_ops,      &hll_ops,     &theta_ops,         &tdigest_ops, &kll_ops, &cms_ops,
    &reservoir_ops, &profile_ops, &topk_distinct_ops, &keyed_ops,   NULL,
};

const struct sketch_ops *catalogue_find(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; catalogue[i]; i++) {
        if (catalogue[i]->recognises(bytes, size)) {
            return catalogue[i];
        }
    }
    return NULL;
}

const char *catalogue_type(const uint8_t *bytes, size_t size)
{
    const struct keyed_kind *kind = keyed_kind_in(bytes, size);
    const struct sketch_ops *ops = kind ? NULL : catalogue_find(bytes, size);
    return kind ? kind->name : ops ? ops->family : NULL;
}
