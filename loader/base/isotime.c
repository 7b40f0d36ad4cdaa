#include "isotime.h"

#include <stdio.h>

/* Days since 1970-01-01 in the Gregorian calendar.  Years are counted from March,
 * so that the leap day comes last; 400 years have 146097 days, and 719468 days
 * lie between 0000-03-01 and 1970-01-01. */
static int64_t isotime_days(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t month_from_march = (month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    return 365 * y + y / 4 - y / 100 + y / 400 + day_of_year - 719468;
}

static bool isotime_digits(const char **text, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9') {
            return false;
        }
        *value = 10 * *value + (c - '0');
    }
    *text += count;
    return true;
}

static bool isotime_skip(const char **text, char c)
{
    bool there = **text == c;
    *text += there;
    return there;
}

static bool isotime_date(const char **p, int64_t *days)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year, month, day;
    if (!isotime_digits(p, 4, &year) || !isotime_skip(p, '-') ||
        !isotime_digits(p, 2, &month) || !isotime_skip(p, '-') ||
        !isotime_digits(p, 2, &day)) {
        return false;
    }
    if (year < 1 || month < 1 || month > 12) {
        return false;
    }
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    int last = lengths[month - 1] + (month == 2 && leap);
    *days = isotime_days(year, month, day);
    return day >= 1 && day <= last;
}

static bool isotime_clock(const char **p, int64_t *ms)
{
    int hour, minute, second;
    if (!isotime_digits(p, 2, &hour) || !isotime_skip(p, ':') ||
        !isotime_digits(p, 2, &minute) || !isotime_skip(p, ':') ||
        !isotime_digits(p, 2, &second)) {
        return false;
    }
    *ms = ((hour * 60 + minute) * 60 + second) * INT64_C(1000);
    if (isotime_skip(p, '.')) {
        int digit;
        if (**p < '0' || **p > '9') {
            return false;
        }
        for (int unit = 100; isotime_digits(p, 1, &digit); unit /= 10) {
            *ms += digit * unit;
        }
    }
    return hour < 24 && minute < 60 && second <= 60; /* 60 is a leap second */
}

static bool isotime_zone(const char **p, int64_t *offset_ms)
{
    *offset_ms = 0;
    if (**p == '\0' || isotime_skip(p, 'Z') || isotime_skip(p, 'z')) {
        return true;
    }
    int sign = **p == '-' ? -1 : 1;
    int hours, minutes = 0;
    if ((!isotime_skip(p, '+') && !isotime_skip(p, '-')) ||
        !isotime_digits(p, 2, &hours)) {
        return false;
    }
    if (isotime_skip(p, ':') || **p != '\0') {
        if (!isotime_digits(p, 2, &minutes)) {
            return false;
        }
    }
    *offset_ms = sign * (hours * 60 + minutes) * INT64_C(60000);
    return hours < 24 && minutes < 60;
}

bool isotime_parse(const char *text, int64_t *ms)
{
    int64_t days, clock_ms, offset_ms;
    const char *p = text;
    if (!isotime_date(&p, &days)) {
        return false;
    }
    if (!isotime_skip(&p, 'T') && !isotime_skip(&p, 't') && !isotime_skip(&p, ' ')) {
        return false;
    }
    if (!isotime_clock(&p, &clock_ms) || !isotime_zone(&p, &offset_ms)) {
        return false;
    }
    *ms = days * INT64_C(86400000) + clock_ms - offset_ms;
    return *p == '\0';
}

struct isotime_date {
    int64_t year;
    int month, day;
};

/* The inverse of isotime_days(): which day of which year of which 400 years, each of
 * which begin in March. */
static struct isotime_date isotime_date_of(int64_t days)
{
    int64_t since = days + 719468;
    int64_t era = since / 146097 - (since % 146097 < 0);
    int64_t day = since - era * 146097;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= 365 * year + year / 4 - year / 100;
    int64_t month = (5 * day + 2) / 153;
    struct isotime_date date;
    date.day = (int)(day - (153 * month + 2) / 5 + 1);
    date.month = (int)(month < 10 ? month + 3 : month - 9);
    date.year = year + era * 400 + (date.month <= 2);
    return date;
}

/* Without time_t, which on some machines ends in 2038. */
void isotime_format(int64_t ms, char text[ISOTIME_SIZE])
{
    int64_t seconds = ms / 1000 - (ms % 1000 < 0);
    int64_t days = seconds / 86400 - (seconds % 86400 < 0);
    int clock = (int)(seconds - days * 86400);
    struct isotime_date date = isotime_date_of(days);
    (void)snprintf(text, ISOTIME_SIZE, "%04lld-%02d-%02dT%02d:%02d:%02dZ",
                   (long long)date.year, date.month, date.day, clock / 3600,
                   clock / 60 % 60, clock % 60);
}
