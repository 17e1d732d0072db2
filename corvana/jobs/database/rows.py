"""A row as it is stored on PostgreSQL, and as it is compared: opened, on both sides alike."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection as DatabaseConnection
from sqlalchemy import select

from corvana.jobs.database.account_seal import AccountSeal
from corvana.jobs.database.columns import IDS, KIND_OF_LABEL, SEALED
from corvana.labels import told
from corvana.seal import NOT_SEALED, Seal
from corvana.store.models import WRITTEN, every_table
from corvana.store.vault import Vault
from corvana.store.written import sealing

Row = Mapping[str, Any]
_FREE: Final = {str(model.__tablename__): model for model in WRITTEN if model.free}
_CHANGED: Final[Mapping[str, frozenset[str]]] = {
    "connection": frozenset({"is_sealed"}),
    "secret": frozenset({"tokens", "pseudonym_key"}),
}
"""What is different on both sides by intention. Of a secret, the opened values are compared."""


@dataclass(frozen=True, slots=True)
class Seals:
    """What seals the rows of each connection, and of what assessors wrote in each engagement."""

    vault: Vault
    accounts: Mapping[str, AccountSeal]
    connection_of: Mapping[str, str]

    def sealed(self, table: str, row: Row) -> dict[str, Any]:
        """Return the row as it is stored where it is sealed."""
        sealed = dict(row)
        account = self._account(table, row)
        if account:
            for column, seal_it in SEALED.get(table, {}).items():
                if row[column] is not None:
                    sealed[column] = seal_it(account, _harmless(table, column, row))
        match table:
            case "configurationversion" if account:
                sealed["state"] = account.state(row["noun"], row["state"])
            case "connection":
                sealed["is_sealed"] = True
            case "secret":
                plain = self.vault.decrypt(row["tokens"])
                sealed["tokens"] = self.vault.keys.encrypt_tokens(row["connection_id"], plain)
                sealed["pseudonym_key"] = None
        if table in _FREE:
            words = self.vault.keys.of_written(row["engagement_id"])
            sealed = sealing.sealed(_FREE[table], sealed, words)
        return sealed

    def told(self, table: str, row: Row, *, is_sealed: bool) -> str:
        """Return what a row says, the same for a sealed row and for one that is not.

        What an assessor wrote may look like a sealed text: `is_sealed` tells them apart.
        """
        account = self._account(table, row)
        plain = dict(row)
        if table in _FREE and is_sealed:
            plain = sealing.opened_values(_FREE[table], plain, self._words(row["engagement_id"]))
        for column in _CHANGED.get(table, ()):
            plain.pop(column)
        if table == "secret":
            plain |= self._secrets(row)
        opened = _opened(plain, account.seal if account else NOT_SEALED)
        for column, seal_it in SEALED.get(table, {}).items():
            if opened[column] is not None:
                opened[column] = seal_it(_IN_ORDER, _harmless(table, column, opened))
        if table == "configurationversion":
            opened["state"] = _IN_ORDER.state(row["noun"], opened["state"])
        return json.dumps([[name, _plain(opened[name])] for name in sorted(opened)])

    def _account(self, table: str, row: Row) -> AccountSeal | None:
        connection_id = row["id"] if table == "connection" else row.get("connection_id")
        if connection_id is None and "engagement_id" in row:
            connection_id = self.connection_of.get(row["engagement_id"])
        return self.accounts.get(connection_id or "")

    def _words(self, engagement_id: str) -> Seal:
        return self.vault.keys.of_written(engagement_id)

    def _secrets(self, row: Row) -> dict[str, Any]:
        if row["pseudonym_key"] is not None:
            return {
                "tokens": self.vault.decrypt(row["tokens"]),
                "pseudonym_key": self.vault.decrypt(row["pseudonym_key"]),
            }
        connection_id = row["connection_id"]
        return {
            "tokens": self.vault.keys.decrypt_tokens(connection_id, row["tokens"]),
            "pseudonym_key": self.vault.keys.of(connection_id).pseudonyms,
        }


def prepare_seals(source: DatabaseConnection, vault: Vault) -> Seals:
    """Make the keys of every connection, and of every engagement in which something is written;
    keys that are there stay. The keys of pseudonyms are taken over."""
    table = {one.name: one for one in every_table()}
    connections, secrets = table["connection"], table["secret"]
    rows = source.execute(select(connections.c.id, connections.c.engagement_id)).all()
    accounts = {}
    for connection_id, engagement_id in rows:
        key = source.scalar(
            select(secrets.c.pseudonym_key).where(secrets.c.connection_id == connection_id)
        )
        vault.keys.make(connection_id, None if key is None else vault.decrypt(key))
        vault.keys.note_engagement(connection_id, engagement_id)
        seal = vault.keys.of(connection_id).seal
        accounts[connection_id] = AccountSeal(seal, _ids(source, connection_id))
    for model in WRITTEN:
        column = table[str(model.__tablename__)].c.engagement_id
        for engagement_id in source.scalars(select(column).distinct()).all():
            vault.keys.make_written(engagement_id)
    return Seals(vault, accounts, {engagement: one for one, engagement in rows})


def _ids(source: DatabaseConnection, connection_id: str) -> frozenset[str]:
    found: set[str] = set()
    for table in every_table():
        for column in IDS.get(table.name, ()):
            query = select(table.columns[column]).where(table.c.connection_id == connection_id)
            found.update(source.scalars(query.distinct()))
    return frozenset(filter(None, found))


def _harmless(table: str, column: str, row: Row) -> str:
    text: str = row[column]
    if column == "label" and table in KIND_OF_LABEL:
        return told(text, KIND_OF_LABEL[table], row["id"])
    return text


def _opened(value: Any, seal: Seal) -> Any:
    match value:
        case str():
            return seal.opened(value)
        case dict():
            return {name: _opened(each, seal) for name, each in value.items()}
        case list():
            return [_opened(each, seal) for each in value]
    return value


def _plain(value: Any) -> Any:
    """A value that JSON can hold, with its type where that would not be seen."""
    match value:
        case datetime():
            return ["instant", value.isoformat()]
        case date():
            return ["day", value.isoformat()]
        case bytes() | memoryview():
            return ["bytes", base64.b64encode(bytes(value)).decode()]
    return value


_IN_ORDER: Final = AccountSeal(NOT_SEALED, frozenset())
"""Seals nothing, and brings several ids into the order of the alphabet."""
