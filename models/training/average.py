"""The weighted mean of two trained folders of one architecture: between a first round and a second.

    python models/training/average.py runs/base/model runs/base2/model --share 0.5 --out runs/mean/model

Source: Wortsman et al. 2022, 'Robust fine-tuning of zero-shot models' (the mean keeps most of what either round knows).
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from safetensors.torch import load_file, save_file


def average(first: Path, second: Path, share: float, out: Path) -> None:
    """`share` of the second, the rest of the first; everything but the weights is the first's."""
    one, two = load_file(first / "model.safetensors"), load_file(second / "model.safetensors")
    if {k: v.shape for k, v in one.items()} != {k: v.shape for k, v in two.items()}:
        raise SystemExit(f"{first} and {second} do not have the same weights")
    shutil.copytree(first, out, dirs_exist_ok=True)
    mean = {name: ((1 - share) * value + share * two[name]).contiguous() for name, value in one.items()}
    save_file(mean, out / "model.safetensors", metadata={"format": "pt"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--share", type=float, default=0.5, help="of the second")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    average(args.first, args.second, args.share, args.out)


if __name__ == "__main__":
    main()
