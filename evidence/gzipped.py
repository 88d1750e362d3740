"""PURE. Compressed once, joined often: a page made of pieces that many pages share, as one gzip file.

Deflate can be cut between any two bytes if each piece is compressed by itself and ends with a full flush. What gzip puts at
the end, the CRC of everything, follows from the CRCs of the pieces: to add n bytes behind is to multiply by x⁸ⁿ, modulo the
CRC's polynomial over {0, 1}, which takes four look-ups in a table made once for n. What is written for one request stands
between the pieces as it is: compressing a few thousand bytes would take longer than all the rest.
"""

import struct
import zlib
from array import array
from collections.abc import Iterable
from functools import lru_cache

_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""No name and no time in it: the same page is the same bytes."""
_END = b"\x03\x00"
"""An empty last block."""
_POLYNOMIAL = 0xEDB88320
"""As CRC-32 has it: the coefficient of x⁰ in the highest bit."""
_LONGEST_STORED = 0xFFFF
"""Bytes that deflate can store in one go."""


class Piece:
    """Some bytes of a page, compressed by themselves. `size`: how many they were, `crc`: theirs."""

    __slots__ = ("_shift", "crc", "deflated", "size")

    def __init__(self, deflated: bytes, size: int, crc: int):
        self.deflated = deflated
        self.size = size
        self.crc = crc
        self._shift: array | None = None

    @property
    def shift(self) -> array:
        """What the CRC of anything becomes when this follows it."""
        if self._shift is None:
            self._shift = _shift(self.size)
        return self._shift


def piece(plain: bytes) -> Piece:
    """To be joined with anything."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Piece(packer.compress(plain) + packer.flush(zlib.Z_FULL_FLUSH), len(plain), zlib.crc32(plain))


def joined(pieces: Iterable[Piece]) -> Piece:
    """One piece made of several."""
    deflated, size, crc = [], 0, 0
    for one in pieces:
        deflated.append(one.deflated)
        size += one.size
        crc = _followed(crc, one)
    return Piece(b"".join(deflated), size, crc)


def plain(parts: Iterable[Piece | bytes]) -> bytes:
    """All of them, unpacked."""
    return b"".join(
        [
            part if isinstance(part, bytes) else zlib.decompressobj(-zlib.MAX_WBITS).decompress(part.deflated)
            for part in parts
        ]
    )


def gzipped(parts: Iterable[Piece | bytes]) -> bytes:
    """All of them, one behind the other, as a gzip file."""
    written = [_HEADER]
    crc = size = 0
    for part in parts:
        if isinstance(part, bytes):
            crc = zlib.crc32(part, crc)
            size += len(part)
            for start in range(0, len(part), _LONGEST_STORED):
                stored = part[start : start + _LONGEST_STORED]
                written += (struct.pack("<BHH", 0, len(stored), len(stored) ^ 0xFFFF), stored)
        else:
            crc = _followed(crc, part)
            size += part.size
            written.append(part.deflated)
    written.append(_END + struct.pack("<LL", crc, size & 0xFFFFFFFF))
    return b"".join(written)


def _followed(crc: int, piece: Piece) -> int:
    shift = piece.shift
    return (
        shift[crc & 255]
        ^ shift[256 + (crc >> 8 & 255)]
        ^ shift[512 + (crc >> 16 & 255)]
        ^ shift[768 + (crc >> 24)]
        ^ piece.crc
    )


def _times(left: int, right: int) -> int:
    """The product of two polynomials, modulo the CRC's."""
    product, bit = 0, 1 << 31
    while bit:
        if left & bit:
            product ^= right
        right = right >> 1 ^ (_POLYNOMIAL if right & 1 else 0)
        bit >>= 1
    return product


_SQUARES = [1 << 30]
"""x to the power of 1, 2, 4, 8, …"""
for _ in range(31):
    _SQUARES.append(_times(_SQUARES[-1], _SQUARES[-1]))


@lru_cache(maxsize=1024)
def _shift(size: int) -> array:
    """What a CRC becomes when so many bytes follow: for each of its four bytes, the 256 values that this one can lead to."""
    power, place = 1 << 31, 3
    while size:
        if size & 1:
            power = _times(_SQUARES[place % 32], power)
        size >>= 1
        place += 1
    of_bit = [power]
    for _ in range(31):
        of_bit.append(of_bit[-1] >> 1 ^ (_POLYNOMIAL if of_bit[-1] & 1 else 0))
    of_bit.reverse()
    table = array("L")
    for byte in range(4):
        values = [0]
        for bit in of_bit[8 * byte : 8 * byte + 8]:
            values += [value ^ bit for value in values]
        table.extend(values)
    return table
