#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "memory.h"
#include "text_file.h"

static bool config_load(struct config *config, const char *path)
{
    enum text_file_result result = text_file_read(&config->text, path);
    if (result != TEXT_FILE_READ) {
        log_line(LOG_ERROR, "--config %s: %s", path,
                 result == TEXT_FILE_FAILED ? strerror(errno)
                                            : "this is no list of options");
    }
    return result == TEXT_FILE_READ;
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
