#include "refusal.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

bool refusal_is_passing(long status)
{
    return status == 408 || status == 425 || status == 429 || status >= 500;
}

bool refusal_is_hopeless(CURLcode code, bool first)
{
    return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
           (code == CURLE_COULDNT_RESOLVE_HOST && first);
}

void refusal_explain_failure(char why[REFUSAL_SIZE], const struct http_request *request,
                             const struct server *server)
{
    const char *name = server->name.bytes;
    if (!http_met_no_tls(request)) {
        snprintf(why, REFUSAL_SIZE, "%.150s: %.300s", name, http_failure(request));
    } else if (server_is_local(server)) {
        snprintf(why, REFUSAL_SIZE,
                 "%.150s does not speak https at this port; if it speaks plain http,"
                 " write --server http://%.150s",
                 name, name);
    } else {
        snprintf(why, REFUSAL_SIZE, "%.150s does not speak https at this port", name);
    }
}

/* What is said before the server's own words, and after them. */
struct refusal_phrase {
    const char *says, *advice;
};

static const struct refusal_phrase refusal_no_token = {
    "wants an access token",
    ": put one of your account into $MASTODON_TOKEN or --token-file"};

static struct refusal_phrase refusal_phrase_of(long status, bool with_token, bool scope)
{
    static const struct refusal_phrase bad_token = {
        "does not accept the access token",
        "; make a new one in the account's settings under Development"};
    static const struct refusal_phrase bad_scope = {
        "does not accept the access token for this",
        ": it lacks a scope; make one that may read statuses (read:statuses) in the"
        " account's settings under Development"};
    switch (status) {
    case 204:
        return (struct refusal_phrase){"answers 204, which means: do not come back",
                                       ""};
    case 400:
        return (struct refusal_phrase){"does not understand the request (400)", ""};
    case 401:
        return !with_token ? refusal_no_token : scope ? bad_scope : bad_token;
    case 403:
        return (struct refusal_phrase){"forbids it (403)",
                                       "; it may have blocked the account or this"
                                       " network address"};
    case 410:
        return (struct refusal_phrase){"has given this address up for good (410)", ""};
    case 422:
        return with_token ? (struct refusal_phrase){"refuses the request (422)", ""}
                          : refusal_no_token;
    case 429:
        return (struct refusal_phrase){"asks for fewer requests (429)", ""};
    default:
        return (struct refusal_phrase){NULL, ""};
    }
}

void refusal_explain(char why[REFUSAL_SIZE], const struct http_request *request,
                     struct slice body, const char *name, enum refusal_subject subject,
                     bool with_token)
{
    static const struct {
        const char *name, *with_article, *advice; /* the latter if there is none */
    } subjects[] = {
        [REFUSAL_STREAM] = {"event stream", "an event stream",
                            " --poll reads those without event streams"},
        [REFUSAL_TIMELINE] = {"timeline", "a timeline", ""},
        [REFUSAL_POST] = {"post", "a post", ""},
        [REFUSAL_INSTANCE] = {"description of itself", "a description of itself", ""},
        [REFUSAL_ACCOUNT] = {"account", "an account", ""},
    };
    const char *what = subjects[subject].name;
    long status = http_status(request);
    json_t *root = body.size > 0 ? json_loadb(body.bytes, body.size, 0, NULL) : NULL;
    const char *says = json_string_value(json_object_get(root, "error"));
    const char *open = says ? " (it says: " : "";
    const char *close = says ? ")" : "";
    struct refusal_phrase phrase =
        refusal_phrase_of(status, with_token, says && strstr(says, "scope"));
    char tail[400];
    says = says ? says : "";
    if (phrase.says) {
        snprintf(tail, sizeof tail, "%s%s%.100s%s%s", phrase.says, open, says, close,
                 phrase.advice);
    } else if (status == 404) {
        snprintf(tail, sizeof tail,
                 "has no %s here (404)%s%.100s%s; is it a Mastodon"
                 " server?%s",
                 what, open, says, close, subjects[subject].advice);
    } else if (status == 200) {
        const char *type = http_header(request, "Content-Type");
        snprintf(tail, sizeof tail, "answers with %.60s and not with %s",
                 type ? type : "something unnamed", subjects[subject].with_article);
    } else if (status >= 300 && status < 400) {
        const char *moved = http_header(request, "Location");
        snprintf(tail, sizeof tail,
                 "has its %s at another address, where the token must not go; run again"
                 " with --server for the host of %.200s",
                 what, moved ? moved : "its redirection");
    } else {
        snprintf(tail, sizeof tail, "answers %ld%s%.100s%s", status, open, says, close);
    }
    snprintf(why, REFUSAL_SIZE, "%.150s %s", name, tail);
    json_decref(root);
}
