/*
 * The names of images that Apache DataSketches has written.
 *
 *   golden_foreign DIRECTORY
 *
 * The directory holds MANIFEST.tsv and the images it lists.  Every image either
 * belongs to a family of the catalogue or has a foreign name, not both; it is the
 * name of the family that the manifest says.  Cut short, it keeps that name or has
 * none; but the length of a KLL image is what tells of which values it is.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "foreign.h"

#define KLL "Apache DataSketches KLL "

enum { LINE_SIZE = 1 << 16, LARGEST = 1 << 20 };

static int failures;
static int checks;

/* What the manifest calls a family, and how it is called here; of KLL, also by how its
 * parameters begin. */
static const struct {
    const char *listed;
    const char *name;
} families[] = {
    {"count_min", "Apache DataSketches count-min"},
    {"frequent_items", "Apache DataSketches frequent items"},
    {"kll\tT=float ", KLL "floats"},
    {"kll\tT=string ", KLL "strings"},
    {"req", "Apache DataSketches REQ"},
    {"cpc", "Apache DataSketches CPC"},
    {"bloom", "Apache DataSketches Bloom filter"},
    {"varopt", "Apache DataSketches varopt"},
    {"varopt_union", "Apache DataSketches varopt union"},
    {"ebpps", "Apache DataSketches EBPPS"},
    {"reservoir", "Apache DataSketches reservoir"},
    {"reservoir_union", "Apache DataSketches reservoir union"},
};

/* The name for the rest of a line, from the family on. */
static const char *name_of(const char *listed)
{
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        size_t length = strlen(families[i].listed);
        bool is_whole = strchr(families[i].listed, '\t') || listed[length] == '\t';
        if (strncmp(listed, families[i].listed, length) == 0 && is_whole) {
            return families[i].name;
        }
    }
    return NULL;
}

static void expect(bool holds, const char *file, const char *what)
{
    checks++;
    if (!holds) {
        failures++;
        printf("%s: %s\n", file, what);
    }
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static void check_image(const char *file, const char *listed, const uint8_t *bytes,
                        size_t size)
{
    bool is_ours = catalogue_find(bytes, size) != NULL;
    const char *wanted = name_of(listed);
    const char *name = foreign_name(bytes, size);
    bool is_kll = strncmp(listed, "kll\t", 4) == 0;
    expect(is_ours == (wanted == NULL), file, "belongs to another list");
    expect(same(name, wanted), file, name ? name : "has no name");
    for (size_t cut = 0; cut < size; cut++) {
        const char *shorter = foreign_name(bytes, cut);
        expect(!shorter || same(shorter, wanted) ||
                   (is_kll && strncmp(shorter, KLL, strlen(KLL)) == 0),
               file, "has another name when cut");
    }
}

static size_t read_image(const char *directory, const char *file, uint8_t *bytes)
{
    static char path[2 * LINE_SIZE];
    snprintf(path, sizeof path, "%s/%s", directory, file);
    FILE *in = fopen(path, "rb");
    if (!in) {
        perror(path);
        exit(2);
    }
    size_t size = fread(bytes, 1, LARGEST, in);
    fclose(in);
    return size;
}

int main(int argc, char **argv)
{
    static char line[LINE_SIZE];
    static uint8_t bytes[LARGEST];
    char path[4096];
    int images = 0;
    snprintf(path, sizeof path, "%s/MANIFEST.tsv", argc == 2 ? argv[1] : ".");
    FILE *manifest = fopen(path, "r");
    if (!manifest) {
        perror(path);
        return 2;
    }
    while (fgets(line, sizeof line, manifest)) {
        char *family = strchr(line, '\t');
        if (line[0] == '#' || !family || strncmp(line, "file\t", 5) == 0) {
            continue;
        }
        *family++ = '\0';
        size_t size = read_image(argc == 2 ? argv[1] : ".", line, bytes);
        check_image(line, family, bytes, size);
        images++;
    }
    fclose(manifest);
    printf("golden_foreign: %d images, %d checks, %d failed\n", images, checks,
           failures);
    return images == 0 || failures > 0;
}
