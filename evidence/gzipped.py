"""PURE. Compressed once, joined often: a page made of pieces that many pages share, as one gzip file.

Deflate can be cut between any two bytes if each piece is compressed by itself and ends with a full flush. What gzip puts at
the end, the CRC of everything, follows from the CRCs of the pieces: to add n bytes behind is to multiply by x⁸ⁿ, modulo the
CRC's polynomial over {0, 1}, which takes four look-ups in a table made once for n.
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
_STORED_UP_TO = 64
"""Bytes. Shorter pieces are not worth compressing."""


class Piece:
    """Some bytes of a page, compressed by themselves or (in a sheet) behind what comes before them in it."""

    __slots__ = ("crc", "deflated", "shift", "size")

    def __init__(self, plain: bytes, deflated: bytes):
        self.size = len(plain)
        self.crc = zlib.crc32(plain)
        self.shift = _shift(self.size)
        self.deflated = deflated


def piece(plain: bytes) -> Piece:
    """To be joined with anything."""
    if len(plain) <= _STORED_UP_TO:
        return Piece(plain, struct.pack("<BHH", 0, len(plain), len(plain) ^ 0xFFFF) + plain)
    # A small window and little memory: what is compressed for one request is short, and setting up would take longer.
    packer = zlib.compressobj(1, zlib.DEFLATED, -12, 4)
    return Piece(plain, packer.compress(plain) + packer.flush(zlib.Z_FULL_FLUSH))


def sheet(parts: Iterable[bytes | None], room: int) -> tuple[Piece | None, ...]:
    """Parts that always come in this order, with places of `room` bytes each (None) to be filled before joining.

    They are compressed together, so that a part can refer back to those before it: since a place always takes the same room,
    the way back is the same whatever stands in it. While packing, zeros stand there, which no text can refer to.
    """
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    pieces: list[Piece | None] = []
    for part in parts:
        deflated = packer.compress(bytes(room) if part is None else part) + packer.flush(zlib.Z_SYNC_FLUSH)
        pieces.append(None if part is None else Piece(part, deflated))
    return tuple(pieces)


def plain(pieces: Iterable[Piece]) -> bytes:
    """All of them, unpacked."""
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(b"".join([piece.deflated for piece in pieces]))


def gzipped(pieces: Iterable[Piece]) -> bytes:
    """All of them, one behind the other, as a gzip file."""
    written = [_HEADER]
    crc = size = 0
    for piece in pieces:
        shift = piece.shift
        crc = (
            shift[crc & 255]
            ^ shift[256 + (crc >> 8 & 255)]
            ^ shift[512 + (crc >> 16 & 255)]
            ^ shift[768 + (crc >> 24)]
            ^ piece.crc
        )
        size += piece.size
        written.append(piece.deflated)
    written.append(_END + struct.pack("<LL", crc, size & 0xFFFFFFFF))
    return b"".join(written)


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
