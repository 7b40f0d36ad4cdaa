/*
 * What a server answers to questions: any bytes at all as a page of a timeline, as an
 * instance document, as nodeinfo, as a Link header and as a time to wait.  What comes
 * out lies within what went in, and keeps its limits.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "headers.h"
#include "instance.h"
#include "page.h"
#include "server.h"
#include "software.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void fuzz_read_page(const char *bytes, size_t size)
{
    struct page page = {0};
    page_read(&page, (struct slice){bytes, size});
    fuzz_require(page.count <= PAGE_MOST);
    for (size_t i = 0; i < page.count; i++) {
        const struct page_post *post = &page.posts[i];
        struct slice id = {post->id, strlen(post->id)};
        fuzz_require(post->json.bytes >= bytes &&
                     post->json.size <= size - (size_t)(post->json.bytes - bytes));
        if (id.size > 0 && page.newest) {
            struct slice newest = {page.newest->id, strlen(page.newest->id)};
            fuzz_require(post_id_is_valid(id) && page_holds(&page, id));
            fuzz_require(post_id_compare(id, newest) <= 0);
        }
    }
    page_free(&page);
}

static void fuzz_read_header(const char *text, size_t size)
{
    struct slice address;
    struct slice path;
    if (headers_link(text, "prev", &address)) {
        fuzz_require(address.bytes > text && address.size < size);
        if (headers_same_host(address, "a.example", &path)) {
            fuzz_require(path.size > 0 && path.bytes[0] == '/' &&
                         path.bytes >= address.bytes && path.size <= address.size);
        }
    }
    int64_t wait = headers_wait_ms(text, text, INT64_C(1780272000000));
    fuzz_require(headers_behind_ms(text, INT64_C(1780272000000)) >= 0);
    fuzz_require(wait >= 0 && wait <= HEADERS_WAIT_MOST_MS);
}

static void fuzz_read_address(const char *text)
{
    struct server server;
    struct buffer base = {0};
    server_read(&server, "a.example");
    if (server_read_streaming(&server, text, &base)) {
        fuzz_require(strncmp(base.bytes, "https://", 8) == 0);
        fuzz_require(!strpbrk(base.bytes, "@?# \r\n"));
    }
    buffer_free(&base);
    server_free(&server);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Blocks of their own, so that a read beyond their end is seen. */
    char *bytes = malloc(size ? size : 1);
    char *text = malloc(size + 1);
    struct instance instance = {0};
    memcpy(bytes, data, size);
    memcpy(text, data, size);
    text[size] = '\0';
    fuzz_read_page(bytes, size);
    fuzz_read_header(text, size);
    fuzz_read_address(text);
    struct buffer address = {0};
    instance_read(&instance, bytes, size);
    instance_read_nodeinfo(&instance, bytes, size);
    bool found = instance_find_nodeinfo(&address, bytes, size);
    fuzz_require(found || address.size == 0);
    struct slice software = {instance.software.bytes, instance.software.size};
    fuzz_require(software_find(software)->name != NULL);
    instance_free(&instance);
    buffer_free(&address);
    free(bytes);
    free(text);
    return 0;
}
