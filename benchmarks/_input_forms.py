"""What the cases of input/ name in words: separated files, tables, rows with gaps, model folders."""

from __future__ import annotations

import copy
import itertools
import json
import pickle
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from stancecheck import StanceChecker, Statement, read_statements
from stancecheck.data.intake import as_statements
from stancecheck.errors import StancecheckError
from stancecheck.evaluation import read_pairs

__all__ = ["FILES", "FRAMES", "GAPS", "MODELS", "MOVES", "chain", "models_folder"]

_SAFE, _NOT = "The dam is safe, they say.", "The dam isn’t safe."

FILES: Mapping[str, tuple[str, bytes, str]] = {
    "semicolons (German, French Excel)": ("q.csv", b"text;party;date\nThe dam is safe.;Council;2031-05-12\n", ""),
    "semicolons, commas in the text": ("q.csv", f"text;party;date\n{_SAFE};Council;2031-05-12\n".encode(), ""),
    "semicolons, quoted": ("q.csv", f'"text";"party"\n"{_SAFE}";"Council"\n'.encode(), ""),
    "sep=; line of Excel": ("q.csv", f"sep=;\r\ntext;party\r\n{_SAFE};Council\r\n".encode(), ""),
    "a blank line above the header": ("q.csv", f'\ntext,party\n"{_SAFE}",Council\n'.encode(), ""),
    "Windows-1252": ("q.csv", f"text,party\n{_NOT},Ministère\n".encode("cp1252"), "Windows-1252"),
    "UTF-16 'Unicode text' of Excel": ("q.tsv", f"text\tparty\n{_SAFE}\tCouncil\n".encode("utf-16"), ""),
    "backslash-escaped quotes (MySQL, Spark)": (
        "q.csv",
        b'text,party\n"They said \\"no\\", twice",Council\n',
        "written twice",
    ),
    "two columns with one name, Text and text": ("q.csv", b"Text,text,party\ninternal note,The dam is safe.,Council\n", ""),
}
"""Separated files by form: a name, the bytes, and what a refusal must name; '' where none will do."""


def _frame() -> pd.DataFrame:
    return pd.DataFrame({"text": ["The dam is safe.", "It is not."], "party": ["Council", None]})


def _named(frame: pd.DataFrame) -> list[str | None]:
    return [statement.party for statement in as_statements(frame)]


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
    return [value for s in read_statements(rows) for value in (s.party, s.speaker, s.date, s.source, s.id)]


GAPS: Mapping[str, Callable[[], list[Any]]] = {
    "records with float NaN (df.to_dict('records'))": lambda: _parties([{"text": "x", "party": _GAP}]),
    "records with numpy NaN": lambda: _parties([{"text": "x", "party": np.float64("nan")}]),
    "records with pd.NaT date": lambda: _parties([{"text": "x", "date": pd.NaT}]),
    "generator of csv.DictReader-like rows with NaN speaker": lambda: _parties(
        {"text": "x", n: _GAP} for n in ("speaker", "id")
    ),
    "records with 'nan'-free None (control)": lambda: _parties([{"text": "x", "party": None}]),
    "JSON lines with NaN (json.dumps of pandas rows)": lambda: _parties(_json_rows()),
    "Statement(date=pd.NaT)": lambda: [Statement("x", date=pd.NaT).date],
    "read_pairs of records with NaN party_a and id": lambda: [
        value for p in read_pairs([{"a": "x", "b": "y", "party_a": _GAP, "id": _GAP}]) for value in (p.a.party, p.id)
    ],
}
"""Rows by what stands in their gaps: what is read there."""


def _elsewhere(checker: StanceChecker) -> Any:
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(checker.check, "It is safe.", "It is not.").result(timeout=300)


def _mapped(checker: StanceChecker) -> Any:
    from datasets import Dataset

    rows = Dataset.from_dict({"a": ["It is safe."] * 4, "b": ["It is not."] * 4})
    return rows.map(lambda row: {"stance": checker.check(row["a"], row["b"]).stance.value}, num_proc=2)["stance"][:]


