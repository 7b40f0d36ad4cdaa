/*
 * Little-endian bytes, read with a cursor that cannot run past its end.
 *
 * A failed take returns zero and marks the reader bad for good, so decoding
 * reads straight down and looks at `bad` once.
 */
#ifndef BYTES_H
#define BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
    const uint8_t *next;
    size_t left;
    bool bad;
};

/* Our own forms open with four ASCII letters and a version byte. */
void take_tag(struct reader *r, const char tag[4]);

/* Whether bytes, perhaps none, begin with the four letters. */
bool opens_with(const uint8_t *bytes, size_t size, const char tag[4]);

const uint8_t *take_bytes(struct reader *r, size_t count); /* NULL when short */
uint8_t take_u8(struct reader *r);
uint16_t take_u16(struct reader *r);
uint32_t take_u32(struct reader *r);
uint64_t take_u64(struct reader *r);
double take_f64(struct reader *r);

/* Seven bits a byte, lowest first, at most ten bytes; only the shortest form of
 * a number is accepted. */
uint64_t take_varint(struct reader *r);

/* True when everything was there and nothing is left over. */
bool took_all(const struct reader *r);

/* Each put returns the place for the next one. */
uint8_t *put_tag(uint8_t *p, const char tag[4]);
uint8_t *put_bytes(uint8_t *p, const void *bytes, size_t count);
uint8_t *put_u8(uint8_t *p, uint8_t value);
uint8_t *put_u16(uint8_t *p, uint16_t value);
uint8_t *put_u32(uint8_t *p, uint32_t value);
uint8_t *put_u64(uint8_t *p, uint64_t value);
uint8_t *put_f64(uint8_t *p, double value);
uint8_t *put_varint(uint8_t *p, uint64_t value);

size_t varint_size(uint64_t value); /* 1..10 */

#endif
