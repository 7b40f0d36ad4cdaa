#include "two_stacks.h"

#include <string.h>

struct stored {
    uint8_t *bytes;
    size_t size;
};

/* The last one is the top. */
struct stack {
    struct stored *list;
    size_t count;
    size_t room;
};

struct two_stacks {
    struct sketch_memory memory;
    const struct sketch_ops *ops;
    struct stack older; /* unions: each of a sketch and all newer ones of this part */
    struct stack newer; /* the sketches as they came */
    void *like;         /* what totals begin as, for ops->create_like; NULL */
    void *merged;       /* the union of the newer ones; NULL: there are none */
    void *answer;       /* the union of all, if it was asked for; NULL */
};

enum sketch_status two_stacks_create(struct two_stacks **out,
                                     const struct sketch_ops *ops, const void *like,
                                     const struct sketch_memory *memory)
{
    void *empty = NULL;
    *out = NULL;
    if (ops->create_like && ops->create_like(&empty, like, memory) != SKETCH_OK) {
        return SKETCH_NOMEM;
    }
    *out = sketch_allocate(memory, sizeof **out);
    if (!*out) {
        ops->free(empty);
        return SKETCH_NOMEM;
    }
    (*out)->memory = *memory;
    (*out)->ops = ops;
    (*out)->like = empty;
    return SKETCH_OK;
}

static void stack_clear(struct stack *stack, const struct sketch_memory *memory)
{
    for (size_t i = 0; i < stack->count; i++) {
        sketch_release(memory, stack->list[i].bytes);
    }
    sketch_release(memory, stack->list);
    *stack = (struct stack){0};
}

void two_stacks_free(struct two_stacks *stacks)
{
    if (stacks) {
        struct sketch_memory memory = stacks->memory;
        stack_clear(&stacks->older, &memory);
        stack_clear(&stacks->newer, &memory);
        stacks->ops->free(stacks->like);
        stacks->ops->free(stacks->merged);
        stacks->ops->free(stacks->answer);
        sketch_release(&memory, stacks);
    }
}

uint64_t two_stacks_count(const struct two_stacks *stacks)
{
    return stacks->older.count + stacks->newer.count;
}

static enum sketch_status stack_reserve(struct stack *stack,
                                        const struct sketch_memory *memory)
{
    if (stack->count < stack->room) {
        return SKETCH_OK;
    }
    size_t room = stack->room ? 2 * stack->room : 8;
    struct stored *list = memory->resize(memory->ctx, stack->list, room * sizeof *list);
    if (!list) {
        return SKETCH_NOMEM;
    }
    stack->list = list;
    stack->room = room;
    return SKETCH_OK;
}

static void two_stacks_forget_answer(struct two_stacks *stacks)
{
    stacks->ops->free(stacks->answer);
    stacks->answer = NULL;
}

/* A total of a stored sketch. */
static enum sketch_status two_stacks_begin(const struct two_stacks *stacks,
                                           void **total, const uint8_t *bytes,
                                           size_t size)
{
    return sketch_read(stacks->ops, total, stacks->like, bytes, size, &stacks->memory);
}

/* Merges a stored sketch into *total, which it becomes if that is NULL. */
static enum sketch_status two_stacks_take(struct two_stacks *stacks, void **total,
                                          const uint8_t *bytes, size_t size)
{
    return *total ? stacks->ops->absorb(*total, bytes, size)
                  : two_stacks_begin(stacks, total, bytes, size);
}

enum sketch_status two_stacks_push(struct two_stacks *stacks, const uint8_t *bytes,
                                   size_t size)
{
    enum sketch_status status = stack_reserve(&stacks->newer, &stacks->memory);
    uint8_t *copy =
        status == SKETCH_OK
            ? stacks->memory.resize(stacks->memory.ctx, NULL, size > 0 ? size : 1)
            : NULL;
    if (!copy) {
        return SKETCH_NOMEM;
    }
    status = two_stacks_take(stacks, &stacks->merged, bytes, size);
    if (status != SKETCH_OK) {
        sketch_release(&stacks->memory, copy);
        return status;
    }
    memcpy(copy, bytes, size);
    stacks->newer.list[stacks->newer.count++] = (struct stored){copy, size};
    two_stacks_forget_answer(stacks);
    return SKETCH_OK;
}

/* Merges a sketch into *newer and puts that union on the stack. */
static enum sketch_status two_stacks_pile(struct two_stacks *stacks,
                                          struct stack *stack,
                                          const struct stored *sketch, void **newer)
{
    struct stored pile = {NULL, 0};
    enum sketch_status status = stack_reserve(stack, &stacks->memory);
    if (status == SKETCH_OK) {
        status = two_stacks_take(stacks, newer, sketch->bytes, sketch->size);
    }
    if (status == SKETCH_OK) {
        status = stacks->ops->serialise(*newer, &pile.bytes, &pile.size);
    }
    if (status == SKETCH_OK) {
        stack->list[stack->count++] = pile;
    }
    return status;
}

/* Turns the newer part into the older one, which has to be used up. */
static enum sketch_status two_stacks_turn(struct two_stacks *stacks)
{
    struct stack turned = {0};
    void *newer = NULL;
    enum sketch_status status = SKETCH_OK;
    for (size_t i = stacks->newer.count; status == SKETCH_OK && i-- > 0;) {
        status = two_stacks_pile(stacks, &turned, &stacks->newer.list[i], &newer);
    }
    stacks->ops->free(newer);
    if (status != SKETCH_OK) {
        stack_clear(&turned, &stacks->memory);
        return status;
    }
    stack_clear(&stacks->older, &stacks->memory);
    stack_clear(&stacks->newer, &stacks->memory);
    stacks->ops->free(stacks->merged);
    stacks->merged = NULL;
    stacks->older = turned;
    return SKETCH_OK;
}

enum sketch_status two_stacks_pop(struct two_stacks *stacks)
{
    if (two_stacks_count(stacks) == 0) {
        return SKETCH_RANGE;
    }
    enum sketch_status status =
        stacks->older.count == 0 ? two_stacks_turn(stacks) : SKETCH_OK;
    if (status == SKETCH_OK) {
        struct stored *oldest = &stacks->older.list[--stacks->older.count];
        sketch_release(&stacks->memory, oldest->bytes);
        two_stacks_forget_answer(stacks);
    }
    return status;
}

enum sketch_status two_stacks_total(struct two_stacks *stacks, const void **total)
{
    *total = stacks->answer;
    if (stacks->answer || two_stacks_count(stacks) == 0) {
        return SKETCH_OK;
    }
    if (stacks->older.count == 0) {
        *total = stacks->merged;
        return SKETCH_OK;
    }
    const struct stored *older = &stacks->older.list[stacks->older.count - 1];
    void *joint = NULL;
    enum sketch_status status =
        two_stacks_begin(stacks, &joint, older->bytes, older->size);
    if (status == SKETCH_OK && stacks->merged) {
        status = stacks->ops->merge(joint, stacks->merged);
    }
    if (status != SKETCH_OK) {
        stacks->ops->free(joint);
        return status;
    }
    *total = stacks->answer = joint;
    return SKETCH_OK;
}
