"""Renews the list of China's provinces, cities and districts from the package that keeps it.

The package is for browsers, so its data is taken once and checked in: nothing is read from it at run time.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import tarfile
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from platform_core.runner.assets import npm
from platform_core.runner.errors import RunnerError
from platform_core.runner.places import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PACKAGE, VERSION = "@vant/area-data", "2.1.0"
INTEGRITY = "sha512-wx9PrUX7wSUJiFcz8UrcvZfTjV6sTc+7SHcbjGQQzEcv5y+EwOo5uV4ZKdfrR5Hzcw4MA08LQdvXPSEb4nWbug=="
TARGET = CHECKOUT / "platform_core" / "kernel" / "regions_cn.txt"
_DATA = "package/dist/index.js"
_HEAD = f"""\
# Provinces, cities and districts of China, spelled as W-054 asks; written by `make regions`.
# From {PACKAGE} {VERSION} (MIT licence, copyright Youzan, Chen Jiahan and other contributors).
# A province stands alone; below it, indented, each city with its districts.
"""
_ENTRY = re.compile(r'(\d{6}): "([^"]+)"')
_MUNICIPALITIES = ("北京市", "上海市", "天津市", "重庆市")
# Cities that are only a heading for counties which the province rules directly.
_HEADINGS = ("省直辖县", "自治区直辖县级行政区划")
_NO_PLACE = ("其它区",)


def renew_regions() -> str:
    """Download the pinned package, check it and write the list; give a sentence about it."""
    with tempfile.TemporaryDirectory() as folder:
        archive = _download(Path(folder))
        _check(archive)
        with tarfile.open(archive) as package:
            data = package.extractfile(_DATA)
            assert data is not None
            source = data.read().decode()
    lines = list(region_lines(source))
    TARGET.write_text(_HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return f"{len(lines)} lines from {PACKAGE} {VERSION}"


def region_lines(source: str) -> Iterator[str]:
    """The lines of the list from the package's script: a province, then ` city district district …`."""
    text = source.encode().decode("unicode_escape") if "\\u" in source else source
    names = dict(_ENTRY.findall(text))
    provinces = {code: name for code, name in names.items() if code.endswith("0000")}
    for province_code, province in provinces.items():
        is_municipality = province in _MUNICIPALITIES
        yield province.removesuffix("市") if is_municipality else province
        for city, districts in _cities(names, province_code, province if is_municipality else "").items():
            yield " " + " ".join([city, *dict.fromkeys(districts)])


def _cities(names: Mapping[str, str], province_code: str, whole: str) -> dict[str, list[str]]:
    """Cities with their districts; a municipality is one city (`whole`) with all of them."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, name in names.items():
        if code[:2] != province_code[:2] or code == province_code or name in _NO_PLACE:
            continue
        if code.endswith("00"):
            if not whole and name not in _HEADINGS:
                found[name] += []
            continue
        city = whole or names[f"{code[:4]}00"]
        if city in _HEADINGS:
            found[name] += []
        else:
            found[city].append(name)
    return found


def _download(folder: Path) -> Path:
    spec = npm(
        ["pack", "--silent", f"{PACKAGE}@{VERSION}", "--pack-destination", str(folder)],
        env=os.environ,
        log=folder / "npm.log",
    )
    subprocess.run(spec.argv, env=dict(spec.env), cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words
    return _only(folder.glob("*.tgz"))


def _only(found: Iterable[Path]) -> Path:
    archives = list(found)
    if len(archives) != 1:
        message = f"{PACKAGE} {VERSION} could not be downloaded."
        raise RunnerError(message)
    return archives[0]


def _check(archive: Path) -> None:
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != INTEGRITY:
        message = f"{PACKAGE} {VERSION} is not the file that was checked before. Nothing was written."
        raise RunnerError(message)
