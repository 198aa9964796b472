"""How fast the record loads and reads, on both databases, beside the bare database doing the same.

    python -m benchmarks.record [--figures N] [--no-results]

Prints a table and, for the full million figures, writes ``benchmarks/results/record.json``. The bare database
(one executemany into SQLite, one COPY into PostgreSQL, same rows, same index, no checks) runs in the same
minute on the same machine, so that the ratio travels where the seconds do not.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import psycopg
import sqlalchemy

from corredor.moment import add_months
from corredor.record import FIGURE_FRAME, Batch, Record, open_record
from corredor.record.entries import Frequency, Series, SeriesKind, Source, SourceKind
from tests.postgres import Cluster, programs

RESULTS = Path(__file__).parent / "results" / "record.json"
SERIES, PERIODS = 1_000, 300
RECORDED = datetime(2024, 12, 31, tzinfo=UTC)
AS_OF = datetime(2024, 6, 1, tzinfo=UTC)
FULL = 1_000_000


def batch(figures: int) -> Batch:
    """Figures as the corridor has them: 1,000 monthly series of 25 years, three or four releases each."""
    cells = SERIES * PERIODS
    starts = [add_months(date(1999, 1, 1), month) for month in range(PERIODS)]
    ends = [add_months(start, 1) for start in starts]
    frame = (
        pl.DataFrame({"number": pl.int_range(figures, eager=True)})
        .with_columns(cell=pl.col("number") % cells, release=pl.col("number") // cells)
        .with_columns(line=pl.col("cell") // PERIODS, month=pl.col("cell") % PERIODS)
        .with_columns(
            series=pl.format("bench.series-{}.month", pl.col("line")),
            start=pl.col("month").replace_strict(range(PERIODS), starts, return_dtype=pl.Date),
            end=pl.col("month").replace_strict(range(PERIODS), ends, return_dtype=pl.Date),
            value=((pl.col("cell") * 7919) % 250_000 + pl.col("release") * 13).cast(pl.Float64),
            low=pl.lit(None, dtype=pl.Float64),
            high=pl.lit(None, dtype=pl.Float64),
            rounded_to=pl.lit(None, dtype=pl.Float64),
            flags=pl.lit(0, dtype=pl.Int32),
            source=pl.format("bench.release-{}", pl.col("release")),
        )
        .with_columns(
            known_at=(
                pl.col("end").cast(pl.Datetime("us")) + pl.duration(days=20 + 30 * pl.col("release"))
            ).dt.replace_time_zone("UTC")
        )
        .sort("series", "start", "known_at")
        .with_columns(line=pl.int_range(2, pl.len() + 2, dtype=pl.Int64))
        .select(*FIGURE_FRAME)
    )
    sources = [
        Source(f"bench.release-{number}", "Release", "Publisher", SourceKind.OFFICIAL_STATISTICS)
        for number in range(figures // cells + 1)
    ]
    series = [
        Series(
            f"bench.series-{number}.month",
            "Series",
            "encounters",
            "events",
            "region.southwest",
            Frequency.MONTH,
            SeriesKind.FLOW,
            "Publisher",
            "UTC",
        )
        for number in range(SERIES)
    ]
    return Batch("benchmark", sources=sources, series=series, figures=frame)


@dataclass(frozen=True)
class Timing:
    """Wall seconds, and seconds of this process's own processor time."""

    wall: float
    cpu: float


def timed(work: Callable[[], object]) -> Timing:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Timing(round(time.perf_counter() - wall, 4), round(time.process_time() - cpu, 4))


def best(work: Callable[[], object], times: int) -> Timing:
    """The median of several runs, the first one included."""
    runs = [timed(work) for _ in range(times)]
    return Timing(statistics.median(run.wall for run in runs), statistics.median(run.cpu for run in runs))


def measure(url: str, offered: Batch) -> dict[str, Timing]:
    """Load, load again, and read on one database."""
    found: dict[str, Timing] = {}
    record = open_record(url)
    found["load"] = timed(lambda: record.load(offered, recorded_at=RECORDED))
    found["load again"] = timed(lambda: record.load(offered, recorded_at=RECORDED))
    found |= read(record)
    record.close()

    def reopen() -> None:
        open_record(url).close()

    found["open"] = best(reopen, 5)
    return found


def read(record: Record) -> dict[str, Timing]:
    """One series and the whole panel as of a moment, and the audit."""
    keys = [f"bench.series-{number}.month" for number in range(SERIES)]
    # The first large reading fetches every figure; later ones filter what was kept.
    first = timed(lambda: record.panel(keys, AS_OF))
    panel = record.panel(keys, AS_OF)
    assert panel.height == panel.select("series", "start").n_unique() > 0
    return {
        "first panel": first,
        "one series": best(lambda: record.figures(keys[500], AS_OF), 25),
        "panel": best(lambda: record.panel(keys, AS_OF), 5),
        "verify": timed(record.audit.verify),
    }


BARE = (
    'CREATE TABLE bare (row_id {key}, series_id BIGINT, start DATE, "end" DATE, value {real}, low {real}, '
    "high {real}, known_at BIGINT, recorded_at BIGINT, rounded_to {real}, flags INTEGER, source_id BIGINT, "
    "load_id BIGINT)"
)
INDEX = 'CREATE INDEX bare_by_period ON bare (series_id, start, "end", known_at)'


