#include "quota.h"

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
