"""What can go wrong, in one tree.

::

    StancecheckError
    ├── InputError (ValueError)         a text, pair, row, file or argument that cannot be used
    ├── ModelError (ValueError)         a model that cannot be used for this
    │   ├── ModelNotFoundError (LookupError)   no such name, folder or hub id
    │   ├── LabelOrderError                    its labels cannot be read, or contradict the probe
    │   └── ModelDamagedError                  a file's checksum is wrong, or a file is missing
    └── MissingExtraError (ImportError) an optional package is not installed

Every message says what was expected, what came (with the index, id or file:line) and what to do about it.
"""

from __future__ import annotations

__all__ = [
    "InputError",
    "LabelOrderError",
    "LanguageWarning",
    "MissingExtraError",
    "ModelDamagedError",
    "ModelError",
    "ModelNotFoundError",
    "StancecheckError",
    "TruncationWarning",
]


class StancecheckError(Exception):
    """Any error that this library raises on purpose."""


class InputError(StancecheckError, ValueError):
    """A text, pair, row, file or argument that cannot be used."""


class ModelError(StancecheckError, ValueError):
    """A model that cannot be used for comparing statements."""


class ModelNotFoundError(ModelError, LookupError):
    """No such shipped name, folder or hub id."""


class LabelOrderError(ModelError):
    """The model's labels cannot be read by name, or contradict the probe of plain pairs."""


class ModelDamagedError(ModelError):
    """A model file is missing or is not the file that its checksum describes."""


class MissingExtraError(StancecheckError, ImportError):
    """An optional package is not installed; the message names the extra."""


class TruncationWarning(UserWarning):
    """Some tokens of a pair were not read by the model; the judgement's ``truncated`` says which pair."""


class LanguageWarning(UserWarning):
    """Some statements are in a language that the model does not read, or hold no words; the judgements' ``notes`` say which."""
