#include "stop_list.h"

#include <errno.h>
#include <string.h>

#include "log.h"
#include "stop_words.h"
#include "text_file.h"

static bool stop_list_is_brought(const char *language)
{
    size_t i = 0;
    while (stop_words[i].language && strcmp(stop_words[i].language, language) != 0) {
        i++;
    }
    return stop_words[i].language != NULL;
}

/* Words with blanks or line ends between them. */
static void stop_list_add_words(struct strings *words, const char *text)
{
    static const char blanks[] = " \t\r\n\v\f";
    text += strspn(text, blanks);
    while (*text) {
        size_t size = strcspn(text, blanks);
        strings_add(words, text, size);
        text += size;
        text += strspn(text, blanks);
    }
}

static bool stop_list_add(struct stop_list *list, const char *name, bool stored)
{
    struct buffer text = {0};
    bool brought = stop_list_is_brought(name);
    enum text_file_result result =
        brought ? TEXT_FILE_FAILED : text_file_read(&text, name);
    bool missing = result == TEXT_FILE_FAILED && errno == ENOENT;
    bool known = true;
    if (brought || (missing && stored)) {
        strings_add(&list->languages, name, strlen(name));
    } else if (result == TEXT_FILE_READ) {
        stop_list_add_words(&list->words, text.bytes);
    } else {
        log_line(LOG_ERROR,
                 "--stop-words %s: there is neither a language with that code in table"
                 " stop_word nor a list of words in such a file: %s",
                 name,
                 result == TEXT_FILE_FAILED ? strerror(errno) : "this is no text");
        known = false;
    }
    buffer_free(&text);
    return known;
}

bool stop_list_read(struct stop_list *list, const char *names, bool stored)
{
    bool known = true;
    for (bool more = true; more && known; names += strcspn(names, ",") + 1) {
        struct buffer name = {0};
        size_t size = strcspn(names, ",");
        buffer_append(&name, names, size);
        known = stop_list_add(list, buffer_text(&name), stored);
        buffer_free(&name);
        more = names[size] == ',';
    }
    return known;
}

void stop_list_free(struct stop_list *list)
{
    strings_free(&list->languages);
    strings_free(&list->words);
}
