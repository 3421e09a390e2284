"""Reads the fields of a Kafka record (format version 2) one by one, and checks every length first."""

from __future__ import annotations

MAX_VARINT_BYTES = 10


class Malformed(ValueError):
    """A record that breaks its format."""


class Cursor:
    """A position in the records of one batch. ``record`` is where the present record begins."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self.at = self.record = 0

    def varint(self) -> int:
        """Read a zigzag number of variable length. Raises Malformed when the number does not end."""
        value = shift = 0
        for place in range(self.at, min(self.at + MAX_VARINT_BYTES, len(self._data))):
            byte = self._data[place]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                self.at = place + 1
                return (value >> 1) ^ -(value & 1)
            shift += 7
        raise Malformed("a number does not end")

    def begin(self) -> int:
        """Read the length of the next record and return where the record ends.

        Raises Malformed when it is longer than its batch.
        """
        self.record = self.at
        length = self.varint()
        if not 0 <= length <= len(self._data) - self.at:
            raise Malformed("it is longer than its batch")
        return self.at + length

    def piece(self, end: int) -> memoryview | None:
        """Read bytes that follow their length, without copying them. Return None when the length is negative.

        Raises Malformed when the field is longer than its record.
        """
        length = self.varint()
        if length < 0:
            return None
        if length > end - self.at:
            raise Malformed("a field is longer than its record")
        self.at += length
        return self._data[self.at - length : self.at]
