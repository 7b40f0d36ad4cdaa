/*
 * The first layer over every source: what looks like gzip is unpacked, anything
 * else passes as it is.  Recordings are told by their content and not by their
 * name, and some proxies pack a live stream although nobody asked.
 */
#ifndef GUNZIP_H
#define GUNZIP_H

#include <stdbool.h>
#include <stddef.h>

#define ZLIB_CONST
#include <zlib.h>

enum gunzip_result {
    GUNZIP_OK,
    GUNZIP_STOPPED,   /* the receiver wants no more */
    GUNZIP_TRUNCATED, /* the bytes end inside a packed stream */
    GUNZIP_CORRUPT    /* not what a gzip writer could have written */
};

/* Takes plain bytes; false when no more are wanted. */
struct gunzip_receiver {
    bool (*bytes)(void *ctx, const char *bytes, size_t size);
    void *ctx;
};

struct gunzip {
    struct gunzip_receiver receiver;
    z_stream zlib;
    enum {
        GUNZIP_START,
        GUNZIP_HALF_MAGIC,
        GUNZIP_PLAIN,
        GUNZIP_PACKED,
        GUNZIP_PAUSED
    } state;
    char out[32768];
};

void gunzip_init(struct gunzip *g, struct gunzip_receiver receiver);

enum gunzip_result gunzip_feed(struct gunzip *g, const char *bytes, size_t size);

/* No more bytes come.  After this, or gunzip_free, feeding starts anew. */
enum gunzip_result gunzip_end(struct gunzip *g);

void gunzip_free(struct gunzip *g);

#endif
