#include "server.h"

#include <string.h>
#include <strings.h>

#include "log.h"

static bool server_is_name(const char *name, size_t size)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789.-_:[]";
    return size > 0 && size < 300 && strspn(name, allowed) >= size;
}

#define SERVER_PATH                                                                    \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_~/%"

static bool server_is_here(const char *name, size_t length)
{
    static const char *const hosts[] = {"localhost", "[::1]", "127."};
    for (size_t i = 0; i < 3; i++) {
        size_t size = strlen(hosts[i]);
        if (length >= size && strncasecmp(name, hosts[i], size) == 0) {
            bool whole = length == size || name[size] == ':';
            size_t host = strcspn(name, ":");
            host = host < length ? host : length;
            /* 127.x.y.z are all this machine, 127.example.social is not. */
            return i == 2 ? strspn(name, "0123456789.") >= host : whole;
        }
    }
    return false;
}

bool server_read(struct server *server, const char *text)
{
    bool clear = strncasecmp(text, "http://", 7) == 0;
    const char *name = clear ? text + 7 : text;
    name += strncasecmp(text, "https://", 8) == 0 ? 8 : 0;
    size_t size = strlen(name);
    size -= size > 0 && name[size - 1] == '/';
    *server = (struct server){0};
    if (!server_is_name(name, size)) {
        log_line(LOG_ERROR,
                 "--server must be a host name such as example.social, not '%s'", text);
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        char c = name[i];
        buffer_append_byte(&server->name, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
    }
    buffer_text(&server->name);
    if (clear && !server_is_here(server->name.bytes, size)) {
        log_line(LOG_ERROR,
                 "http:// would send the token unprotected and is only allowed to this"
                 " machine; use https://%s",
                 server->name.bytes);
        return false;
    }
    buffer_append_text(&server->origin, clear ? "http://" : "https://");
    buffer_append(&server->origin, server->name.bytes, server->name.size);
    buffer_text(&server->origin);
    return true;
}

bool server_read_streaming(const struct server *server, const char *text,
                           struct buffer *base)
{
    static const struct {
        const char *scheme, *ours;
    } schemes[] = {{"wss://", "https://"},
                   {"https://", "https://"},
                   {"ws://", "http://"},
                   {"http://", "http://"}};
    bool protected = strncmp(server->origin.bytes, "https", 5) == 0;
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t scheme = strlen(schemes[i].scheme);
        const char *name = text + scheme;
        if (strncasecmp(text, schemes[i].scheme, scheme) != 0) {
            continue;
        }
        size_t host = strcspn(name, "/?#");
        size_t path = strcspn(name + host, "?#");
        bool clear = schemes[i].ours[4] == ':';
        bool sane = server_is_name(name, host) && name[host + path] == '\0' &&
                    strspn(name + host, SERVER_PATH) == path;
        if (!sane || (clear && protected) ||
            ((clear || !protected) && !server_is_here(name, host))) {
            return false;
        }
        path -= path > 0 && name[host + path - 1] == '/';
        base->size = 0;
        buffer_append_text(base, schemes[i].ours);
        buffer_append(base, name, host + path);
        buffer_text(base);
        return true;
    }
    return false;
}

bool server_is_local(const struct server *server)
{
    return server_is_here(server->name.bytes, server->name.size);
}

void server_free(struct server *server)
{
    buffer_free(&server->origin);
    buffer_free(&server->name);
}
