"""How a model is loaded: one description for ``StanceChecker.load``, the worker of ``scale`` and the command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stancecheck.errors import InputError
from stancecheck.models.backends import BACKENDS
from stancecheck.models.folders import DEFAULT_MODEL

__all__ = ["ESCALATE_BELOW", "LoadOptions", "as_threshold"]

DTYPES = ("auto", "float32", "bfloat16", "int8")
ESCALATE_BELOW = 0.5  # accuracy against cost at other thresholds: benchmarks/cascade.py


@dataclass(frozen=True, kw_only=True)
class LoadOptions:
    """The arguments of ``StanceChecker.load``, which says what they mean.

    Attributes:
        model: A shipped model, a folder, or a hub id.
        backend: A name in BACKENDS, or 'auto'.
        dtype: 'auto', 'float32', 'bfloat16' or 'int8'.
        device: 'auto' or a device's name.
        revision: Of a hub model.
        labels: Names of the output columns.
        threads: Of one model call.
        token_budget: Of one model call.
        local_files_only: Whether not to ask the hub.
        escalate: The fallback model, 'auto', or None.
        escalate_below: Answers with a lower confidence go to the fallback model.

    Raises:
        InputError: If an option is not one of the allowed values.
    """

    model: str = DEFAULT_MODEL
    backend: str = "auto"
    dtype: str = "auto"
    device: str = "auto"
    revision: str | None = None
    labels: Sequence[str] | None = None
    threads: int | None = None
    token_budget: int | None = None
    local_files_only: bool = False
    escalate: str | None = "auto"
    escalate_below: float = ESCALATE_BELOW

    def __post_init__(self) -> None:
        """Check what would fail late, in a worker far away."""
        for name, text in (
            ("model", self.model),
            ("device", self.device),
            ("escalate", "" if self.escalate is None else self.escalate),
        ):
            if not isinstance(text, str):
                raise InputError(f"{name}: expected a name, got {text!r:.80}")
        for name, value, known in (("backend", self.backend, ("auto", *BACKENDS)), ("dtype", self.dtype, DTYPES)):
            if value not in known:
                raise InputError(f"{name}: expected one of {known}, got {value!r}")
        for name, count in (("threads", self.threads), ("token_budget", self.token_budget)):
            if count is not None and (not isinstance(count, int) or count < 1):
                raise InputError(f"{name}: expected an integer of at least 1, or None, got {count!r}")
        as_threshold(self.escalate_below, "escalate_below")
        if self.labels is not None:  # a list would have no hash
            object.__setattr__(self, "labels", tuple(self.labels))


def as_threshold(value: object, name: str) -> float:
    """The value, a least confidence.

    Args:
        value: What the caller gave.
        name: Its name, for the message.

    Raises:
        InputError: If it is not between 0 and 1.
    """
    if not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise InputError(f"{name}: expected a confidence between 0 and 1, got {value!r}")
    return float(value)
