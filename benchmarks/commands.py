"""How long the commands take that people wait for: the help, a first brief, and every brief after it.

    python -m benchmarks.commands

Each is a whole process, from nothing to its last line. The limits are 0.4 s for the help and 3 s for a second
text brief; the peer is the bare interpreter, started in the same minute. Writes
``benchmarks/results/commands.json``.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.record import machine
from tests.postgres import Cluster, programs

RESULTS = Path(__file__).parent / "results" / "commands.json"
BRIEF = ("brief", "--as-of", "2023-12-28")
TIMES = 7
LIMITS = {"help": 0.4, "second brief": 3.0, "second brief, PostgreSQL": 3.0}


def seconds(*words: str, url: str = ":memory:") -> float:
    """Wall seconds of one command as a process of its own."""
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, *words],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "CORREDOR_DATABASE_URL": url},
    )
    return time.perf_counter() - begun


def corredor(*words: str, url: str = ":memory:") -> float:
    """Wall seconds of one ``corredor`` command."""
    return seconds("-c", "from corredor.cli import main; main()", *words, url=url)


def of_many(found: list[float]) -> dict[str, float]:
    """Least, median and most of several runs."""
    return {
        "least": round(min(found), 2),
        "median": round(statistics.median(found), 2),
        "most": round(max(found), 2),
    }


def briefs(url: str) -> tuple[float, list[float]]:
    """The first brief on an empty record, which loads the corridor, and those after it."""
    return round(corredor(*BRIEF, url=url), 2), [corredor(*BRIEF, url=url) for _ in range(TIMES)]


def main() -> None:
    """Run everything, print it, and write it down."""
    found: dict[str, object] = {"machine": machine(None), "limits": LIMITS}
    found["bare interpreter"] = of_many([seconds("-c", "pass") for _ in range(TIMES)])
    found["help"] = of_many([corredor("--help") for _ in range(TIMES)])
    with tempfile.TemporaryDirectory(prefix="corredor-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        url = str(folder / "record.sqlite")
        found["first brief"], later = briefs(url)
        found["second brief"] = of_many(later)
        page = (*BRIEF, "--format", "html", "-o", str(folder / "brief.html"))
        found["second brief as HTML"] = of_many([corredor(*page, url=url) for _ in range(3)])
        there = programs()
        if there is not None:
            inner = folder / "pg"
            inner.mkdir()
            folder.chmod(0o755)
            cluster = Cluster(there, inner, durable=True)
            cluster.start()
            try:
                found["first brief, PostgreSQL"], later = briefs(cluster.database())
            finally:
                cluster.stop()
            found["second brief, PostgreSQL"] = of_many(later)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
