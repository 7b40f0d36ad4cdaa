/*
 * Defaults, then the file of --config, then the command line: each says something only
 * where the next is silent, so that an option given in both places never adds up.
 */
#include "options_private.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "memory.h"

static void options_add(struct options_list *list, int key, const char *value)
{
    list->entries =
        memory_grow(list->entries, &list->room, list->count + 1, sizeof *list->entries);
    list->entries[list->count++] = (struct options_entry){key, value};
}

static bool options_chooses_timeline(int key)
{
    return key == KEY_LOCAL || key == KEY_REMOTE || key == KEY_HASHTAG;
}

/* Is something said that takes the place of `key`? */
static bool options_overrules(const struct options_list *list, int key)
{
    bool found = false;
    for (size_t i = 0; i < list->count && !found; i++) {
        int other = list->entries[i].key;
        found = other == key ||
                (options_chooses_timeline(other) && options_chooses_timeline(key));
    }
    return found;
}

static const char *options_last(const struct options_list *list, int key)
{
    const char *value = NULL;
    for (size_t i = 0; i < list->count; i++) {
        value = list->entries[i].key == key ? list->entries[i].value : value;
    }
    return value;
}

static void options_complain(int key, const char *argument)
{
    if (key == ':') {
        log_line(LOG_ERROR, "%s needs a value", argument);
    } else {
        log_line(LOG_ERROR, "there is no option %s", argument);
    }
}

/* The options as getopt_long wants them; its ':' and '?' are no keys. */
enum { OPTIONS_FIRST = 256 };

static void options_name_all(struct option names[KEY_DATABASE + 1])
{
    for (int key = 0; key < KEY_DATABASE; key++) {
        const struct option_spec *spec = &options_table[key];
        int argument = spec->alone                ? optional_argument
                       : options_takes_value(key) ? required_argument
                                                  : no_argument;
        names[key] = (struct option){spec->name, argument, NULL, OPTIONS_FIRST + key};
    }
    names[KEY_DATABASE] = (struct option){0};
}

/* The command line as a list; the database comes last. */
static enum outcome options_collect(struct options_list *given, int argc, char **argv,
                                    bool *done)
{
    struct option names[KEY_DATABASE + 1];
    int key;
    opterr = 0; /* the messages are ours */
    options_name_all(names);
    while ((key = getopt_long(argc, argv, ":", names, NULL)) >= 0) {
        if (key == ':' || key == '?') {
            options_complain(key, argv[optind - 1]);
            return OUTCOME_USAGE;
        }
        key -= OPTIONS_FIRST;
        if (key == KEY_HELP || key == KEY_VERSION) {
            fputs(key == KEY_HELP ? options_help
                                  : "mastodon-loader " LOADER_VERSION "\n",
                  stdout);
            *done = true;
            return OUTCOME_OK;
        }
        options_add(given, key, optarg);
    }
    if (optind < argc) {
        options_add(given, KEY_DATABASE, argv[optind]);
    }
    if (optind + 1 < argc) {
        log_line(LOG_ERROR, "there is one database, and '%s' is left over",
                 argv[optind + 1]);
        return OUTCOME_USAGE;
    }
    return OUTCOME_OK;
}

/* One line of the file as an entry; false after a message. */
static bool options_read_line(const char *path, const struct config_line *line,
                              struct options_entry *entry)
{
    int key = 0;
    while (key < KEY_COUNT && strcmp(options_table[key].name, line->name) != 0) {
        key++;
    }
    bool here = key < KEY_COUNT && key != KEY_CONFIG && key != KEY_PRINT_CONFIG &&
                key != KEY_HELP && key != KEY_VERSION;
    *entry = (struct options_entry){key, line->value};
    if (!here) {
        log_line(LOG_ERROR, "%s, line %d: there is no option '%s'", path, line->number,
                 line->name);
        return false;
    }
    if (!options_takes_value(key)) {
        static const char *const answers[] = {"", "yes", "no"};
        int answer = 0;
        while (answer < 3 && strcmp(line->value, answers[answer]) != 0) {
            answer++;
        }
        *entry = (struct options_entry){answer == 2 ? KEY_NOTHING : key, NULL};
        if (answer == 3) {
            log_line(LOG_ERROR, "%s, line %d: %s is yes or no, not '%s'", path,
                     line->number, line->name, line->value);
            return false;
        }
    }
    return true;
}

