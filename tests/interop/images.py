"""What an image of Apache DataSketches holds, read for comparison by the layout in docs/formats.md."""

import itertools
import struct


def coupons(image, start, count):
    return [coupon for coupon in struct.unpack_from(f"<{count}I", image, start) if coupon]


def nibbles(image, lg_k):
    """The registers of HLL_4: four bits above the minimum; 15 is an exception, listed behind."""
    registers = [image[6] + (image[40 + slot // 2] >> slot % 2 * 4 & 15) for slot in range(1 << lg_k)]
    # An updatable image has the cells of a table, free ones as 0.
    for coupon in coupons(image, 40 + (1 << lg_k) // 2, (len(image) - 40 - (1 << lg_k) // 2) // 4):
        registers[coupon & (1 << lg_k) - 1] = coupon >> 26
    return registers


def hll(image):
    """lg_k and the registers that are not 0, or the coupons, as {place: value}; None if it is not one."""
    lg_k, mode, form = image[3], image[7] & 3, image[7] >> 2
    if image[0] == 2 and mode == 0:
        found = coupons(image, 8, (len(image) - 8) // 4)
    elif image[0] == 3 and mode == 1:
        found = coupons(image, 12, (len(image) - 12) // 4)
    else:
        if form == 0:
            registers = nibbles(image, lg_k)
        elif form == 1:
            bits = int.from_bytes(image[40:], "little")
            registers = [bits >> 6 * slot & 63 for slot in range(1 << lg_k)]
        else:
            registers = image[40:40 + (1 << lg_k)]
        return lg_k, {slot: value for slot, value in enumerate(registers) if value}
    # Of coupons of one place the greatest counts, as in registers.
    largest = {}
    for coupon in found:
        slot = coupon & (1 << lg_k) - 1
        largest[slot] = max(largest.get(slot, 0), coupon >> 26)
    return lg_k, largest


def packed_theta(image):
    """Serial version 4, which Spark writes: differences, packed from the highest bit on."""
    start, width, length = 8 * (image[0] & 63), image[3], image[4]
    limit = struct.unpack_from("<Q", image, 8)[0] if start == 16 else 2**63 - 1
    count = int.from_bytes(image[start:start + length], "little")
    rest = image[start + length:]
    bits = int.from_bytes(rest, "big") >> 8 * len(rest) - count * width
    steps = (bits >> (count - 1 - number) * width & (1 << width) - 1 for number in range(count))
    return limit, list(itertools.accumulate(steps))


def theta(image):
    """theta and the hashes, in order."""
    preamble = image[0] & 63
    if image[5] & 4:
        return 2**63 - 1, []
    if image[1] == 4:
        return packed_theta(image)
    if preamble == 1:
        return 2**63 - 1, list(struct.unpack_from("<Q", image, 8))
    count = struct.unpack_from("<I", image, 8)[0]
    limit = struct.unpack_from("<Q", image, 16)[0] if preamble == 3 else 2**63 - 1
    return limit, sorted(struct.unpack_from(f"<{count}Q", image, 8 * preamble))


def frequent_items_offset(image):
    """How much each count may be too small, at most."""
    return struct.unpack_from("<Q", image, 24)[0] if image[0] == 4 else 0
