#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "memory.h"

enum { CONFIG_MOST = 1 << 20 };

static bool config_load(struct config *config, const char *path)
{
    FILE *file = fopen(path, "re");
    char part[4096];
    size_t got = 1;
    while (file && got > 0 && config->text.size <= CONFIG_MOST) {
        got = fread(part, 1, sizeof part, file);
        buffer_append(&config->text, part, got);
    }
    bool failed = !file || ferror(file);
    if (failed) {
        log_line(LOG_ERROR, "--config %s: %s", path, strerror(errno));
    } else if (config->text.size > CONFIG_MOST ||
               memchr(config->text.bytes ? config->text.bytes : "", '\0',
                      config->text.size)) {
        log_line(LOG_ERROR, "--config %s: this is no list of options", path);
        failed = true;
    }
    if (file) {
        fclose(file);
    }
    return !failed;
}

/* Cuts blanks off both ends, in place. */
static char *config_trim(char *text)
{
    static const char blanks[] = " \t\r";
    text += strspn(text, blanks);
    size_t size = strlen(text);
    while (size > 0 && strchr(blanks, text[size - 1])) {
        size--;
    }
    text[size] = '\0';
    return text;
}

static void config_add(struct config *config, char *line, int number)
{
    line = config_trim(line);
    if (*line == '\0' || *line == '#') {
        return;
    }
    char *value = strchr(line, '=');
    if (value) {
        *value++ = '\0';
    }
    config->lines = memory_grow(config->lines, &config->room, config->count + 1,
                                sizeof *config->lines);
    config->lines[config->count++] = (struct config_line){
        config_trim(line), value ? config_trim(value) : "", number};
}

bool config_read(struct config *config, const char *path)
{
    if (!config_load(config, path)) {
        return false;
    }
    buffer_text(&config->text);
    int number = 0;
    for (char *line = config->text.bytes; line;) {
        char *end = strchr(line, '\n');
        if (end) {
            *end++ = '\0';
        }
        config_add(config, line, ++number);
        line = end;
    }
    return true;
}

void config_free(struct config *config)
{
    buffer_free(&config->text);
    free(config->lines);
    *config = (struct config){0};
}
