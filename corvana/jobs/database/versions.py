"""Data versions and baselines of accounts that become sealed: their files, sealed as the rows are.

They are written into a folder beside the present one. Numbers of versions and names of files stay,
so every figure of a page is that of before. Results that are worked out beforehand are not taken
along: the next collection works them out anew.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from corvana.analysis.opening import opened
from corvana.errors import VersionMissing
from corvana.jobs.database.account_seal import AccountSeal
from corvana.jobs.database.columns import FRAMES
from corvana.jobs.database.copying import Compared
from corvana.seal import NOT_SEALED
from corvana.store.keys.key_file import Step
from corvana.versions.manifest import publish_manifest, read_manifest

_IN_ORDER = AccountSeal(NOT_SEALED, frozenset())
_ANY_ORDER = (AccountSeal.several, AccountSeal.key)
_CHANGES = ("before", "after")


def seal_versions(
    source: Path, to: Path, account: AccountSeal, homes: dict[str, set[int]], step: Step
) -> list[Compared]:
    """Write the versions of each home sealed; return what was compared of every frame.

    `homes` are the connection and the places of its baselines. A version of which no files are
    there is left out: the next collection makes it anew.
    """
    compared, sealed = [], dict[int, Path]()
    for home, versions in homes.items():
        for version in sorted(versions):
            try:
                manifest = read_manifest(source, home, version)
            except VersionMissing:
                step(f"{home}: version {version} has no files")
                continue
            (to / home).mkdir(parents=True, exist_ok=True)
            for frame, parts in manifest.files.items():
                for file in parts.values():
                    _seal_file(source / home / file, to / home / file, account, sealed)
                compared.append(_compare(source / home, to / home, frame, parts, account))
            publish_manifest(to, home, replace(manifest, files={}), manifest.files)
            step(f"{home}: version {version} sealed")
    return compared


def _seal_file(source: Path, to: Path, account: AccountSeal, sealed: dict[int, Path]) -> None:
    """A file that a version and a baseline share is sealed once, and shared again."""
    inode = source.stat().st_ino
    if to.exists():
        return
    if inode in sealed:
        try:
            os.link(sealed[inode], to)
        except OSError:  # another file system, or one without hard links
            shutil.copyfile(sealed[inode], to)
        return
    with pq.ParquetWriter(to, pq.read_schema(source)) as writer:
        for table in _groups(source):
            writer.write_table(_sealed(table, account))
    sealed[inode] = to


def _groups(path: Path) -> Iterator[pa.Table]:
    with pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            yield file.read_row_group(number)


def _sealed(table: pa.Table, account: AccountSeal) -> pa.Table:
    for number, field in enumerate(table.schema):
        if field.name in FRAMES:
            seal_it = FRAMES[field.name]
            values = [
                None if value is None else seal_it(account, value)
                for value in table.column(number).to_pylist()
            ]
            table = table.set_column(number, field, pa.array(values, field.type))
    if set(_CHANGES) <= set(table.column_names):
        table = _sealed_changes(table, account)
    return table


def _sealed_changes(table: pa.Table, account: AccountSeal) -> pa.Table:
    """CONFIGURATION_CHANGES: what the values are follows from the setting that changed."""
    names = table.column("field").to_pylist()
    for column in _CHANGES:
        number = table.schema.get_field_index(column)
        cells = zip(names, table.column(column).to_pylist(), strict=True)
        values = [account.change(name, value) for name, value in cells]
        field = table.schema.field(number)
        table = table.set_column(number, field, pa.array(values, field.type))
    return table


def _compare(
    source: Path, to: Path, frame: str, parts: Mapping[str, str], account: AccountSeal
) -> Compared:
    """Read what was written, open it, and compare it with what was there."""
    counts, sums = [0, 0], [0, 0]
    for file in parts.values():
        for side, folder in enumerate((source, to)):
            for table in _groups(folder / file):
                rows = opened(table.to_pandas(), account.seal) if side else table.to_pandas()
                counts[side] += len(rows)
                sums[side] += _checksum(rows)
    name = f"{source.name} {frame}"
    before, after = (f"{one % 2**64:016x}" for one in sums)
    return Compared(name, counts[0], counts[1], before, after)


def _checksum(rows: pd.DataFrame) -> int:
    """A sum over all rows. The order of several ids in one cell means nothing."""
    in_order = {name: FRAMES[name] for name in map(str, rows) if FRAMES.get(name) in _ANY_ORDER}
    told = {
        name: pd.Series(
            [None if pd.isna(text) else seal_it(_IN_ORDER, text) for text in rows[name]],
            index=rows.index,
            dtype="str",
        )
        for name, seal_it in in_order.items()
    }
    if set(_CHANGES) <= set(rows):
        told |= {name: _changes_in_order(rows["field"], rows[name]) for name in _CHANGES}
    hashes = pd.util.hash_pandas_object(rows.assign(**told), index=False)
    return sum(map(int, hashes.to_numpy(dtype=np.uint64)))


def _changes_in_order(settings: pd.Series, values: pd.Series) -> pd.Series:
    cells = zip(settings, values, strict=True)
    told = [None if pd.isna(value) else _IN_ORDER.change(name, value) for name, value in cells]
    return pd.Series(told, index=values.index, dtype="str")
