#include "http.h"

#include <string.h>
#include <sys/random.h>

#include "buffer.h"
#include "clock.h"
#include "log.h"

static void net_wipe(struct curl_slist *list)
{
    for (struct curl_slist *h = list; h; h = h->next) {
        explicit_bzero(h->data, strlen(h->data));
    }
    curl_slist_free_all(list);
}

static struct curl_slist *net_headers(const char *accept, const char *token)
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

bool net_open(struct net *net, const char *token, const char *ca_file,
              const char *user_agent)
{
    *net = (struct net){.ca_file = ca_file, .user_agent = user_agent};
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
        net->multi = curl_multi_init();
        net->events = net_headers("Accept: text/event-stream", token);
        net->json = net_headers("Accept: application/json", token);
    }
    if (net->multi && net->events && net->json) {
        return true;
    }
    log_line(LOG_ERROR, "libcurl cannot be set up");
    return false;
}

void net_close(struct net *net)
{
    curl_multi_cleanup(net->multi);
    net_wipe(net->events);
    net_wipe(net->json);
    curl_global_cleanup();
}

static size_t net_receive(char *bytes, size_t one, size_t size, void *ctx)
{
    struct net_request *request = ctx;
    (void)one; /* always 1 */
    return request->receive(request->ctx, bytes, size) ? size : CURL_WRITEFUNC_ERROR;
}

/* The type is libcurl's.  NOLINTNEXTLINE(readability-non-const-parameter) */
static size_t net_count_head(char *bytes, size_t one, size_t size, void *ctx)
{
    struct net_request *request = ctx;
    (void)bytes;
    (void)one;
    request->head += size;
    return request->head <= NET_HEAD_MOST ? size : 0;
}

bool net_request_open(struct net *net, struct net_request *request, bool stream)
{
    CURL *c = curl_easy_init();
    request->net = net;
    request->easy = c;
    request->running = false;
    if (!c) {
        log_line(LOG_ERROR, "libcurl cannot be set up");
        return false;
    }
    curl_easy_setopt(c, CURLOPT_PRIVATE, request);
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, stream ? net->events : net->json);
    curl_easy_setopt(c, CURLOPT_USERAGENT, net->user_agent);
    /* Proxies that speak HTTP/2 are known to reset streams that are quiet. */
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)NET_CONNECT_MS);
    curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    /* The end must not wait for a name server. */
    curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, request->error);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, net_receive);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, request);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, net_count_head);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, request);
    if (net->ca_file) {
        curl_easy_setopt(c, CURLOPT_CAINFO, net->ca_file);
    }
    return true;
}

void net_stop(struct net_request *request)
{
    if (request->running) {
        curl_multi_remove_handle(request->net->multi, request->easy);
        request->running = false;
    }
}

void net_request_close(struct net_request *request)
{
    if (request->easy) {
        net_stop(request);
        curl_easy_cleanup(request->easy);
        request->easy = NULL;
    }
}

void net_start(struct net_request *request, const char *url)
{
    bool secure = strncmp(url, "https:", 6) == 0;
    net_stop(request);
    curl_easy_setopt(request->easy, CURLOPT_URL, url);
    curl_easy_setopt(request->easy, CURLOPT_PROTOCOLS_STR, secure ? "https" : "http");
    request->error[0] = '\0';
    request->head = 0;
    request->code = CURLE_OK;
    request->running = true;
    curl_multi_add_handle(request->net->multi, request->easy);
}

/* True if a request has ended. */
static bool net_collect(struct net *net)
{
    bool ended = false;
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(net->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            CURLcode code = message->data.result;
            struct net_request *request = NULL;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &request);
            net_stop(request);
            request->code = code;
            ended = true;
        }
    }
    return ended;
}

void net_turn(struct net *net)
{
    int running;
    curl_multi_perform(net->multi, &running);
    if (!net_collect(net)) {
        curl_multi_poll(net->multi, NULL, 0, NET_TURN_MS, NULL);
        curl_multi_perform(net->multi, &running);
        net_collect(net);
    }
}

long net_status(const struct net_request *request)
{
    long status = 0;
    curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

const char *net_header(const struct net_request *request, const char *name)
{
    struct curl_header *header;
    CURLHcode code =
        curl_easy_header(request->easy, name, 0, CURLH_HEADER, -1, &header);
    return code == CURLHE_OK ? header->value : NULL;
}

const char *net_failure(const struct net_request *request)
{
    if (request->head > NET_HEAD_MOST) {
        return "the headers of the answer have no end";
    }
    return *request->error ? request->error : curl_easy_strerror(request->code);
}

uint32_t net_random(void)
{
    uint32_t number = 0;
    if (getrandom(&number, sizeof number, 0) != sizeof number) {
        number = (uint32_t)clock_now_ms() * 2654435761u;
    }
    return number;
}
