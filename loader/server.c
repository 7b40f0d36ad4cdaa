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

static bool server_is_here(const char *name)
{
    static const char *const hosts[] = {"localhost", "[::1]", "127."};
    for (size_t i = 0; i < 3; i++) {
        size_t size = strlen(hosts[i]);
        bool whole = name[size] == '\0' || name[size] == ':';
        if (strncasecmp(name, hosts[i], size) == 0) {
            /* 127.x.y.z are all this machine, 127.example.social is not. */
            return i == 2 ? strspn(name, "0123456789.") == strcspn(name, ":") : whole;
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
    if (clear && !server_is_here(server->name.bytes)) {
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

void server_free(struct server *server)
{
    buffer_free(&server->origin);
    buffer_free(&server->name);
}
