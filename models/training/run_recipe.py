"""Run all steps of a recipe, from the labelled sets to a model with its card.

    python models/training/run_recipe.py models/training/recipe_mini.toml --data-dir DATA --corpora C1.jsonl.gz C2.jsonl.gz \\
        --base FOLDER --out runs/mini

A step that was done in --out is not done again (remove its name from --out/done for that), and a step that was stopped goes on
where it can. Sections that a recipe lacks are steps that it does not take: [made_pairs], [unlabelled], [distil].
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from rows import Row, read_manifest, read_recipe

HERE = Path(__file__).parent
STEPS = ("made_pairs", "mixture", "unlabelled", "distil", "train", "export", "calibrate", "card")
Step = tuple[str, list[str | Path]]


def row_steps(recipe: Row, args: argparse.Namespace) -> list[Step]:
    """The steps that make the training rows; the last one's output is trained on."""
    out, steps, extra = args.out, [], []
    if made := recipe.get("made_pairs"):
        sets = read_manifest(args.data_dir)["train"]
        texts = [args.data_dir / sets[name]["file"] for name in made["texts"]]
        extra = ["--extra", out / "made_pairs.jsonl.gz"]
        counts = ["--pairs", str(made["pairs"]), "--seed", str(made["seed"])]
        steps.append(("made_pairs", ["--texts", *texts, *counts, "--out", extra[1]]))
    steps.append(("mixture", [args.recipe, "--data-dir", args.data_dir, *extra, "--out", out / "rows.jsonl.gz"]))
    rows = [out / "rows.jsonl.gz"]
    if found := recipe.get("unlabelled"):
        rows.append(out / "unlabelled.jsonl.gz")
        about = ["--pairs", str(found["pairs"]), "--licence", found["licence"], "--data-dir", args.data_dir]
        about += ["--groups", *found.get("groups", []), "--group-pairs", str(found.get("group_pairs", 0))]
        steps.append(("unlabelled", ["--corpora", *args.corpora, *about, "--out", rows[1]]))
    if taught := recipe.get("distil"):
        about = ["--teacher", args.teacher or taught["teacher"], "--device", taught.get("device", "auto")]
        about += ["--labelled-share", str(taught.get("labelled_share", 1.0)), "--times", str(taught.get("times", 1))]
        steps.append(("distil", [*rows, *about, "--out", out / "soft.jsonl.gz"]))
    return steps


def steps_of(recipe: Row, args: argparse.Namespace) -> list[Step]:
    """Every step that the recipe takes, and its arguments, in order."""
    out, name = args.out, recipe["model"]["name"]
    model, record = args.model or HERE.parent / name, args.results / f"{name.removeprefix('stancecheck-')}.json"
    rows = out / ("soft.jsonl.gz" if "distil" in recipe else "rows.jsonl.gz")
    counts = [args.results / f"{record.stem}-{path}" for path in count_files(recipe)]
    earlier = ["--earlier", *(args.results / path for path in recipe["model"].get("earlier", []))]
    probe = ["--no-probe"] if args.no_probe else []
    base = ["--base", args.base] if args.base else []
    base += ["--embed-like", args.embed_like] if args.embed_like else []
    measured = ["--model", model, "--data-dir", args.data_dir, "--record", record, "--cache", out / "dev-scores"]
    return [
        *row_steps(recipe, args),
        ("train", [args.recipe, "--rows", rows, *base, "--out", out, "--device", args.device]),
        ("export", [args.recipe, "--trained", out / "model", "--out", model, *probe]),
        ("calibrate", [args.recipe, *measured]),
        ("card", [args.recipe, "--model", model, "--record", record, "--data", *counts, *earlier]),
    ]


def count_files(recipe: Row) -> list[str]:
    """The files beside the rows that say what they are."""
    return ["counts.json", "unlabelled-counts.json"] if "unlabelled" in recipe else ["counts.json"]


def run(recipe: Row, args: argparse.Namespace) -> None:
    """Take the steps, up to the one that was asked for."""
    done = args.out / "done"
    done.mkdir(parents=True, exist_ok=True)
    for name, arguments in steps_of(recipe, args):
        if not (done / name).exists():
            line = [str(HERE / f"{name}.py"), *map(str, arguments)]
            print("$ python", *line, flush=True)
            if name == "card":
                short = recipe["model"]["name"].removeprefix("stancecheck-")
                for path in count_files(recipe):
                    shutil.copy(args.out / path, args.results / f"{short}-{path}")
            subprocess.run([sys.executable, *line], check=True)
            (done / name).touch()
        if name == args.until:
            return


def parsed(line: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="for what lies between the steps")
    parser.add_argument("--base", type=Path, help="a folder in place of the recipe's base")
    parser.add_argument("--embed-like", type=Path, help="a folder in place of the recipe's embedder")
    parser.add_argument("--corpora", type=Path, nargs="*", default=[], help="for [unlabelled]")
    parser.add_argument("--teacher", help="a folder in place of the recipe's teacher")
    parser.add_argument("--model", type=Path, help="the finished folder; models/NAME unless stated")
    parser.add_argument("--results", type=Path, default=HERE / "results", help="folder for the record and the counts")
    parser.add_argument("--device", default="cpu", help="to train on")
    parser.add_argument("--no-probe", action="store_true", help="as for export.py")
    parser.add_argument("--until", choices=STEPS)
    return parser.parse_args(line)


def main() -> None:
    args = parsed()
    run(read_recipe(args.recipe), args)


if __name__ == "__main__":
    main()
