#include "http.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "clock.h"
#include "log.h"
#include "memory.h"

static void http_wipe(struct curl_slist *list)
{
    for (struct curl_slist *h = list; h; h = h->next) {
        explicit_bzero(h->data, strlen(h->data));
    }
    curl_slist_free_all(list);
}

static struct curl_slist *http_headers(const char *accept, const char *token)
{
    struct curl_slist *list = curl_slist_append(NULL, accept);
    if (!list || !*token) {
        return list;
    }
    struct buffer bearer = {0};
    buffer_reserve(&bearer, strlen(token) + 40); /* leaves no copy where it grew */
    buffer_append_text(&bearer, "Authorization: Bearer ");
    buffer_append_text(&bearer, token);
    struct curl_slist *longer = curl_slist_append(list, buffer_text(&bearer));
    explicit_bzero(bearer.bytes, bearer.room);
    buffer_free(&bearer);
    if (!longer) {
        curl_slist_free_all(list);
    }
    return longer;
}

bool http_open(struct http *http, const char *token, const char *ca_file,
               const char *user_agent)
{
    *http = (struct http){.ca_file = ca_file, .user_agent = user_agent};
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
        http->multi = curl_multi_init();
        http->events = http_headers("Accept: text/event-stream", token);
        http->json = http_headers("Accept: application/json", token);
    }
    if (http->multi && http->events && http->json) {
        return true;
    }
    log_line(LOG_ERROR, "libcurl cannot be set up");
    return false;
}

void http_close(struct http *http)
{
    curl_multi_cleanup(http->multi);
    http_wipe(http->events);
    http_wipe(http->json);
    curl_global_cleanup();
}

static size_t http_receive(char *bytes, size_t one, size_t size, void *ctx)
{
    struct http_request *request = ctx;
    (void)one; /* always 1 */
    return request->receive(request->ctx, bytes, size) ? size : CURL_WRITEFUNC_ERROR;
}

/* The type is libcurl's.  NOLINTNEXTLINE(readability-non-const-parameter) */
static size_t http_count_head(char *bytes, size_t one, size_t size, void *ctx)
{
    struct http_request *request = ctx;
    (void)bytes;
    (void)one;
    request->head += size;
    return request->head <= HTTP_HEAD_MOST ? size : 0;
}

static bool http_set_up(struct http_request *request, bool stream)
{
    const struct http *http = request->http;
    CURL *c = request->easy;
    struct curl_slist *headers = stream ? http->events : http->json;
    /* Proxies that speak HTTP/2 are known to reset streams that are quiet. */
    long version = stream ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS;
    const CURLcode codes[] = {
        curl_easy_setopt(c, CURLOPT_PRIVATE, request),
        curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L),
        curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers),
        curl_easy_setopt(c, CURLOPT_USERAGENT, http->user_agent),
        curl_easy_setopt(c, CURLOPT_HTTP_VERSION, version),
        curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)HTTP_CONNECT_MS),
        curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L),
        curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L),
        /* The end must not wait for a name server. */
        curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L),
        curl_easy_setopt(c, CURLOPT_ERRORBUFFER, request->error),
        curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, http_receive),
        curl_easy_setopt(c, CURLOPT_WRITEDATA, request),
        curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, http_count_head),
        curl_easy_setopt(c, CURLOPT_HEADERDATA, request),
        http->ca_file ? curl_easy_setopt(c, CURLOPT_CAINFO, http->ca_file) : CURLE_OK,
    };
    bool set = true;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        set = set && codes[i] == CURLE_OK;
    }
    return set;
}

bool http_request_open(struct http *http, struct http_request *request, bool stream)
{
    CURL *c = curl_easy_init();
    request->http = http;
    request->easy = c;
    request->running = false;
    if (!c) {
        log_line(LOG_ERROR, "libcurl cannot be set up");
        return false;
    }
    bool set = http_set_up(request, stream);
    if (!set) {
        http_request_close(request);
        log_line(LOG_ERROR, "libcurl does not take our options");
    }
    return set;
}

void http_stop(struct http_request *request)
{
    if (request->running) {
        curl_multi_remove_handle(request->http->multi, request->easy);
        request->running = false;
    }
}

void http_request_close(struct http_request *request)
{
    if (request->easy) {
        http_stop(request);
        curl_easy_cleanup(request->easy);
        request->easy = NULL;
    }
}

