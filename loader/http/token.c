#include "token.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/prctl.h>
#endif

#include "log.h"
#include "text_file.h"

enum { TOKEN_MAX = 4096 };

static void token_forbid_core(void)
{
    static const struct rlimit nothing;
    setrlimit(RLIMIT_CORE, &nothing);
#if defined(__linux__)
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

/* Room first, so that no copy is left behind where the buffer grew. */
static void token_reserve(struct buffer *token)
{
    buffer_reserve(token, TOKEN_MAX + 2);
}

static void token_take_variable(struct buffer *token)
{
    char *value = getenv("MASTODON_TOKEN");
    if (value) {
        size_t size = strlen(value);
        buffer_append(token, value, size <= TOKEN_MAX ? size : TOKEN_MAX + 1);
        explicit_bzero(value, size); /* /proc shows the memory it was in */
        unsetenv("MASTODON_TOKEN");
    }
}

static bool token_is_private(int file, const char *name)
{
    struct stat about;
    if (fstat(file, &about) != 0) {
        log_line(LOG_ERROR, "who can read the token file %s cannot be found out: %s",
                 name, strerror(errno));
        return false;
    }
    if ((about.st_mode & 077) != 0) {
        log_line(LOG_ERROR, "the token file %s can be read by others; do: chmod 600 %s",
                 name, name);
        return false;
    }
    return true;
}

static bool token_take_file(struct buffer *token, const char *name)
{
    int file = text_file_open(name);
    bool taken = file >= 0 && token_is_private(file, name);
    ssize_t got = file < 0 ? -1 : 1;
    while (taken && got > 0 && token->size <= TOKEN_MAX) {
        got = text_file_part(file, token->bytes + token->size,
                             TOKEN_MAX + 1 - token->size);
        token->size += got > 0 ? (size_t)got : 0;
    }
    if (got < 0) {
        log_line(LOG_ERROR, "the token file %s cannot be read: %s", name,
                 strerror(errno));
        taken = false;
    }
    if (file >= 0) {
        close(file);
    }
    return taken;
}

/* Anything else could not stand in a request. */
static bool token_is_clean(const struct buffer *token)
{
    for (size_t i = 0; i < token->size; i++) {
        if (token->bytes[i] <= ' ' || token->bytes[i] >= 0x7f) {
            return false;
        }
    }
    return token->size <= TOKEN_MAX;
}

bool token_read(struct buffer *token, const char *file)
{
    struct buffer other = {0};
    *token = (struct buffer){0};
    token_reserve(token);
    token_reserve(&other);
    token_take_variable(file ? &other : token);
    token_free(&other);
    bool taken = !file || token_take_file(token, file);
    while (token->size > 0 && strchr(" \t\r\n", token->bytes[token->size - 1])) {
        token->size--;
    }
    const char *where = file ? file : "$MASTODON_TOKEN";
    if (taken && !token_is_clean(token)) {
        log_line(LOG_ERROR,
                 "what is in %s is no access token; it is one line of letters and"
                 " digits",
                 where);
        taken = false;
    } else if (taken && file && token->size == 0) {
        log_line(LOG_ERROR, "the token file %s is empty", file);
        taken = false;
    }
    if (token->size > 0) {
        token_forbid_core();
    }
    buffer_text(token);
    if (!taken) {
        token_free(token);
    }
    return taken;
}

void token_free(struct buffer *token)
{
    if (token->bytes) {
        explicit_bzero(token->bytes, token->room);
    }
    buffer_free(token);
}
