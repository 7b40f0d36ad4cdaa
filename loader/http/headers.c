#include "headers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "isotime.h"

/* A number without sign that is the whole of the text. */
static bool headers_number(const char *text, int64_t *number)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 15 || text[digits] != '\0') {
        return false;
    }
    *number = strtoll(text, NULL, 10);
    return true;
}

/* A date of HTTP, whose year has four digits; curl also takes longer ones. */
static bool headers_date_ms(const char *text, int64_t *ms)
{
    static const time_t most = 253402300799; /* the end of the year 9999 */
    time_t date = curl_getdate(text, NULL);
    *ms = date > 0 && date <= most ? (int64_t)date * 1000 : 0;
    return *ms > 0;
}

static int64_t headers_retry_after_ms(const char *text, int64_t now_ms)
{
    int64_t seconds;
    int64_t date_ms;
    if (headers_number(text, &seconds)) {
        return seconds * 1000;
    }
    return headers_date_ms(text, &date_ms) ? date_ms - now_ms : 0;
}

static int64_t headers_reset_ms(const char *text, int64_t now_ms)
{
    int64_t at_ms;
    int64_t seconds;
    if (headers_number(text, &seconds)) {
        at_ms = seconds * 1000;
    } else if (!isotime_parse(text, &at_ms)) {
        return 0;
    }
    int64_t wait = at_ms - now_ms;
    return wait <= HEADERS_RESET_MOST_MS ? wait : 0;
}

int64_t headers_wait_ms(const char *retry_after, const char *reset, int64_t now_ms)
{
    int64_t wait = retry_after ? headers_retry_after_ms(retry_after, now_ms) : 0;
    int64_t until_reset = reset ? headers_reset_ms(reset, now_ms) : 0;
    wait = until_reset > wait ? until_reset : wait;
    wait = wait > 0 ? wait : 0;
    return wait < HEADERS_WAIT_MOST_MS ? wait : HEADERS_WAIT_MOST_MS;
}

int64_t headers_behind_ms(const char *date, int64_t now_ms)
{
    int64_t theirs_ms;
    int64_t behind = date && headers_date_ms(date, &theirs_ms) ? now_ms - theirs_ms : 0;
    return behind > 0 ? behind : 0;
}

/* Past a parameter's value, which may be quoted. */
static const char *headers_skip_value(const char *p)
{
    if (*p != '"') {
        return p + strcspn(p, ";, \t");
    }
    for (p++; *p && *p != '"'; p++) {
        p += *p == '\\' && p[1];
    }
    return p + (*p == '"');
}

/* Does the list of relations, such as "next last", hold this one? */
static bool headers_relates(struct slice list, const char *relation)
{
    size_t size = strlen(relation);
    while (list.size > 0) {
        const char *blank = memchr(list.bytes, ' ', list.size);
        size_t word = blank ? (size_t)(blank - list.bytes) : list.size;
        if (word == size && strncasecmp(list.bytes, relation, size) == 0) {
            return true;
        }
        word += blank ? 1 : 0;
        list.bytes += word;
        list.size -= word;
    }
    return false;
}

/* Reads the parameters of one link up to its comma; true if rel is `relation`. */
static bool headers_parameters(const char **at, const char *relation)
{
    const char *p = *at;
    bool found = false;
    while (*p && *p != ',') {
        p += strspn(p, "; \t");
        size_t name = strcspn(p, "=;, \t");
        bool rel = name == 3 && strncasecmp(p, "rel", 3) == 0;
        p += name;
        p += strspn(p, " \t");
        if (*p == '=') {
            p += 1 + strspn(p + 1, " \t");
            const char *end = headers_skip_value(p);
            bool quoted = *p == '"';
            struct slice value = {p + quoted, (size_t)(end - p) - quoted};
            value.size -= quoted && value.size > 0 && end[-1] == '"';
            found = found || (rel && headers_relates(value, relation));
            p = end;
        } else if (name == 0 && *p && *p != ',' && *p != ';') {
            p++; /* nothing that belongs here */
        }
    }
    *at = p;
    return found;
}

bool headers_link(const char *link, const char *relation, struct slice *address)
{
    const char *p = link;
    while ((p = strchr(p, '<')) != NULL) {
        const char *end = strchr(p, '>');
        if (!end) {
            return false;
        }
        struct slice between = {p + 1, (size_t)(end - p - 1)};
        p = end + 1;
        if (headers_parameters(&p, relation)) {
            *address = between;
            return true;
        }
    }
    return false;
}

bool headers_same_host(struct slice address, const char *name, struct slice *path)
{
    static const char *const schemes[] = {"https://", "http://"};
    size_t size = strlen(name);
    struct slice rest = address;
    if (rest.size > 1 && rest.bytes[0] == '/' && rest.bytes[1] != '/') {
        *path = rest;
        return true;
    }
    for (size_t i = 0; i < 2; i++) {
        size_t scheme = strlen(schemes[i]);
        if (rest.size > scheme && strncasecmp(rest.bytes, schemes[i], scheme) == 0) {
            rest.bytes += scheme;
            rest.size -= scheme;
            if (rest.size <= size || strncasecmp(rest.bytes, name, size) != 0 ||
                rest.bytes[size] != '/') {
                return false;
            }
            *path = (struct slice){rest.bytes + size, rest.size - size};
            return true;
        }
    }
    return false;
}
