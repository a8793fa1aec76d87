"""What the cases of input/ name in words: separated files, tables, rows with gaps, model folders."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from stancecheck import read_statements
from stancecheck.data.intake import as_statements
from stancecheck.evaluation import read_pairs

__all__ = ["FILES", "FRAMES", "GAPS", "classifier"]

_SAFE, _NOT = "The dam is safe, they say.", "The dam isn’t safe."

FILES: Mapping[str, tuple[str, bytes]] = {
    "semicolons (German, French Excel)": ("q.csv", "text;party;date\nThe dam is safe.;Council;2031-05-12\n".encode()),
    "semicolons, commas in the text": ("q.csv", f"text;party;date\n{_SAFE};Council;2031-05-12\n".encode()),
    "semicolons, quoted": ("q.csv", f'"text";"party"\n"{_SAFE}";"Council"\n'.encode()),
    "sep=; line of Excel": ("q.csv", f"sep=;\r\ntext;party\r\n{_SAFE};Council\r\n".encode()),
    "a blank line above the header": ("q.csv", f'\ntext,party\n"{_SAFE}",Council\n'.encode()),
    "Windows-1252": ("q.csv", f"text,party\n{_NOT},Ministère\n".encode("cp1252")),
    "UTF-16 'Unicode text' of Excel": ("q.tsv", f"text\tparty\n{_SAFE}\tCouncil\n".encode("utf-16")),
    "backslash-escaped quotes (MySQL, Spark)": ("q.csv", b'text,party\n"They said \\"no\\", twice",Council\n'),
    "two columns with one name, Text and text": ("q.csv", b"Text,text,party\ninternal note,The dam is safe.,Council\n"),
}
"""Separated files by form: a name and the bytes."""


def _frame() -> pd.DataFrame:
    return pd.DataFrame({"text": ["The dam is safe.", "It is not."], "party": ["Council", None]})


def _named(frame: pd.DataFrame) -> list[str | None]:
    return [said.party for said in as_statements(frame)]


def _with(**columns: Any) -> list[str | None]:
    return _named(_frame().assign(**columns))


def _gold() -> list[str | None]:
    frame = pd.DataFrame({"a": ["x", "y"], "b": ["u", "v"], "label": pd.array(["agree", pd.NA], dtype="string")})
    return [pair.gold for pair in read_pairs(frame)]


FRAMES: Mapping[str, Callable[[], list[str | None]]] = {
    "df.convert_dtypes()": lambda: _named(_frame().convert_dtypes()),
    "df.astype('string')": lambda: _named(_frame().astype("string")),
    "Int64 column with a gap, not used at all": lambda: _with(n=pd.array([1, pd.NA], dtype="Int64")),
    "boolean column with a gap, not used at all": lambda: _with(ok=pd.array([True, pd.NA], dtype="boolean")),
    "column of numpy arrays (embeddings), not used at all": lambda: _with(vector=[np.ones(3), np.ones(3)]),
    "parquet read with dtype_backend='numpy_nullable' (same as convert_dtypes)": lambda: _named(_frame().convert_dtypes()),
    "pyarrow-backed (control)": lambda: _named(_frame().convert_dtypes(dtype_backend="pyarrow")),
    "read_pairs, label with a gap, string dtype": _gold,
}
"""Tables by what is odd about them: what is read of the column that has a value and a gap."""

_GAP = float("nan")


def _json_rows() -> Any:
    rows = [{"text": "The dam is safe.", "party": _GAP}, {"text": "It is not.", "party": _GAP}]
    return [json.loads(json.dumps(row)) for row in rows]


def _parties(rows: Any) -> list[Any]:
    return [value for said in read_statements(rows) for value in (said.party, said.speaker, said.date, said.source, said.id)]


GAPS: Mapping[str, Callable[[], list[Any]]] = {
    "records with float NaN (df.to_dict('records'))": lambda: _parties([{"text": "x", "party": _GAP}]),
    "records with numpy NaN": lambda: _parties([{"text": "x", "party": np.float64("nan")}]),
    "records with pd.NaT date": lambda: _parties([{"text": "x", "date": pd.NaT}]),
    "generator of csv.DictReader-like rows with NaN speaker": lambda: _parties({"text": "x", n: _GAP} for n in ("speaker", "id")),
    "records with 'nan'-free None (control)": lambda: _parties([{"text": "x", "party": None}]),
    "JSON lines with NaN (json.dumps of pandas rows)": lambda: _parties(_json_rows()),
    "read_pairs of records with NaN party_a and id": lambda: [
        value for p in read_pairs([{"a": "x", "b": "y", "party_a": _GAP, "id": _GAP}]) for value in (p.a.party, p.id)
    ],
}
"""Rows by what stands in their gaps: what is read there."""


def classifier(folder: Path, *, pad: bool = False, graph: bool = False) -> Path:
    """A tiny three-way classifier without meaning, as a decoder of the hub has it, in a new folder.

    Args:
        folder: Where.
        pad: Whether its config states a padding token.
        graph: Save an ONNX graph at the folder's top in place of safetensors.
    """
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2ForSequenceClassification

    folder.mkdir(parents=True)
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(["[UNK]", "<|endoftext|>", "the"])}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    names = {0: "entailment", 1: "neutral", 2: "contradiction"}
    config = GPT2Config(vocab_size=3, n_positions=64, n_embd=8, n_layer=1, n_head=2, eos_token_id=1, bos_token_id=1, id2label=names)
    config.pad_token_id = 1 if pad else None
    model = GPT2ForSequenceClassification(config).eval()
    model.save_pretrained(folder)
    if graph:
        (folder / "model.safetensors").unlink()
    return folder
