"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stancecheck.stance import Stance

__all__ = [
    "Backend",
    "Csv",
    "Escalate",
    "Exhaustive",
    "Explain",
    "FailOn",
    "Html",
    "Jsonl",
    "Limit",
    "Markdown",
    "MinConfidence",
    "Model",
    "Only",
    "TopK",
]

Model = Annotated[str, typer.Option("--model", "-m", help="A shipped model, a folder, or a hub id.")]
Backend = Annotated[str, typer.Option(help="auto, onnx, openvino or torch.")]
Escalate = Annotated[
    str,
    typer.Option(
        help="Who decides beside --model: auto (stancecheck-base, where it is installed), none, or a model that judges "
        "contradictions and unsure answers again."
    ),
]
FailOn = Annotated[str | None, typer.Option(help="'contradict': exit with 1 if a contradiction is found.")]
Html = Annotated[Path | None, typer.Option(help="Write the report page here.")]
Jsonl = Annotated[Path | None, typer.Option(help="Write the judgements here, one JSON object a line.")]
Csv = Annotated[Path | None, typer.Option(help="Write the judgements here, as CSV.")]
Markdown = Annotated[Path | None, typer.Option(help="Write an editor's notes here, as Markdown.")]
Exhaustive = Annotated[bool, typer.Option(help="Judge every pair of different parties.")]
TopK = Annotated[int | None, typer.Option(min=1, help="How many partners a statement is compared with.")]
Explain = Annotated[bool, typer.Option(help="Say what contradictions turn on.")]
Only = Annotated[Stance | None, typer.Option(help="Show and write only these.")]
MinConfidence = Annotated[float, typer.Option(min=0, max=1, help="Show and write only these, 0 to 1.")]
Limit = Annotated[int, typer.Option(min=0, help="Show this many disputes and agreements.")]
