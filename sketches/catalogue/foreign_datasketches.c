/*
 * The families of Apache DataSketches that are not read here.
 *
 * All their images open alike: the size of the preamble, a serial version, the number
 * of the family; then flags, parameters and counts, each family in its own way.  A
 * writer uses few of the combinations, and its counts say how long the image has to be:
 * exactly, or at least, where items may be of any type.  The layouts are those of the
 * Java and C++ libraries, old serial versions included.
 */
#include "foreign_private.h"

#include "kll.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

struct foreign_image {
    const uint8_t *bytes;
    size_t size;
    unsigned preamble; /* byte 0; all images have eight bytes or more */
    unsigned version;
};

/* Flags that several families share. */
enum { DS_READ_ONLY = 2, DS_EMPTY = 4, DS_COMPACT = 8, DS_ORDERED = 16 };

/* The top two bits of the first byte say how a table grows, where one does. */
enum { DS_PREAMBLE_BITS = 0x3f };

/* A little-endian number of up to eight bytes; what lies behind the end reads as zeros.
 */
static uint64_t foreign_number(const struct foreign_image *image, size_t at,
                               size_t width)
{
    uint64_t value = 0;
    for (size_t i = 0; i < width && at + i < image->size; i++) {
        value |= (uint64_t)image->bytes[at + i] << (8 * i);
    }
    return value;
}

