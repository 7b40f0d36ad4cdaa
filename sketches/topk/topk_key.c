#include "topk_key.h"

enum sketch_status topk_key_make(struct topk_key *key, const struct topk_probe *probe,
                                 const struct sketch_memory *memory)
{
    *key = (struct topk_key){.form = probe->form, .words = probe->words};
    return item_copy_make(&key->copy, probe->item, memory);
}

struct topk_key topk_key_into(const struct topk_probe *probe, uint8_t *block)
{
    return (struct topk_key){probe->form, probe->words,
                             item_copy_into(probe->item, block)};
}

void topk_key_drop(struct topk_key *key, const struct sketch_memory *memory)
{
    item_copy_drop(&key->copy, memory);
}
