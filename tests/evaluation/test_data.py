"""read_pairs: columns and labels of many data sets become pairs; bad rows are named by place."""

import gzip
import json

import datasets
import pandas as pd
import pytest

from stancecheck.errors import InputError
from stancecheck.evaluation import iter_pairs, read_pairs
from stancecheck.evaluation.labels import GOLD_NAMES, GoldReader

ROWS = [
    {"a": "The bridge was bombed.", "b": "The bridge stands untouched.", "label": "contradict", "topic": "bridge"},
    {"a": "The ferry sank.", "b": "A ferry went down.", "label": "agree", "topic": "ferry"},
    {"a": "The ferry sank.", "b": "The mayor likes tea.", "label": "unrelated", "topic": "ferry"},
]


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_jsonl_gives_texts_and_labels(tmp_path):
    path = write(tmp_path / "pairs.jsonl", "\n".join(json.dumps(r) for r in ROWS))
    pairs = read_pairs(path)
    assert [p.gold for p in pairs] == ["contradict", "agree", "unrelated"]
    assert pairs[1].a.text == "The ferry sank."
    assert pairs[0].columns == {"topic": "bridge"}


@pytest.mark.parametrize("kind", ["csv", "tsv", "parquet", "jsonl.gz", "dataset", "frame"])
def test_every_source_gives_the_same_pairs(tmp_path, kind):
    frame = pd.DataFrame(ROWS)
    path = tmp_path / f"pairs.{kind}"
    if kind in ("csv", "tsv"):
        frame.to_csv(path, index=False, sep="," if kind == "csv" else "\t")
    elif kind == "parquet":
        frame.to_parquet(path)
    elif kind == "jsonl.gz":
        path.write_bytes(gzip.compress("\n".join(json.dumps(r) for r in ROWS).encode()))
    source = {"dataset": lambda: datasets.Dataset.from_list(ROWS), "frame": lambda: frame}.get(kind, lambda: path)()
    assert read_pairs(source) == read_pairs(ROWS)
    assert [p.columns for p in read_pairs(source)] == [p.columns for p in read_pairs(ROWS)]


@pytest.mark.parametrize(
    ("columns", "a", "b"),
    [
        (("premise", "hypothesis"), "premise", "hypothesis"),
        (("sentence1", "sentence2"), "sentence1", "sentence2"),
        (("claim", "evidence"), "evidence", "claim"),
        (("claim", "perspective"), "claim", "perspective"),
        (("claim", "headline"), "claim", "headline"),
    ],
)
def test_known_column_names_in_any_order(columns, a, b):
    (pair,) = read_pairs([{**{c: f"text of {c}" for c in columns}, "gold_label": "neutral"}])
    assert (pair.a.text, pair.b.text) == (f"text of {a}", f"text of {b}")


@pytest.mark.parametrize(
    ("label", "gold"),
    [
        ("Entailment", "entailment"),
        ("SUPPORTS", "agree"),
        ("REFUTES", "contradict"),
        ("NOT ENOUGH INFO", "neutral"),
        ("not_contradiction", "not_contradiction"),
        ("disagree", "contradict"),
        ("-", None),
        (-1, None),
        ("-1", None),
        (-1.0, None),
        (None, None),
        ("", None),
    ],
)
def test_label_names_are_mapped(label, gold):
    assert GoldReader()(label) == gold


def test_no_name_stands_for_two_labels():
    names = [name for known in GOLD_NAMES.values() for name in known]
    assert len(names) == len(set(names))


def test_numbers_need_a_stated_order():
    row = {"premise": "It rained.", "hypothesis": "It was wet.", "label": 0}
    with pytest.raises(InputError, match=r"row 0: label 0 is a number.*labels=\('entailment'"):
        read_pairs([row])
    assert read_pairs([row], labels=("entailment", "neutral", "contradiction"))[0].gold == "entailment"
    assert read_pairs([row], labels=("contradiction", "entailment", "neutral"))[0].gold == "contradiction"


