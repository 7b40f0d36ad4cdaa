#include "quota.h"

#include "interrupt.h"

static bool quota_is_interrupted(struct quota *quota)
{
    if (++quota->asked % INTERRUPT_EVERY == 0 && interrupt_is_asked(quota->call)) {
        quota->interrupted = true;
    }
    return quota->interrupted;
}

static void *quota_resize(void *ctx, void *block, size_t size)
{
    struct quota *quota = ctx;
    sqlite3_uint64 before = block ? sqlite3_msize(block) : 0;
    if (size == 0) {
        quota->held -= before;
        sqlite3_free(block);
        return NULL;
    }
    if (size > before && quota->held - before + size > quota->most) {
        quota->exceeded = true;
        return NULL;
    }
    if (size > before && quota_is_interrupted(quota)) {
        return NULL;
    }
    void *resized = sqlite3_realloc64(block, size);
    if (resized) {
        quota->held += sqlite3_msize(resized) - before;
    }
    return resized;
}

struct sketch_memory quota_memory(struct quota *quota)
{
    return (struct sketch_memory){quota_resize, quota};
}
