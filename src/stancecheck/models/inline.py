"""A graph whose weights are in safetensors files -> one that holds them itself, in memory.

ONNX Runtime is handed such weights as they are; OpenVINO reads only what is in the graph or beside it. So the few fields of the
ONNX format that matter here are rewritten: each external initialiser gets its bytes. The format is Protocol Buffers: a message
is a row of (field number, wire type) keys and values, and messages nest.

Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 (the field numbers).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from stancecheck.errors import ModelDamagedError

__all__ = ["inlined"]

_GRAPH = 7  # of a ModelProto
_INITIALIZER = 5  # of a GraphProto
_NAME, _RAW_DATA, _EXTERNAL_DATA, _DATA_LOCATION = 8, 9, 13, 14  # of a TensorProto
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5


def inlined(graph: Path, tensors: Mapping[str, NDArray[Any]]) -> bytes:
    """The graph with each of its external weights put in.

    Args:
        graph: The ONNX file.
        tensors: The weights by name, of the types and shapes that the graph states.

    Raises:
        ModelDamagedError: If the file is not an ONNX graph, or a weight that it wants is not among the tensors.
    """
    try:
        return b"".join(_model(memoryview(graph.read_bytes()), tensors))
    except (OSError, ValueError, IndexError) as error:
        raise ModelDamagedError(f"{graph}: cannot be read as an ONNX graph ({error})") from error
    except KeyError as error:
        raise ModelDamagedError(f"{graph}: its weight {error} is not in the model's safetensors files") from error


def _model(message: memoryview, tensors: Mapping[str, NDArray[Any]]) -> Iterator[bytes | memoryview]:
    for number, raw, value in _fields(message):
        if number != _GRAPH:
            yield raw
            continue
        parts = list(_graph(value, tensors))
        yield _key(_GRAPH, sum(map(len, parts)))
        yield from parts


def _graph(message: memoryview, tensors: Mapping[str, NDArray[Any]]) -> Iterator[bytes | memoryview]:
    for number, raw, value in _fields(message):
        fields = list(_fields(value)) if number == _INITIALIZER else []
        if not any(inner == _DATA_LOCATION for inner, _, _ in fields):
            yield raw
            continue
        name = next(str(inner, "utf-8") for number, _, inner in fields if number == _NAME)
        data = tensors[name].tobytes()
        parts: list[bytes | memoryview] = [w for inner, w, _ in fields if inner not in (_EXTERNAL_DATA, _DATA_LOCATION)]
        parts += [_key(_RAW_DATA, len(data)), data]
        yield _key(_INITIALIZER, sum(map(len, parts)))
        yield from parts


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview, memoryview]]:
    """Of each field of a message: its number, all of its bytes, and its value's bytes."""
    start = 0
    while start < len(message):
        key, place = _varint(message, start)
        kind = key & 7
        if kind == _VARINT:
            end = _varint(message, place)[1]
        elif kind == _LENGTH:
            size, place = _varint(message, place)
            end = place + size
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            end = place + (8 if kind == _EIGHT_BYTES else 4)
        else:
            raise ValueError(f"unknown wire type {kind} at byte {start}")
        if end > len(message):
            raise ValueError(f"a field at byte {start} is cut short")
        yield key >> 3, message[start:end], message[place:end]
        start = end


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    """An integer, seven bits a byte, the lowest first; and the position after it."""
    value = shift = 0
    while True:
        byte = message[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if not byte & 0x80:
            return value, place


def _key(number: int, size: int) -> bytes:
    """What stands before a value of `size` bytes."""
    out = bytearray()
    for value in (number << 3 | _LENGTH, size):
        rest = value
        while rest > 0x7F:
            out.append(rest & 0x7F | 0x80)
            rest >>= 7
        out.append(rest)
    return bytes(out)