def test_label_out_of_order_is_refused():
    with pytest.raises(InputError, match=r"label 3 .*stated ones are \['0', '1', '2'\]"):
        read_pairs([{"a": "x", "b": "y", "label": 3}], labels=("entailment", "neutral", "contradiction"))


def test_class_names_give_the_order():
    features = datasets.Features(
        {
            "premise": datasets.Value("string"),
            "hypothesis": datasets.Value("string"),
            "label": datasets.ClassLabel(names=["contradiction", "neutral", "entailment"]),
        }
    )
    data = datasets.Dataset.from_dict(
        {"premise": ["p"] * 4, "hypothesis": ["h"] * 4, "label": [0, 1, 2, -1]}, features=features
    )
    assert [p.gold for p in read_pairs(data)] == ["contradiction", "neutral", "entailment", None]


def test_callers_labels_and_columns_win():
    row = {"left": "x", "right": "y", "how": "pro"}
    (pair,) = read_pairs([row], labels={"pro": "agree"}, columns={"a": "left", "b": "right", "gold": "how"})
    assert (pair.a.text, pair.b.text, pair.gold, dict(pair.columns)) == ("x", "y", "agree", {})


def test_bad_rows_name_file_and_line(tmp_path):
    lines = [json.dumps(ROWS[0]), "{broken", json.dumps({**ROWS[1], "label": "blue"}), json.dumps({**ROWS[1], "a": " "})]
    path = write(tmp_path / "pairs.jsonl", "\n".join(lines))
    with pytest.raises(InputError) as error:
        read_pairs(path)
    for place in (f"{path}:2: not JSON", f"{path}:3: label: expected a known label", f"{path}:4: a statement's text is empty"):
        assert place in str(error.value)
    with pytest.warns(UserWarning, match="3 bad row"):
        assert len(read_pairs(path, skip_bad=True)) == 1


def test_streaming_raises_or_warns(tmp_path):
    path = write(tmp_path / "pairs.jsonl", "\n".join([json.dumps(ROWS[0]), "{", json.dumps(ROWS[1])]))
    stream = iter_pairs(path)
    assert next(stream).gold == "contradict"
    with pytest.raises(InputError, match=f"{path}:2"):
        next(stream)
    with pytest.warns(UserWarning, match="1 bad row"):
        assert len(list(iter_pairs(path, skip_bad=True))) == 2


def test_missing_columns_are_named():
    with pytest.raises(InputError, match=r"row 0: expected columns for b .*got \['label', 'premise'\].*columns="):
        read_pairs([{"premise": "x", "label": "agree"}])
    with pytest.raises(InputError, match=r"row 0: expected columns for a .* and b "):
        read_pairs([{"claim": "one text only", "label": "agree"}])


def test_split_is_for_hub_ids_only(tmp_path):
    with pytest.raises(InputError, match="split='validation'"):
        read_pairs("owner/name")
    with pytest.raises(InputError, match="belong to a data set's id"):
        read_pairs(tmp_path / "pairs.csv", split="validation")


def test_unknown_columns_labels_are_refused():
    with pytest.raises(InputError, match=r"columns: expected names among a, b, gold.*\['text'\]"):
        read_pairs(ROWS, columns={"text": "a"})
    with pytest.raises(InputError, match=r"labels\[0\]: expected a known label"):
        read_pairs(ROWS, labels=("yes", "no"))
    with pytest.raises(InputError, match="expected a sequence or a mapping"):
        read_pairs(ROWS, labels="entailment")


@pytest.mark.network
def test_hub_data_set_keeps_its_label_order():
    pairs = read_pairs("stanfordnlp/snli", split="validation[:20]")
    assert len(pairs) == 20
    assert {p.gold for p in pairs} <= {"entailment", "neutral", "contradiction", None}


@pytest.mark.parametrize(("name", "pairs"), [("own.accounts", 1452), ("own.kinds", 292), ("own.affairs", 5390)])
def test_our_own_sets_are_known_by_name(name, pairs):
    read = read_pairs(name)
    assert len(read) == pairs
    assert {p.gold for p in read} == {"agree", "contradict", "unrelated"}
    assert all("group" in p.columns for p in read)