/* Adds to the list what is in the file and not overruled by the command line. */
static bool options_read_file(struct options *o, const char *path,
                              const struct options_list *given)
{
    if (!config_read(&o->config, path)) {
        return false;
    }
    for (size_t i = 0; i < o->config.count; i++) {
        struct options_entry entry;
        if (!options_read_line(path, &o->config.lines[i], &entry)) {
            return false;
        }
        if (entry.key != KEY_NOTHING && !options_overrules(given, entry.key)) {
            options_add(&o->list, entry.key, entry.value);
        }
    }
    return true;
}

static bool options_combine(struct options *o, const struct options_list *given)
{
    const char *path = options_last(given, KEY_CONFIG);
    if (path && !options_read_file(o, path, given)) {
        return false;
    }
    for (size_t i = 0; i < given->count; i++) {
        options_add(&o->list, given->entries[i].key, given->entries[i].value);
    }
    for (int key = 0; key < KEY_COUNT; key++) {
        const char *fallback = options_table[key].fallback;
        if (fallback && !options_overrules(&o->list, key)) {
            options_add(&o->list, key, fallback);
        }
    }
    return true;
}

static bool options_are_whole(const struct options *o)
{
    if (o->print_config) {
        return true;
    }
    if (o->replays.count == 0 && !o->server) {
        log_line(LOG_ERROR,
                 "name where posts come from: --server HOST or --replay FILE");
    } else if (o->check && !o->server) {
        log_line(LOG_ERROR, "--check asks a server; name it with --server HOST");
    } else if (!o->database && !o->check) {
        log_line(LOG_ERROR, "name the database to fill, such as posts.db");
    } else if (o->database && !*o->database) {
        log_line(LOG_ERROR, "the name of the database is empty");
    } else {
        return true;
    }
    return false;
}

static bool options_apply(struct options *o)
{
    for (size_t i = 0; i < o->list.count; i++) {
        if (!options_set(o, o->list.entries[i].key, o->list.entries[i].value)) {
            return false;
        }
    }
    return options_are_whole(o);
}

enum outcome options_read(struct options *o, int argc, char **argv, bool *done)
{
    struct options_list given = {0};
    *o = (struct options){.timeline = "public", .max_retries = -1};
    *done = false;
    enum outcome outcome = options_collect(&given, argc, argv, done);
    if (outcome == OUTCOME_OK && !*done &&
        !(options_combine(o, &given) && options_apply(o))) {
        outcome = OUTCOME_USAGE;
    }
    if (outcome == OUTCOME_USAGE) {
        fputs("Try mastodon-loader --help\n", stderr);
        *done = true;
    }
    free(given.entries);
    return outcome;
}

void options_print(const struct options *o, bool token)
{
    const struct options_list *list = &o->list;
    for (int key = 0; key < KEY_DATABASE; key++) {
        bool shown = key != KEY_CONFIG && key != KEY_PRINT_CONFIG;
        for (size_t i = 0; i < list->count && shown; i++) {
            const struct options_entry *entry = &list->entries[i];
            bool counts = key == KEY_REPLAY || key == KEY_HASHTAG ||
                          entry->value == options_last(list, key);
            if (entry->key == key && counts) {
                const struct option_spec *spec = &options_table[key];
                const char *alone = spec->alone ? spec->alone : "yes";
                printf("%s = %s\n", spec->name, entry->value ? entry->value : alone);
            }
        }
    }
    if (o->database) {
        printf("database = %s\n", o->database);
    }
    if (token) {
        puts("# token = ***");
    }
}