MOVES: Mapping[str, Callable[[StanceChecker], Any]] = {
    "pickle.dumps(checker)": pickle.dumps,
    "copy.deepcopy(checker)": copy.deepcopy,
    "ProcessPoolExecutor.submit(checker.check, a, b)": _elsewhere,
    "datasets.map(lambda using the checker, num_proc=2)": _mapped,
    "pickle.dumps(report)": lambda checker: pickle.loads(pickle.dumps(checker.compare({"A": ["It is safe."], "B": ["No."]}))),
}
"""Ways in which a checker, or a report, goes to another process."""


def chain(parties: int) -> Iterator[tuple[Statement, Statement]]:
    """Pairs of statements of so many parties, of which each meets the next alone."""
    statements = [
        Statement(f"The dam of valley {n} is {'safe' if n % 2 else 'not safe'}.", party=f"Party {n}") for n in range(parties)
    ]
    return itertools.pairwise(statements)


MODELS: Mapping[str, Mapping[str, Any]] = {
    "GPT-2 sequence classifier, config without pad_token_id (as published reward/NLI decoders often are)": {},
    "the same with pad_token_id in the config (control)": {"pad": True},
    "model.onnx at the top of the folder, as optimum-cli writes it; no safetensors; backend=auto": {"graph": True},
    "the same, backend='onnx'": {"graph": True, "backend": "onnx"},
    "pytorch_model.bin only (control)": {"pickled": True, "refused": "Pickled weights"},
    "labels LABEL_0..2; contradictory/neutral/entailed; c/n/e; two classes (control)": {"labels": "cne", "refused": "labels="},
    "hub id while offline (control)": {"hub": "somebody/no-such-model", "refused": "no model"},
}
"""Folders by what is odd about them, and what a refusal must name where one is right."""


def models_folder(form: Mapping[str, Any]) -> str | None:
    """What comes of loading such a folder and judging pairs with it, where it is not right; else None."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            name = form.get("hub") or str(_classifier(Path(folder) / "model", form))
            checker = StanceChecker.load(name, backend=form.get("backend", "auto"), local_files_only=True)
            judged = checker.check_pairs([("the cat sat", "the cat"), ("the cat", "the dog sat there now")])
        except StancecheckError as error:
            return None if form.get("refused", "\0") in str(error) else str(error)
    return None if len(judged) == 2 and "refused" not in form else f"loaded: {judged}"


def _classifier(folder: Path, form: Mapping[str, Any]) -> Path:
    """A tiny three-way classifier without meaning in a new folder: a decoder, or a graph as optimum-cli writes one."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2ForSequenceClassification

    folder.mkdir()
    words = ["[UNK]", "<|endoftext|>", "the", "cat", "dog", "sat"]
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=len(words),
        n_positions=64,
        n_embd=8,
        n_layer=1,
        n_head=2,
        bos_token_id=1,
        eos_token_id=1,
        id2label=dict(enumerate(form.get("labels", ("entailment", "neutral", "contradiction")))),
    )
    config.pad_token_id = 1 if form.get("pad") else None
    model = GPT2ForSequenceClassification(config).eval()
    model.save_pretrained(folder)
    if form.get("graph") or form.get("pickled"):
        (folder / "model.safetensors").unlink()
    if form.get("pickled"):
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
    if form.get("graph"):
        (folder / "model.onnx").write_bytes(_graph(len(words)))
    return folder


def _graph(words: int) -> bytes:
    """A graph with a classifier's inputs and outputs: the mean of a row's word vectors."""
    from onnx import TensorProto, helper, numpy_helper

    vectors = np.random.default_rng(0).normal(size=(words, 3)).astype(np.float32)
    ends = [helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"]) for name in ("input_ids", "attention_mask")]
    nodes = [
        helper.make_node("Gather", ["vectors", "input_ids"], ["each"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["wide"]),
        helper.make_node("Mul", ["each", "wide"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "middle"], ["logits"], keepdims=0),
    ]
    weights = [
        numpy_helper.from_array(vectors, "vectors"),
        numpy_helper.from_array(np.array([2]), "last"),
        numpy_helper.from_array(np.array([1]), "middle"),
    ]
    out = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 3])
    graph = helper.make_graph(nodes, "mean", ends, [out], weights)
    content: bytes = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9).SerializeToString()
    return content
