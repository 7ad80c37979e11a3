"""Rows of the bench table: measured, compared with a baseline of the same run, merged and printed."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "var" / "bench.json"


@dataclass(slots=True)
class Figure:
    """One row. `ours` is a median in `unit`; `ratio` says how many times better than the baseline."""

    name: str
    ours: float
    baseline: float | None = None
    ratio: float | None = None
    unit: str = "ms"
    n: int = 1
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    cpu_ms: float | None = None
    baseline_cpu_ms: float | None = None
    note: str = ""


def timed(work: Callable[[], object], n: int) -> list[float]:
    """Wall times of n runs in ms."""
    times = []
    for _ in range(n):
        start = perf_counter()
        work()
        times.append((perf_counter() - start) * 1000)
    return times


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def of_times(name: str, ours: Sequence[float], baseline: Sequence[float] = (), note: str = "") -> Figure:
    """A row of wall times in ms; the ratio is baseline over ours."""
    middle = statistics.median(ours)
    against = statistics.median(baseline) if baseline else None
    return Figure(
        name,
        round(middle, 2),
        round(against, 2) if against else None,
        round(against / middle, 2) if against else None,
        n=len(ours),
        p50_ms=round(middle, 2),
        p95_ms=round(percentile(ours, 0.95), 2),
        p99_ms=round(percentile(ours, 0.99), 2),
        note=note,
    )


def keep(figures: Sequence[Figure]) -> None:
    """Merge rows into var/bench.json by name."""
    REPORT.parent.mkdir(exist_ok=True)
    known = {row["name"]: row for row in json.loads(REPORT.read_text())} if REPORT.exists() else {}
    known |= {figure.name: asdict(figure) for figure in figures}
    REPORT.write_text(json.dumps(list(known.values()), indent=1) + "\n")


def show(figures: Sequence[Figure]) -> None:
    """Print the table."""
    head = (
        "name",
        "ours",
        "unit",
        "baseline",
        "ratio",
        "n",
        "p95 ms",
        "p99 ms",
        "cpu ms",
        "base cpu",
        "note",
    )
    rows = [
        (
            f.name,
            f.ours,
            f.unit,
            f.baseline,
            f.ratio,
            f.n,
            f.p95_ms,
            f.p99_ms,
            f.cpu_ms,
            f.baseline_cpu_ms,
            f.note,
        )
        for f in figures
    ]
    table = [head, *[tuple("–" if cell is None else str(cell) for cell in row) for row in rows]]
    widths = [max(len(row[i]) for row in table) for i in range(len(head))]
    for row in table:
        print(
            "  ".join(
                cell.ljust(width) if i in {0, 10} else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
        )
