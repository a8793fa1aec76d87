"""The targets of fuzz.py, guided by coverage: `python -m tests.robustness.fuzz_guided read_article -max_total_time=60`.

Needs `pip install atheris`. It makes bytes that reach new code; they stand in for the random numbers from which a target makes
its input. What follows the target's name goes to libFuzzer, which writes a finding's bytes to a file and reads them again when
that file is named.
"""

from __future__ import annotations

import random
import sys

import atheris

with atheris.instrument_imports(include=["stancecheck"]):
    from tests.robustness.hostile import TARGETS, bounded


class BytesAsRandom(random.Random):
    """Random numbers that are the bytes given, then those of a generator seeded with them."""

    def __new__(cls, data: bytes) -> BytesAsRandom:
        return super().__new__(cls)

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._left = data

    def getrandbits(self, k: int) -> int:
        """The next `k` bits."""
        size = -(-k // 8)
        if len(self._left) < size:
            return super().getrandbits(k)
        taken, self._left = self._left[:size], self._left[size:]
        return int.from_bytes(taken) >> (8 * size - k)

    def random(self) -> float:
        """The next 53 bits as a number from 0 to 1."""
        return self.getrandbits(53) / 2**53


def main() -> None:
    """Fuzz the target named until libFuzzer's limits are reached or something is found."""
    name, *options = sys.argv[1:]
    target = TARGETS[name][0]

    def tried(data: bytes) -> None:
        with bounded():
            target(BytesAsRandom(data))

    atheris.Setup([sys.argv[0], *options], tried)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
