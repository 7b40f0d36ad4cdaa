#include "duration.h"

#include <stdlib.h>
#include <string.h>

bool duration_read(const char *text, char unit, int64_t *ms)
{
    static const struct {
        char name;
        int64_t ms;
    } units[] = {{'s', 1000}, {'m', 60000}, {'h', 3600000}, {'d', 86400000}};
    enum { MOST = 1000000 };
    size_t digits = strspn(text, "0123456789");
    bool alone = text[digits] == '\0';
    if (digits == 0 || digits > 7 || (!alone && text[digits + 1] != '\0')) {
        return false;
    }
    int64_t number = strtoll(text, NULL, 10);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (units[i].name == (alone ? unit : text[digits])) {
            *ms = number * units[i].ms;
            return number > 0 && number <= MOST;
        }
    }
    return false;
}
