/* What the samplers have in common: a list of items of their own. */
#ifndef ITEM_LIST_H
#define ITEM_LIST_H

#include "bytes.h"
#include "item_copy.h"
#include "random.h"

enum { ITEM_LIST_MAX = 1000000 /* items */ };

/* A growing list of copies; all zero is the empty one.  Its memory comes from the
 * sampler, and goes with item_list_clear. */
struct item_list {
    struct item_copy *slots;
    uint32_t count;
    uint32_t room;
};

/* Makes room for so many items. */
enum sketch_status item_list_reserve(struct item_list *list, uint32_t count,
                                     const struct sketch_memory *memory);

/* Makes room for one more. */
enum sketch_status item_list_grow(struct item_list *list,
                                  const struct sketch_memory *memory);

/* The list gets a copy for its own: in the place of another, or, where there is room,
 * behind the last. */
void item_list_put_copy(struct item_list *list, uint32_t at, struct item_copy copy,
                        const struct sketch_memory *memory);

enum sketch_status item_list_append(struct item_list *list, struct item item,
                                    const struct sketch_memory *memory);

/* The item at index `at` goes, and this one takes its place. */
enum sketch_status item_list_replace(struct item_list *list, uint32_t at,
                                     struct item item,
                                     const struct sketch_memory *memory);

/* Lent until the sample changes. */
struct item item_list_item(const struct item_list *list, uint32_t at);

/* Copies any `keep` items of `from`, each set of them as likely as any other, in
 * their order; there are that many, and all need no random numbers.  `out` is empty,
 * and on failure it has to be cleared. */
enum sketch_status item_list_copy_some(struct item_list *out,
                                       const struct item_list *from, uint32_t keep,
                                       struct random *random,
                                       const struct sketch_memory *memory);

/* Drops all but any `keep` items, in the same way. */
void item_list_thin(struct item_list *list, uint32_t keep, struct random *random,
                    const struct sketch_memory *memory);

/* Moves all items of `from` behind the others, where there has to be room, and clears
 * it. */
void item_list_join(struct item_list *list, struct item_list *from,
                    const struct sketch_memory *memory);

/* Gives everything back. */
void item_list_clear(struct item_list *list, const struct sketch_memory *memory);

/* The items in an image, one after the other (item_image.h). */
size_t item_list_image_size(const struct item_list *list);
uint8_t *item_list_put(const struct item_list *list, uint8_t *p);

/* Reads `count` items, the last ones in an image, and copies any `keep` of them as
 * item_list_copy_some does. */
enum sketch_status item_list_take_some(struct item_list *out, struct reader *r,
                                       uint32_t count, uint32_t keep,
                                       struct random *random,
                                       const struct sketch_memory *memory);

#endif
