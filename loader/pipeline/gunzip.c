/* A gzip file starts with the bytes 1f 8b and may hold several packed members in a
 * row (RFC 1952).  Between two members the state is PAUSED: the end may come
 * there, or another member, and nothing else. */
#include "gunzip.h"

#include <stdint.h>
#include <string.h>

#include "memory.h"

static const char gunzip_magic[] = {'\x1f', '\x8b'};

void gunzip_init(struct gunzip *g, struct gunzip_receiver receiver)
{
    memset(g, 0, sizeof *g);
    g->receiver = receiver;
    g->state = GUNZIP_START;
}

void gunzip_free(struct gunzip *g)
{
    if (g->state == GUNZIP_PACKED) {
        inflateEnd(&g->zlib);
    }
    g->state = GUNZIP_START;
}

enum gunzip_result gunzip_end(struct gunzip *g)
{
    enum gunzip_result result = GUNZIP_OK;
    if (g->state == GUNZIP_HALF_MAGIC) {
        bool more = g->receiver.bytes(g->receiver.ctx, gunzip_magic, 1);
        result = more ? GUNZIP_OK : GUNZIP_STOPPED;
    } else if (g->state == GUNZIP_PACKED) {
        result = GUNZIP_TRUNCATED;
    }
    gunzip_free(g);
    return result;
}

static bool gunzip_open(struct gunzip *g)
{
    enum { GZIP_ONLY = 16, LARGEST_WINDOW = 15 };
    memset(&g->zlib, 0, sizeof g->zlib);
    int status = inflateInit2(&g->zlib, GZIP_ONLY + LARGEST_WINDOW);
    if (status == Z_MEM_ERROR) {
        memory_refused(); /* the file is not to blame */
    }
    if (status != Z_OK) {
        return false;
    }
    g->state = GUNZIP_PACKED;
    return true;
}

/* Unpacks until the input is used up or the member ends. */
static enum gunzip_result gunzip_unpack(struct gunzip *g, const char **bytes,
                                        size_t *size)
{
    z_stream *z = &g->zlib;
    z->next_in = (const Bytef *)*bytes;
    z->avail_in = (uInt)*size;
    int status;
    do {
        z->next_out = (Bytef *)g->out;
        z->avail_out = sizeof g->out;
        status = inflate(z, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
            return GUNZIP_CORRUPT;
        }
        size_t got = sizeof g->out - z->avail_out;
        if (got > 0 && !g->receiver.bytes(g->receiver.ctx, g->out, got)) {
            return GUNZIP_STOPPED;
        }
    } while (status != Z_STREAM_END && (z->avail_in > 0 || z->avail_out == 0));
    *bytes += *size - z->avail_in;
    *size = z->avail_in;
    if (status == Z_STREAM_END) {
        inflateEnd(z);
        g->state = GUNZIP_PAUSED;
    }
    return GUNZIP_OK;
}

static enum gunzip_result gunzip_packed(struct gunzip *g, const char *bytes,
                                        size_t size)
{
    enum gunzip_result result = GUNZIP_OK;
    while (size > 0 && result == GUNZIP_OK) {
        if (g->state == GUNZIP_PAUSED && !gunzip_open(g)) {
            return GUNZIP_CORRUPT;
        }
        result = gunzip_unpack(g, &bytes, &size);
    }
    return result;
}

enum gunzip_result gunzip_feed(struct gunzip *g, const char *bytes, size_t size)
{
    /* The first two bytes decide, and may come in two calls. */
    while (size > 0 && (g->state == GUNZIP_START || g->state == GUNZIP_HALF_MAGIC)) {
        bool half = g->state == GUNZIP_HALF_MAGIC;
        if (*bytes != gunzip_magic[half]) {
            g->state = GUNZIP_PLAIN;
            if (half && !g->receiver.bytes(g->receiver.ctx, gunzip_magic, 1)) {
                return GUNZIP_STOPPED;
            }
        } else if (!half) {
            g->state = GUNZIP_HALF_MAGIC;
            bytes++;
            size--;
        } else if (gunzip_open(g)) {
            enum gunzip_result result = gunzip_packed(g, gunzip_magic, 1);
            if (result != GUNZIP_OK) {
                return result;
            }
        } else {
            return GUNZIP_CORRUPT;
        }
    }
    if (size == 0) {
        return GUNZIP_OK;
    }
    if (g->state == GUNZIP_PLAIN) {
        return g->receiver.bytes(g->receiver.ctx, bytes, size) ? GUNZIP_OK
                                                               : GUNZIP_STOPPED;
    }
    return gunzip_packed(g, bytes, size);
}
