/* What each SQL function is for, in a sentence, and an example of it. */
#ifndef FUNCTION_TEXTS_H
#define FUNCTION_TEXTS_H

struct function_text {
    const char *name;
    const char *summary;
    const char *example; /* a statement; docs/coming-from.md has the tables it asks */
};

/* NULL for a name that there is not. */
const struct function_text *function_text_find(const char *name);

#endif