def bare_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows as they stand in the record's table."""
    return frame.select(
        row_id=pl.int_range(1, pl.len() + 1),
        series_id=pl.col("series").rank("dense").cast(pl.Int64),
        start=pl.col("start"),
        end=pl.col("end"),
        value=pl.col("value"),
        low=pl.col("low"),
        high=pl.col("high"),
        known_at=pl.col("known_at").dt.epoch("us"),
        recorded_at=pl.lit(0, dtype=pl.Int64),
        rounded_to=pl.col("rounded_to"),
        flags=pl.col("flags"),
        source_id=pl.col("source").rank("dense").cast(pl.Int64),
        load_id=pl.lit(1, dtype=pl.Int64),
    )


def bare_sqlite(path: Path, frame: pl.DataFrame) -> Timing:
    """The same rows by one executemany of the standard library."""
    connection = sqlite3.connect(path)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
        + BARE.format(key="INTEGER PRIMARY KEY", real="REAL")
        + ";"
        + INDEX
    )

    def work() -> None:
        rows = frame.with_columns(pl.col("start", "end").cast(pl.String)).iter_rows()
        connection.executemany(f"INSERT INTO bare VALUES ({', '.join('?' * frame.width)})", rows)
        connection.commit()

    found = timed(work)
    connection.close()
    return found


def bare_postgresql(url: str, frame: pl.DataFrame) -> Timing:
    """The same rows by one COPY."""
    with psycopg.connect(url) as connection:
        connection.execute(BARE.format(key="BIGINT PRIMARY KEY", real="DOUBLE PRECISION").encode())
        connection.execute(INDEX)
        connection.commit()

        def work() -> None:
            with connection.cursor() as cursor, cursor.copy("COPY bare FROM STDIN (FORMAT csv)") as copy:
                for part in frame.iter_slices(50_000):
                    text = io.BytesIO()
                    part.write_csv(text, include_header=False)
                    copy.write(text.getvalue())
            connection.commit()

        return timed(work)


def machine(server: str | None) -> dict[str, object]:
    """What ran: processor, memory, versions; nothing that names the machine."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "load_average_at_start": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "polars": pl.__version__,
        "sqlalchemy": sqlalchemy.__version__,
        "sqlite": sqlite3.sqlite_version,
        "postgresql": server,
    }


def run(figures: int) -> dict[str, object]:
    """Everything, on every database that is there."""
    offered = batch(figures)
    bare = bare_frame(offered.figures)
    folder_of_programs = programs()
    results: dict[str, dict[str, Timing]] = {}
    server = None
    started = machine(None)
    with tempfile.TemporaryDirectory(prefix="corredor-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        results["sqlite"] = measure(str(folder / "record.sqlite"), offered)
        results["sqlite"]["bare load"] = bare_sqlite(folder / "bare.sqlite", bare)
        if folder_of_programs is None:
            print("PostgreSQL's server programs are not installed: SQLite only")
        else:
            inner = folder / "pg"
            inner.mkdir()
            folder.chmod(0o755)
            cluster = Cluster(folder_of_programs, inner, durable=True)
            cluster.start()
            try:
                results["postgresql"] = measure(cluster.database(), offered)
                results["postgresql"]["bare load"] = bare_postgresql(cluster.empty_database(), bare)
                with psycopg.connect(cluster.url("postgres")) as connection:
                    server = str(connection.info.server_version // 10_000)
            finally:
                cluster.stop()
    return {
        "figures": figures,
        "series": SERIES,
        "panel_rows": SERIES * PERIODS,
        "machine": {**started, "postgresql": server},
        "seconds": {
            database: {what: {"wall": each.wall, "cpu": each.cpu} for what, each in found.items()}
            for database, found in results.items()
        },
        "load_over_bare": {
            database: round(found["load"].wall / found["bare load"].wall, 2)
            for database, found in results.items()
        },
    }


TARGETS = {
    ("sqlite", "load"): 20.0,
    ("postgresql", "load"): 15.0,
    ("sqlite", "one series"): 0.005,
    ("postgresql", "one series"): 0.005,
    ("sqlite", "first panel"): 1.0,
    ("postgresql", "first panel"): 1.0,
    ("sqlite", "panel"): 1.0,
    ("postgresql", "panel"): 1.0,
}


def table(found: dict[str, object]) -> str:
    """The results as lines of text."""
    lines = [f"{'':12}{'':14}{'wall s':>10}{'cpu s':>10}{'target s':>10}"]
    seconds: dict[str, dict[str, dict[str, float]]] = found["seconds"]  # type: ignore[assignment]
    for database, timings in seconds.items():
        for what, each in timings.items():
            target = TARGETS.get((database, what))
            wanted = f"{target:10.3f}" if target else ""
            lines.append(f"{database:12}{what:14}{each['wall']:10.3f}{each['cpu']:10.3f}{wanted}")
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and keep the results of a full run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--figures", type=int, default=FULL)
    parser.add_argument("--no-results", action="store_true", help="print only")
    chosen = parser.parse_args()
    found = run(chosen.figures)
    print(json.dumps(found["machine"], indent=1))
    print(table(found))
    if not chosen.no_results:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