static double foreign_real(const struct foreign_image *image, size_t at)
{
    uint64_t bits = foreign_number(image, at, 8);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Whether items can follow a header: the smallest ones, booleans, take a bit. */
static bool foreign_holds(const struct foreign_image *image, uint64_t header,
                          uint64_t items)
{
    return header <= image->size && (items + 7) / 8 <= image->size - header;
}

static bool foreign_is_a_list(const struct foreign_image *image, uint64_t header,
                              uint64_t width, uint64_t count)
{
    return header <= image->size && (image->size - header) % width == 0 &&
           (image->size - header) / width == count;
}

/* Theta sketches that can be updated, and unions: a hash table of 2^lg cells. */
static bool foreign_is_theta_table(const struct foreign_image *image)
{
    unsigned preamble = image->preamble & DS_PREAMBLE_BITS;
    unsigned lg_nominal = image->bytes[3];
    unsigned lg = image->bytes[4];
    unsigned flags = image->bytes[5];
    return image->version == 3 && preamble == (image->bytes[2] == 4 ? 4 : 3) &&
           lg_nominal >= 4 && lg_nominal <= 26 && lg >= 4 && lg <= 27 &&
           !(flags & ~(unsigned)DS_EMPTY) &&
           foreign_is_a_list(image, 8 * preamble, 8, UINT64_C(1) << lg);
}

static unsigned foreign_count_bits(uint64_t word)
{
    unsigned count = 0;
    for (; word; word &= word - 1) {
        count++;
    }
    return count;
}

/* The classic quantiles sketch: min, max, a buffer of up to 2k items, and k for each
 * bit of n / 2k. */
static bool foreign_is_quantiles(const struct foreign_image *image)
{
    unsigned flags = image->bytes[3];
    bool empty = flags & DS_EMPTY;
    uint64_t k = foreign_number(image, 4, 2);
    uint64_t n = foreign_number(image, 8, 8);
    unsigned full = image->version == 1 ? 5 : 2;
    if (image->version < 1 || image->version > 3 || k < 2 || k & (k - 1) ||
        flags & ~(unsigned)(DS_READ_ONLY | DS_EMPTY | DS_COMPACT | DS_ORDERED)) {
        return false;
    }
    if (empty) {
        return image->preamble == 1 && image->size == 8;
    }
    uint64_t items = n % (2 * k) + k * foreign_count_bits(n / (2 * k));
    return image->preamble == full && n > 0 && foreign_holds(image, 8 * full, items);
}

/* Tuples with an array of doubles each: one preamble for all forms, then theta. */
static bool foreign_is_array_tuple(const struct foreign_image *image)
{
    enum { TABLE = 2, UNION = 4, HAS_ENTRIES = 8 };
    unsigned type = image->bytes[3];
    unsigned flags = image->bytes[4];
    uint64_t values = image->bytes[5];
    if (image->version != 1 || image->preamble != 1 || type < TABLE || type > UNION ||
        flags > 0x1f || values < 1) {
        return false;
    }
    bool listed = type == 3 && flags & HAS_ENTRIES;
    /* Values may be floats. */
    uint64_t entries = listed ? (8 + 4 * values) * foreign_number(image, 16, 4) : 0;
    return foreign_holds(image, listed ? 24 : 16, 8 * entries);
}

static bool foreign_is_tuple(const struct foreign_image *image)
{
    enum { TABLE, LIST, OLD_LIST = 5 };
    unsigned preamble = image->preamble;
    unsigned type = image->bytes[3];
    unsigned flags = image->bytes[5];
    if (image->version <= 2 && preamble == 1 && type <= LIST) { /* as Java once wrote */
        return image->version >= 1 && image->bytes[4] <= 0x1f;
    }
    if (type != (image->version == 1 ? OLD_LIST : LIST) || preamble < 1 ||
        preamble > 3 || (image->version != 3 && image->version != 1) ||
        !(flags & DS_COMPACT) || flags & 0xe1) {
        return foreign_is_array_tuple(image);
    }
    if (preamble == 1) {
        return flags & DS_EMPTY ? image->size == 8 : image->size >= 16;
    }
    return foreign_holds(image, 8 * preamble, 64 * foreign_number(image, 8, 4));
}

static bool foreign_is_frequent_items(const struct foreign_image *image)
{
    unsigned preamble = image->preamble & DS_PREAMBLE_BITS;
    unsigned lg_max = image->bytes[3];
    unsigned lg_now = image->bytes[4];
    unsigned flags = image->bytes[5];
    uint64_t count = foreign_number(image, 8, 4);
    if (image->version != 1 || lg_max < 3 || lg_max > 31 || lg_now > lg_max ||
        flags & ~5u) {
        return false;
    }
    return flags ? preamble == 1 && image->size == 8
                 : preamble == 4 && count > 0 && count <= UINT64_C(1) << lg_now &&
                       foreign_holds(image, 32, 65 * count);
}

static bool foreign_is_reservoir(const struct foreign_image *image)
{
    unsigned preamble = image->preamble & DS_PREAMBLE_BITS;
    unsigned flags = image->bytes[3];
    uint64_t k = foreign_number(image, 4, image->version == 1 ? 2 : 4);
    uint64_t n = foreign_number(image, 8, 8);
    if (image->version < 1 || image->version > 2 || k < 1 || k > 0x7fffffff ||
        flags & ~(unsigned)DS_EMPTY) {
        return false;
    }
    if (flags & DS_EMPTY) {
        return preamble == 1 && image->size == 8;
    }
    /* The first version wrote k as a small float: more than it looks. */
    uint64_t items = n < k ? n : image->version == 1 ? 1 : k;
    return preamble == 2 && n > 0 && n >> 48 == 0 && foreign_holds(image, 16, items);
}

static bool foreign_is_varopt(const struct foreign_image *image)
{
    unsigned preamble = image->preamble & DS_PREAMBLE_BITS;
    unsigned flags = image->bytes[3];
    uint64_t k = foreign_number(image, 4, 4);
    uint64_t n = foreign_number(image, 8, 8);
    uint64_t heavy = foreign_number(image, 16, 4);
    uint64_t light = foreign_number(image, 20, 4);
    if (image->version != 2 || k < 1 || k > 0x7fffffff ||
        flags & ~(unsigned)(DS_EMPTY | 128)) {
        return false;
    }
    if (flags & DS_EMPTY) {
        return preamble == 1 && image->size == 8;
    }
    bool filling = preamble == 3 && n <= k && heavy == n && light == 0;
    bool full =
        preamble == 4 && n > k && heavy + light == k && foreign_real(image, 24) > 0;
    return n > 0 && (filling || full) &&
           foreign_holds(image, 8 * preamble, 65 * heavy + light);
}

/* A union is a header and a sketch, unless it is empty. */
static bool foreign_is_union(const struct foreign_image *image, unsigned version,
                             size_t header, unsigned family,
                             bool (*is_sketch)(const struct foreign_image *image))
{
    unsigned preamble = image->preamble & DS_PREAMBLE_BITS;
    unsigned flags = image->bytes[3];
    if (image->version != version || flags & ~(unsigned)DS_EMPTY ||
        foreign_number(image, 4, 4) < 1) {
        return false;
    }
    if (flags & DS_EMPTY) {
        return preamble == 1 && image->size == 8;
    }
    if (preamble != header / 8 || image->size < header + 8) {
        return false;
    }
    const uint8_t *bytes = image->bytes + header;
    struct foreign_image sketch = {bytes, image->size - header, bytes[0], bytes[1]};
    return bytes[2] == family && is_sketch(&sketch);
}

static bool foreign_is_reservoir_union(const struct foreign_image *image)
{
    return foreign_is_union(image, 2, 8, 11, foreign_is_reservoir);
}

static bool foreign_is_varopt_union(const struct foreign_image *image)
{
    return foreign_is_union(image, 2, 32, 13, foreign_is_varopt);
}

static bool foreign_is_kll_floats(const struct foreign_image *image)
{
    return kll_holds_floats(image->bytes, image->size);
}

static bool foreign_is_kll_strings(const struct foreign_image *image)
{
    return kll_holds_strings(image->bytes, image->size);
}

/* With free space, as Java may write it, or with lowest levels of fewer than 8. */
static bool foreign_is_kll(const struct foreign_image *image)
{
    enum { NO_ITEM = 1, ONE_ITEM = 4 };
    unsigned flags = image->bytes[3];
    uint64_t k = foreign_number(image, 4, 2);
    unsigned m = image->bytes[6];
    uint64_t levels = image->size > 18 ? image->bytes[18] : 0;
    if (k < m || m < 2 || m > 8 || flags > 0x1f ||
        kll_ops.recognises(image->bytes, image->size)) {
        return false;
    }
    if (image->preamble == 2) {
        return image->version == 1   ? flags & NO_ITEM && image->size == 8
               : image->version == 2 ? flags & ONE_ITEM && image->size > 8
                                     : false;
    }
    /* Version 3 has free space, and may be empty. */
    bool whole = image->version == 1 && foreign_number(image, 8, 8) > 0;
    return image->preamble == 5 && (whole || image->version == 3) && levels >= 1 &&
           levels <= 63 && foreign_holds(image, 20 + 4 * levels, 3);
}

/* Bits 2 to 4 of the flags say which of three parts there are; the preamble grows with
 * them, and counts the words that follow. */
static bool foreign_is_cpc(const struct foreign_image *image)
{
    static const unsigned preambles[8] = {2, 2, 4, 8, 4, 8, 6, 10};
    enum { COMPRESSED = 2, HAS_HIP = 4, HAS_TABLE = 8, HAS_WINDOW = 16 };
    unsigned lg_k = image->bytes[3];
    unsigned column = image->bytes[4];
    unsigned flags = image->bytes[5];
    bool both = flags & HAS_TABLE && flags & HAS_WINDOW;
    if (image->version != 1 || lg_k < 4 || lg_k > 26 || column > 63 ||
        !(flags & COMPRESSED) || flags & 0xe1 ||
        image->preamble != preambles[flags >> 2]) {
        return false;
    }
    if (!(flags & (HAS_TABLE | HAS_WINDOW))) {
        return image->size == 8;
    }
    size_t at = !both ? 12 : flags & HAS_HIP ? 32 : 16;
    uint64_t words = foreign_number(image, at, 4);
    words += both ? foreign_number(image, at + 4, 4) : 0;
    return foreign_number(image, 8, 4) > 0 && words > 0 &&
           foreign_is_a_list(image, 4 * image->preamble, 4, words);
}

static bool foreign_is_req(const struct foreign_image *image)
{
    enum { RAW = 16, LEVEL = 20 };
    unsigned flags = image->bytes[3];
    uint64_t k = foreign_number(image, 4, 2);
    uint64_t levels = image->bytes[6];
    uint64_t raw = image->bytes[7];
    if (image->version != 1 || k < 4 || k & 1 || flags & 0xc3) {
        return false;
    }
    if (flags & DS_EMPTY) {
        return image->preamble == 2 && image->size == 8;
    }
    if (image->preamble == 4) {
        return levels > 1 && raw == 0 && foreign_holds(image, 16 + LEVEL * levels, 0);
    }
    return image->preamble == 2 && levels == 1 &&
           (flags & RAW ? raw >= 1 && raw <= 4 && image->size > 8
                        : raw == 0 && foreign_holds(image, 8 + LEVEL,
                                                    foreign_number(image, 24, 4)));
}

static bool foreign_is_count_min(const struct foreign_image *image)
{
    enum { NO_WEIGHT = 1 };
    unsigned flags = image->bytes[3];
    uint64_t width = foreign_number(image, 8, 4);
    uint64_t rows = foreign_number(image, 12, 1);
    if (image->version != 1 || image->preamble != 2 || flags > NO_WEIGHT ||
        foreign_number(image, 4, 4) != 0 || foreign_number(image, 15, 1) != 0 ||
        width < 3 || rows < 1) {
        return false;
    }
    if (flags & NO_WEIGHT) {
        return image->size == 16;
    }
    /* The total and the counters are of one type, of 8 bytes unless somebody chose. */
    uint64_t numbers = 1 + width * rows;
    return foreign_is_a_list(image, 16, 8, numbers) ||
           foreign_is_a_list(image, 16, 4, numbers);
}

static bool foreign_is_ebpps(const struct foreign_image *image)
{
    enum { HAS_PART = 8 };
    unsigned flags = image->bytes[3];
    uint64_t k = foreign_number(image, 4, 4);
    double rho = foreign_real(image, 32);
    double items = foreign_real(image, 40);
    if (image->version != 1 || k < 1 || k > 0x7fffffff ||
        flags & ~(unsigned)(DS_EMPTY | HAS_PART)) {
        return false;
    }
    if (flags & DS_EMPTY) {
        return image->preamble == 1 && image->size == 8;
    }
    return image->preamble == 5 && foreign_number(image, 8, 8) > 0 &&
           foreign_real(image, 16) > 0 && foreign_real(image, 24) > 0 && rho > 0 &&
           rho <= 1 && items > 0 && items <= (double)k + 1 &&
           foreign_holds(image, 48, (uint64_t)ceil(items));
}

/* Shares its number with EBPPS, but counts its preamble in words of four bytes. */
static bool foreign_is_density(const struct foreign_image *image)
{
    unsigned flags = image->bytes[3];
    uint64_t k = foreign_number(image, 4, 2);
    uint64_t dimensions = foreign_number(image, 8, 4);
    uint64_t points = foreign_number(image, 12, 4);
    if (image->version != 1 || k < 2 || dimensions < 1 || dimensions > 0xffff ||
        flags & ~(unsigned)DS_EMPTY) {
        return false;
    }
    return flags ? image->preamble == 3 && image->size == 12
                 : image->preamble == 6 && points > 0 &&
                       foreign_number(image, 16, 8) >= points &&
                       foreign_holds(image, 28, 32 * dimensions * points);
}

static bool foreign_is_bloom(const struct foreign_image *image)
{
    unsigned flags = image->bytes[3];
    uint64_t words = foreign_number(image, 16, 4);
    if (image->version != 1 || flags & ~(unsigned)DS_EMPTY ||
        foreign_number(image, 4, 2) < 1 || words < 1 || words > 0x7fffffff) {
        return false;
    }
    return flags ? image->preamble == 3 && image->size == 24
                 : image->preamble == 4 && foreign_is_a_list(image, 32, 8, words);
}

const char *foreign_datasketches(const uint8_t *bytes, size_t size)
{
    static const struct {
        unsigned number;
        const char *name;
        bool (*writes)(const struct foreign_image *image);
    } families[] = {
        {1, "Apache DataSketches updatable theta", foreign_is_theta_table},
        {2, "Apache DataSketches updatable theta", foreign_is_theta_table},
        {4, "Apache DataSketches theta union", foreign_is_theta_table},
        {8, "Apache DataSketches quantiles", foreign_is_quantiles},
        {9, "Apache DataSketches tuple", foreign_is_tuple},
        {10, "Apache DataSketches frequent items", foreign_is_frequent_items},
        {11, "Apache DataSketches reservoir", foreign_is_reservoir},
        {12, "Apache DataSketches reservoir union", foreign_is_reservoir_union},
        {13, "Apache DataSketches varopt", foreign_is_varopt},
        {14, "Apache DataSketches varopt union", foreign_is_varopt_union},
        {15, "Apache DataSketches KLL floats", foreign_is_kll_floats},
        {15, "Apache DataSketches KLL strings", foreign_is_kll_strings},
        {15, "Apache DataSketches KLL", foreign_is_kll},
        {16, "Apache DataSketches CPC", foreign_is_cpc},
        {17, "Apache DataSketches REQ", foreign_is_req},
        {18, "Apache DataSketches count-min", foreign_is_count_min},
        {19, "Apache DataSketches EBPPS", foreign_is_ebpps},
        {19, "Apache DataSketches density", foreign_is_density},
        {21, "Apache DataSketches Bloom filter", foreign_is_bloom},
    };
    struct foreign_image image = {bytes, size, 0, 0};
    if (size < 8) {
        return NULL;
    }
    image.preamble = bytes[0];
    image.version = bytes[1];
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        if (families[i].number == bytes[2] && families[i].writes(&image)) {
            return families[i].name;
        }
    }
    return NULL;
}
