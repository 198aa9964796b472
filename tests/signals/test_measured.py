"""The page on signals says what the committed benchmark measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RESULTS = json.loads((ROOT / "benchmarks" / "results" / "signals.json").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "explanation" / "signals.md").read_text(encoding="utf-8")
SPANS = [name for name in RESULTS if name not in {"machine", "speed"}]


def cell(found: dict[str, float]) -> str:
    """A row's MAPE and coverages as the page prints them."""
    return f"{found['mape']:.1f} / {found['cover80']:.0f} / {found['cover95']:.0f}"


@pytest.mark.parametrize("span", SPANS)
def test_tables_are_the_benchmarks(span: str) -> None:
    methods = RESULTS[span]["methods"]
    for target in methods["corredor"]:
        row = " | ".join([target, *(cell(methods[name][target]) for name in methods)])
        assert f"| {row} |" in PAGE


def test_text_names_the_scores_of_the_benchmark() -> None:
    later = RESULTS[SPANS[1]]["methods"]["corredor"]
    assert f"{later['total, 6']['wis']:,} (total) and {later['sectors, 6']['wis']:,} (sectors)" in PAGE
