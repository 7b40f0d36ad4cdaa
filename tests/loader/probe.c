/*
 * The loader's inner modules on a pipe, for tests written in Python: one question
 * a line, one answer a line.
 *
 *     sse HEX[,HEX…]     the stream in these pieces -> events, retry, comments
 *     words RULE HEX     the words of HTML by unicode, ascii or seed
 *     status HEX         null if the JSON is a post, or why it is not
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "memory.h"
#include "plain_marks.h"
#include "sse.h"
#include "status.h"
#include "text.h"
#include "words.h"

static int hex_digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

static size_t unhex(char *text)
{
    size_t size = 0;
    for (char *p = text; p[0] && p[1]; p += 2) {
        text[size++] = (char)(hex_digit(p[0]) << 4 | hex_digit(p[1]));
    }
    return size;
}

static json_t *hex_string(struct slice s)
{
    char *text = memory_resize(NULL, 2 * s.size + 1);
    text[0] = '\0';
    for (size_t i = 0; i < s.size; i++) {
        snprintf(text + 2 * i, 3, "%02x", (unsigned)(unsigned char)s.bytes[i]);
    }
    json_t *string = json_string(text);
    free(text);
    return string;
}

static bool note_event(void *ctx, const struct sse_event *event)
{
    json_array_append_new(
        ctx, json_pack("[o,o]", hex_string(event->type), hex_string(event->data)));
    return true;
}

static json_t *answer_sse(char *pieces)
{
    json_t *events = json_array();
    struct sse sse;
    sse_init(&sse, SSE_LIMIT,
             (struct sse_listener){.event = note_event, .ctx = events});
    for (char *piece = strtok(pieces, ","); piece; piece = strtok(NULL, ",")) {
        size_t size = unhex(piece);
        sse_feed(&sse, piece, size);
    }
    json_t *answer =
        json_pack("{s:o,s:I,s:I}", "events", events, "retry", (json_int_t)sse.retry_ms,
                  "comments", (json_int_t)sse.comments);
    sse_free(&sse);
    return answer;
}

static json_t *answer_words(char *line)
{
    char *html = strchr(line, ' ');
    *html++ = '\0';
    size_t size = unhex(html);
    enum words_rule rule = words_rule_named(line);
    struct text text;
    struct words words = {0};
    text_init(&text, rule == WORDS_SEED ? TEXT_CLASSIC_GLUED : TEXT_CLASSIC_SEPARATE);
    json_t *answer = json_array();
    if (text_read(&text, html, size)) {
        const struct buffer *from = rule == WORDS_UNICODE ? &text.prose : &text.classic;
        words_split(&words, rule, (struct slice){from->bytes, from->size});
        for (size_t i = 0; i < words.found.count; i++) {
            struct slice word = strings_get(&words.found, i);
            json_array_append_new(answer, json_stringn(word.bytes, word.size));
        }
    }
    words_free(&words);
    text_free(&text);
    return answer;
}

static json_t *answer_status(char *json)
{
    struct status status = {0};
    size_t size = unhex(json);
    bool parsed = status_parse(&status, json, size, "probe.example");
    json_t *answer = parsed ? json_null() : json_string(status.reason);
    status_free(&status);
    return answer;
}

static json_t *answer_line(char *line)
{
    char *rest = strchr(line, ' ');
    if (!rest) {
        return json_string("what?");
    }
    *rest++ = '\0';
    return strcmp(line, "sse") == 0     ? answer_sse(rest)
           : strcmp(line, "words") == 0 ? answer_words(rest)
                                        : answer_status(rest);
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    while ((size = getline(&line, &room, stdin)) > 0) {
        line[size - 1] = '\0';
        json_t *answer = answer_line(line);
        char *text = json_dumps(answer, JSON_ENCODE_ANY | JSON_COMPACT);
        puts(text);
        fflush(stdout);
        free(text);
        json_decref(answer);
    }
    free(line);
    return 0;
}