void http_start(struct http_request *request, const char *url)
{
    const char *protocol = strncmp(url, "https:", 6) == 0 ? "https" : "http";
    CURL *c = request->easy;
    http_stop(request);
    request->error[0] = '\0';
    request->head = 0;
    request->code = curl_easy_setopt(c, CURLOPT_URL, url);
    if (request->code == CURLE_OK) {
        request->code = curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, protocol);
    }
    if (request->code == CURLE_OK &&
        curl_multi_add_handle(request->http->multi, c) != CURLM_OK) {
        request->code = CURLE_FAILED_INIT;
    }
    request->running = request->code == CURLE_OK; /* else it has ended already */
}

/* True if a request has ended. */
static bool http_collect(struct http *http)
{
    bool ended = false;
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            CURLcode code = message->data.result;
            struct http_request *request = NULL;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &request);
            http_stop(request);
            request->code = code;
            ended = true;
        }
    }
    return ended;
}

void http_turn(struct http *http)
{
    int running;
    curl_multi_perform(http->multi, &running);
    if (!http_collect(http)) {
        curl_multi_poll(http->multi, NULL, 0, HTTP_TURN_MS, NULL);
        curl_multi_perform(http->multi, &running);
        http_collect(http);
    }
}

long http_status(const struct http_request *request)
{
    long status = 0;
    curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

const char *http_header(const struct http_request *request, const char *name)
{
    struct curl_header *header;
    CURLHcode code =
        curl_easy_header(request->easy, name, 0, CURLH_HEADER, -1, &header);
    return code == CURLHE_OK ? header->value : NULL;
}

/* The proxy that libcurl takes from the environment, see its manual. */
static const char *http_proxy(bool secure)
{
    const char *const names[] = {secure ? "https_proxy" : "http_proxy",
                                 secure ? "HTTPS_PROXY" : "http_proxy", "all_proxy",
                                 "ALL_PROXY"};
    const char *proxy = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !proxy; i++) {
        proxy = getenv(names[i]);
        proxy = proxy && *proxy ? proxy : NULL;
    }
    return proxy;
}

void http_describe(const struct http_request *request, struct buffer *out)
{
    static const char *const versions[] = {[CURL_HTTP_VERSION_1_0] = "HTTP/1.0",
                                           [CURL_HTTP_VERSION_1_1] = "HTTP/1.1",
                                           [CURL_HTTP_VERSION_2_0] = "HTTP/2"};
    long version = 0;
    long connected = 0;
    const char *url = NULL;
    curl_easy_getinfo(request->easy, CURLINFO_HTTP_VERSION, &version);
    curl_easy_getinfo(request->easy, CURLINFO_HTTP_CONNECTCODE, &connected);
    curl_easy_getinfo(request->easy, CURLINFO_EFFECTIVE_URL, &url);
    bool known = version >= CURL_HTTP_VERSION_1_0 && version <= CURL_HTTP_VERSION_2_0;
    buffer_append_text(out, known ? versions[version] : "HTTP");
    const char *proxy = http_proxy(url && strncmp(url, "https:", 6) == 0);
    if (proxy) {
        const char *name = strrchr(proxy, '@'); /* what comes before is secret */
        buffer_append_text(out, connected > 0 ? ", through the proxy "
                                              : ", unless no_proxy says otherwise"
                                                " through the proxy ");
        buffer_append_text(out, name ? name + 1 : proxy);
    }
}

bool http_met_no_tls(const struct http_request *request)
{
    /* OpenSSL's words for an answer that is no handshake, and for none. */
    static const char *const signs[] = {"wrong version number",
                                        "packet length too long", "SSL_ERROR_SYSCALL",
                                        "unexpected eof"};
    bool met = false;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        met = met || strstr(request->error, signs[i]);
    }
    return met && request->code == CURLE_SSL_CONNECT_ERROR;
}

const char *http_failure(const struct http_request *request)
{
    if (request->head > HTTP_HEAD_MOST) {
        return "the headers of the answer have no end";
    }
    return *request->error ? request->error : curl_easy_strerror(request->code);
}

void http_append_escaped(struct buffer *out, const struct http_request *request,
                         const char *text)
{
    char *escaped = curl_easy_escape(request->easy, text, 0);
    if (!escaped) {
        memory_refused();
    }
    buffer_append_text(out, escaped);
    curl_free(escaped);
}

uint32_t http_random(void)
{
    uint32_t number = 0;
    if (getrandom(&number, sizeof number, 0) != sizeof number) {
        number = (uint32_t)clock_now_ms() * 2654435761u;
    }
    return number;
}
