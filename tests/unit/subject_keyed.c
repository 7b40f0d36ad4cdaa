/* Keyed sketches over those of other subjects: three keys that take turns, each of
 * which gets the stream of its family's subject. */
#include "subjects.h"

#include "keyed.h"

#include <string.h>

enum { KEYED_SUBJECT_KEYS = 3 };

/* The subject of the sketches inside: hostile bytes may name any family. */
static const struct subject *keyed_subject_inside(const struct keyed *keyed)
{
    static const struct subject *const inside[] = {&hll_subject,  &theta_subject,
                                                   &topk_subject, &tdigest_subject,
                                                   &kll_subject,  &cms_subject};
    size_t i = 0;
    while (inside[i]->ops != keyed_kind(keyed)->ops) {
        i++;
    }
    return inside[i];
}

/* NULL, a text that lies apart, and a number. */
static const struct item *keyed_subject_key(uint64_t i)
{
    static const char text[] = "a key that is longer than any that lies near";
    static struct item keys[2];
    keys[0] = item_text(text, sizeof text - 1);
    keys[1] = item_real(-0.5);
    return i % KEYED_SUBJECT_KEYS == 0 ? NULL : &keys[i % KEYED_SUBJECT_KEYS - 1];
}

static enum sketch_status keyed_subject_create(void **out, const struct subject *inside,
                                               const struct sketch_memory *memory)
{
    struct keyed *keyed = NULL;
    enum sketch_status status =
        keyed_create(&keyed, keyed_kind_of(inside->ops), NULL, memory);
    *out = keyed;
    return status;
}

static enum sketch_status keyed_hll_create(void **out,
                                           const struct sketch_memory *memory)
{
    return keyed_subject_create(out, &hll_subject, memory);
}

static enum sketch_status keyed_topk_create(void **out,
                                            const struct sketch_memory *memory)
{
    return keyed_subject_create(out, &topk_subject, memory);
}

/* A key whose first item is refused has no sketch. */
static enum sketch_status keyed_subject_start(struct keyed *keyed, uint64_t i)
{
    const struct subject *inside = keyed_subject_inside(keyed);
    const struct item *key = keyed_subject_key(i);
    void *sketch;
    enum sketch_status status = inside->create(&sketch, keyed_memory(keyed));
    if (status == SKETCH_OK) {
        status = inside->add(sketch, i / KEYED_SUBJECT_KEYS);
    }
    if (status == SKETCH_OK) {
        status = keyed_put(keyed, key, keyed_hash(key), sketch);
    }
    if (status != SKETCH_OK) {
        inside->ops->free(sketch);
    }
    return status;
}

static enum sketch_status keyed_subject_add(void *keyed, uint64_t i)
{
    const struct item *key = keyed_subject_key(i);
    struct hash hash = keyed_hash(key);
    void *sketch = keyed_find(keyed, key, hash, keyed_expect(keyed, hash));
    return sketch ? keyed_subject_inside(keyed)->add(sketch, i / KEYED_SUBJECT_KEYS)
                  : keyed_subject_start(keyed, i);
}

static void keyed_subject_ask(const void *keyed, const struct sketch_memory *memory)
{
    struct item key;
    for (uint32_t i = 0; i < keyed_count(keyed); i++) {
        (void)keyed_key(keyed, i, &key);
        keyed_subject_inside(keyed)->ask(keyed_sketch(keyed, i), memory);
    }
}

/* Of the items 0 .. count - 1, the key of `i` has had every third. */
static bool keyed_subject_holds(const struct keyed *keyed, uint32_t number, uint64_t i,
                                uint64_t count)
{
    struct item key;
    const struct item *wanted = keyed_subject_key(i);
    bool has_key = keyed_key(keyed, number, &key);
    return (wanted ? has_key && item_equal(key, *wanted) : !has_key) &&
           keyed_subject_inside(keyed)->summarises(
               keyed_sketch(keyed, number),
               (count - i + KEYED_SUBJECT_KEYS - 1) / KEYED_SUBJECT_KEYS);
}

static bool keyed_subject_summarises(const void *keyed, uint64_t count)
{
    uint32_t found = 0;
    for (uint64_t i = 0; i < KEYED_SUBJECT_KEYS && i < count; i++) {
        for (uint32_t number = 0; number < keyed_count(keyed); number++) {
            found += keyed_subject_holds(keyed, number, i, count);
        }
    }
    return found == keyed_count(keyed) &&
           found == (count < KEYED_SUBJECT_KEYS ? count : KEYED_SUBJECT_KEYS);
}

const struct subject keyed_hll_subject = {
    .name = "keyed hll",
    .ops = &keyed_ops,
    .memory_factor = 80,
    .create = keyed_hll_create,
    .add = keyed_subject_add,
    .ask = keyed_subject_ask,
    .summarises = keyed_subject_summarises,
    .reads_other_forms = true,
    .merges_in_steps = true,
};

const struct subject keyed_topk_subject = {
    .name = "keyed topk",
    .ops = &keyed_ops,
    .memory_factor = 80,
    .create = keyed_topk_create,
    .add = keyed_subject_add,
    .ask = keyed_subject_ask,
    .summarises = keyed_subject_summarises,
    .reads_other_forms = true, /* of other families inside */
    .merges_in_steps = true,
};
