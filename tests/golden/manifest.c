#include "manifest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MANIFEST_LINE = 1 << 16, MANIFEST_PATH = 4096 };

static unsigned long passed;
static unsigned long failed;
static bool is_counted = true;
static const char *looked_at = "";

void expect(bool holds, const char *what)
{
    passed += holds && is_counted;
    failed += !holds;
    if (!holds) {
        printf("%s: %s\n", looked_at, what);
    }
}

void expect_counts(bool counts) { is_counted = counts; }

void need(bool holds, const char *what)
{
    if (!holds) {
        printf("%s: %s\n", looked_at, what);
        exit(2);
    }
}

double number_of(const char *field, const char *key)
{
    const char *at = strstr(field, key);
    return at ? strtod(at + strlen(key), NULL) : NAN;
}

/* The file has to be as large as the manifest says. */
static bool manifest_load(struct image *image, const char *directory)
{
    char path[MANIFEST_PATH];
    int length = snprintf(path, sizeof path, "%s/%s", directory, image->name);
    FILE *file = length < (int)sizeof path ? fopen(path, "rb") : NULL;
    image->size = (size_t)strtoul(image->field[MANIFEST_SIZE], NULL, 10);
    image->bytes = malloc(image->size + 1);
    need(image->bytes, "memory");
    size_t size = file ? fread(image->bytes, 1, image->size + 1, file) : 0;
    if (file) {
        fclose(file);
    }
    return size == image->size;
}

/* Cuts a line into its fields; false if it is for people, or the head of the table. */
static bool manifest_split(char *line, struct image *image)
{
    int fields = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *at = line; at && fields < MANIFEST_FIELDS; fields++) {
        image->field[fields] = at;
        at = strchr(at, '\t');
        if (at) {
            *at++ = '\0';
        }
    }
    image->name = image->field[MANIFEST_FILE];
    return line[0] != '#' && fields == MANIFEST_FIELDS &&
           strcmp(image->field[MANIFEST_FAMILY], "family") != 0;
}

static bool manifest_wants(const char *const *families, const char *family)
{
    while (families && *families && strcmp(*families, family) != 0) {
        families++;
    }
    return !families || *families;
}

int manifest_run(int argc, char **argv, const char *const *families,
                 void (*check)(const struct image *image))
{
    static char line[MANIFEST_LINE];
    char path[MANIFEST_PATH];
    unsigned images = 0;
    snprintf(path, sizeof path, "%s/MANIFEST.tsv", argc == 2 ? argv[1] : ".");
    FILE *manifest = argc == 2 ? fopen(path, "r") : NULL;
    if (!manifest) {
        fprintf(stderr, "usage: %s DIRECTORY, which has MANIFEST.tsv\n", argv[0]);
        return 2;
    }
    while (fgets(line, sizeof line, manifest)) {
        struct image image = {0};
        if (!manifest_split(line, &image) ||
            !manifest_wants(families, image.field[MANIFEST_FAMILY])) {
            continue;
        }
        images++;
        looked_at = image.name;
        if (manifest_load(&image, argv[1])) {
            check(&image);
        } else {
            expect(false, "the file is missing or has another size");
        }
        free(image.bytes);
    }
    fclose(manifest);
    printf("%s: %u images, %lu passed, %lu failed\n", strrchr(argv[0], '/') + 1, images,
           passed, failed);
    return failed > 0 || images == 0;
}
