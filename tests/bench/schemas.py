"""Making and migrating schemas, against django-tenants' own commands on the same models and rows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from django.core.management import call_command

from tenants import provisioning
from tenants.commands import SignUpFacts, confirm_sign_up, request_sign_up
from tenants.models import Supplier, SupplierSchema
from tenants.rules import skeleton
from tenants.schemas import pool
from tenants.schemas.connect import GROUND, owner_connection
from tenants.schemas.migrate import migrate_shard
from tests.bench.figures import ROOT, Figure, of_times, timed

SHARD = "default"
MANY = int(os.environ.get("BENCH_SUPPLIERS", "200"))


def prepare() -> None:
    """Bring control and template to head."""
    call_command("migrate_suppliers", stdout=StringIO())


def provision_cold() -> list[Figure]:
    """One ready schema by replay against one by plain `migrate_schemas`, interleaved."""
    ours, baseline = [], []
    for _ in range(3):
        ours += timed(lambda: pool.build_one(SHARD), 4)
        baseline += _migrated_plainly(1)
    return [of_times("provision_cold", ours, baseline)]


def provision() -> list[Figure]:
    """Confirmed mail to usable supplier, from the pool: confirm, assign, seed, publish."""
    rounds = 20
    for _ in range(rounds):
        pool.build_one(SHARD)
    tokens = [_asked(f"bench{number:03d}") for number in range(rounds)]
    ours = [timed(lambda t=token: _provisioned(t), 1)[0] for token in tokens]
    return [of_times("provision", ours, _migrated_plainly(2), "must: p95 under 1,000 ms")]


def migrate_noop() -> list[Figure]:
    """All suppliers are current: our scan against django-tenants' migrate_schemas."""
    _fill()
    ours = timed(lambda: _ran("platform_core.settings.base", "migrate_suppliers"), 3)
    baseline = timed(lambda: _ran("tests.bench.django_tenants_settings", "migrate_schemas", "--tenant"), 1)
    return [
        of_times("migrate_noop_200", ours, baseline, f"{MANY} suppliers, with the start of Python and Django")
    ]


def migrate_column() -> list[Figure]:
    """One added column in every supplier's schema: another one each for ours and the baseline."""
    _fill()
    with _catalog_migrations("bench_ours") as package:
        ours = timed(lambda: _ran("tests.bench.settings", "migrate_suppliers", package=package), 1)
    with _catalog_migrations("bench_ours", "bench_baseline") as package:
        baseline = timed(
            lambda: _ran(
                "tests.bench.django_tenants_settings", "migrate_schemas", "--tenant", package=package
            ),
            1,
        )
    return [
        of_times(
            "migrate_column_200", ours, baseline, f"{MANY} suppliers, with the start of Python and Django"
        )
    ]


BENCHES = {
    "provision_cold": provision_cold,
    "provision": provision,
    "migrate_noop_200": migrate_noop,
    "migrate_column_200": migrate_column,
}


def _asked(slug: str) -> str:
    facts = SignUpFacts(
        slug, slug, "Olga", f"o@{slug}.example", "long enough 12", "en", "CNY", "Asia/Shanghai"
    )
    return request_sign_up(facts)[1]


def _provisioned(token: str) -> None:
    assert provisioning.provision(confirm_sign_up(token).public_id)


def _fill() -> None:
    """Make `MANY` suppliers with real schemas."""
    while (have := SupplierSchema.objects.filter(shard=SHARD, supplier__isnull=False).count()) < MANY:
        schema = pool.build_one(SHARD)
        slug = f"many{have:04d}x"
        supplier = Supplier(
            schema_name=schema.name,
            name=slug,
            slug=slug,
            skeleton=skeleton(slug),
            currency="CNY",
            timezone="Asia/Shanghai",
            language="en",
            state="active",
        )
        Supplier.objects.bulk_create([supplier])
        SupplierSchema.objects.filter(pk=schema.pk).update(state="assigned", supplier=supplier)
    migrate_shard(SHARD, tell=lambda _: None)


def _migrated_plainly(rounds: int) -> list[float]:
    """Times of schemas as django-tenants makes them: every migration through Django, without its start."""
    names = [_new_row() for _ in range(rounds)]
    with owner_connection(SHARD) as connection:
        for name in names:
            connection.execute(f"CREATE SCHEMA {name}; SET search_path = {name}; {GROUND}")
    program = (
        "import django, time; django.setup()\n"
        "from django.core.management import call_command\n"
        f"for name in {names!r}:\n"
        "    start = time.perf_counter()\n"
        "    call_command('migrate_schemas', tenant=True, schema_name=name, verbosity=0)\n"
        "    print('took', (time.perf_counter() - start) * 1000)\n"
    )
    out = _python("tests.bench.django_tenants_settings", "-c", program)
    return [float(line.split()[1]) for line in out.splitlines() if line.startswith("took ")]


def _new_row() -> str:
    count = Supplier.objects.count()
    slug = f"plain{count:04d}y"
    supplier = Supplier(
        schema_name=f"t_plain{count:04d}",
        name=slug,
        slug=slug,
        skeleton=skeleton(slug),
        currency="CNY",
        timezone="Asia/Shanghai",
        language="en",
        state="active",
    )
    Supplier.objects.bulk_create([supplier])
    return supplier.schema_name


def _ran(settings: str, *arguments: str, package: str = "") -> str:
    """A management command as its own process, like an operator runs it."""
    return _python(settings, str(ROOT / "manage.py"), *arguments, package=package)


def _python(settings: str, *arguments: str, package: str = "") -> str:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": settings, "BENCH_CATALOG_MIGRATIONS": package}
    env["PYTHONPATH"] = os.pathsep.join([str(ROOT), tempfile.gettempdir()])
    done = subprocess.run(
        [sys.executable, *arguments], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}")
    return done.stdout


@contextmanager
def _catalog_migrations(*columns: str):
    """The catalog's migrations and one more for each named column, as an importable package."""
    folder = Path(tempfile.mkdtemp(prefix="bench_migrations_"))
    source = ROOT / "tenant_apps/catalog/migrations"
    names = sorted(path.stem for path in source.glob("0*.py"))
    for path in source.glob("*.py"):
        shutil.copy(path, folder / path.name)
    for place, column in enumerate(columns):
        name = f"{90 + place:04d}_{column}"
        (folder / f"{name}.py").write_text(
            "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
            f"    dependencies = [('catalog', '{names[-1]}')]\n"
            "    operations = [migrations.AddField('sku', "
            f"'{column}', models.CharField(max_length=20, default='', db_default=''))]\n"
        )
        names.append(name)
    try:
        yield folder.name
    finally:
        shutil.rmtree(folder)
