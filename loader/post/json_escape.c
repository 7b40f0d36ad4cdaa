#include "json_escape.h"

static int json_escape_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 32);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

int json_escape_unit(const char *p, const char *end)
{
    if (end - p < 6 || p[0] != '\\' || p[1] != 'u') {
        return -1;
    }
    int unit = 0;
    for (int i = 2; i < 6; i++) {
        int digit = json_escape_digit(p[i]);
        if (digit < 0) {
            return -1;
        }
        unit = unit << 4 | digit;
    }
    return unit;
}

static bool json_escape_is_low(int unit) { return unit >= 0xdc00 && unit <= 0xdfff; }

size_t json_escape_size(const char *p, const char *end, bool *lone)
{
    int unit = json_escape_unit(p, end);
    bool half = unit >= 0xd800 && unit <= 0xdfff;
    bool pair = half && !json_escape_is_low(unit) &&
                json_escape_is_low(json_escape_unit(p + 6, end));
    *lone = half && !pair;
    return pair ? 12 : unit >= 0 ? 6 : 2;
}
