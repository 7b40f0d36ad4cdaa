/*
 * Items in images: a varint that holds the kind in its three lowest bits and the number
 * of bytes in the others, and then the bytes.  Integers take as many as they need, in
 * two's complement: 0 takes none.
 */
#ifndef ITEM_IMAGE_H
#define ITEM_IMAGE_H

#include "bytes.h"
#include "item.h"

size_t item_image_size(struct item item);
uint8_t *put_item(uint8_t *p, struct item item);

/* Only items that item.h makes are accepted.  Bytes are lent by the image. */
struct item take_item(struct reader *r);

#endif
