"""`make bench [ONLY=prefix]`: measures, prints a table, writes var/bench.json."""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "platform_core.settings.base")
os.environ.setdefault("POOL_SIZE", "0")

import django

django.setup()

from tests.bench import figures, http, money, prices, raw, reviews, schemas

BENCHES = {
    **schemas.BENCHES,
    **money.BENCHES,
    **http.BENCHES,
    **prices.BENCHES,
    **raw.BENCHES,
    **reviews.BENCHES,
}


def main() -> None:
    """Run the benches whose name begins with `--only`; rows are kept as each one ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    only = parser.parse_args().only
    chosen = {
        name: run
        for name, run in BENCHES.items()
        if name.startswith(only) or (only and only.startswith(name))
    }
    if not chosen:
        raise SystemExit(f"no bench begins with {only!r}; there are: {', '.join(BENCHES)}")
    schemas.prepare()
    done: list[figures.Figure] = []
    for name, run in chosen.items():
        print(f"… {name}", flush=True)
        rows = [row for row in run() if row.name.startswith(only)]
        figures.keep(rows)
        done += rows
    figures.show(done)


if __name__ == "__main__":
    main()
