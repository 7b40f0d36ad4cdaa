/* Words that are not shown: those of some languages in the database, and those that
 * stand in files. */
#ifndef STOP_LIST_H
#define STOP_LIST_H

#include <stdbool.h>

#include "buffer.h"

/* All zero is an empty list. */
struct stop_list {
    struct strings languages; /* whose words are in table stop_word */
    struct strings words;
};

/* Reads names with commas between them, each of a language or of a file.  Languages
 * that the loader brings need no database; for those that somebody else has added there
 * has to be one, `stored`.  False after a message about the first name that is neither.
 */
bool stop_list_read(struct stop_list *list, const char *names, bool stored);

void stop_list_free(struct stop_list *list);

#endif
