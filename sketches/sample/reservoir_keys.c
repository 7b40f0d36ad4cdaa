#include "reservoir_keys.h"

#include <stdlib.h>

static void reservoir_keys_swap(struct reservoir_key *a, struct reservoir_key *b)
{
    struct reservoir_key kept = *a;
    *a = *b;
    *b = kept;
}

void reservoir_keys_rise(struct reservoir_key *keys, uint32_t count)
{
    for (uint32_t at = count - 1; at > 0;) {
        uint32_t parent = (at - 1) / 2;
        if (keys[parent].key >= keys[at].key) {
            return;
        }
        reservoir_keys_swap(&keys[parent], &keys[at]);
        at = parent;
    }
}

void reservoir_keys_sink(struct reservoir_key *keys, uint32_t count)
{
    for (uint32_t at = 0, child = 1; child < count; child = 2 * at + 1) {
        child += child + 1 < count && keys[child + 1].key > keys[child].key;
        if (keys[at].key >= keys[child].key) {
            return;
        }
        reservoir_keys_swap(&keys[at], &keys[child]);
        at = child;
    }
}

static int reservoir_keys_compare(const void *left, const void *right)
{
    const struct reservoir_key *a = left;
    const struct reservoir_key *b = right;
    return a->key != b->key ? (a->key > b->key) - (a->key < b->key)
                            : (a->slot > b->slot) - (a->slot < b->slot);
}

void reservoir_keys_sort(struct reservoir_key *keys, uint32_t count)
{
    qsort(keys, count, sizeof *keys, reservoir_keys_compare);
}

void reservoir_keys_turn(struct reservoir_key *keys, uint32_t count)
{
    for (uint32_t i = 0; i < count / 2; i++) {
        reservoir_keys_swap(&keys[i], &keys[count - 1 - i]);
    }
}
