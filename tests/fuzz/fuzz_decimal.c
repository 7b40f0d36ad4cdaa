/*
 * Any bytes as a number: what is read is what libc reads of the same digits, and it is
 * written so that both read it back.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void require_same(double a, double b)
{
    if (bits_of(a) != bits_of(b)) {
        abort();
    }
}

static void write_and_read(double value)
{
    struct decimal number;
    struct decimal_text written = decimal_write(value);
    size_t length = strlen(written.text);
    if (decimal_read((const uint8_t *)written.text, length, &number) != length) {
        abort();
    }
    require_same(number.real, value);
    require_same(strtod(written.text, NULL), value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct decimal number;
    double value;
    size_t length = decimal_read(data, size, &number);
    if (length > 0) {
        char *text = malloc(length + 1);
        memcpy(text, data, length);
        text[length] = '\0';
        require_same(number.real, strtod(text, NULL));
        free(text);
        if (number.is_integer) {
            require_same((double)number.integer + 0.0, number.real + 0.0);
        }
    }
    if (size >= sizeof value) {
        memcpy(&value, data, sizeof value);
        if (value - value == 0) {
            write_and_read(value);
        }
    }
    return 0;
}
