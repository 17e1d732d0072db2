"""Where something of an account could be left, searched byte by byte."""

from collections.abc import Iterable, Mapping

import psycopg

from corvana.seal import Seal, is_sealed
from corvana.store import address
from tests.builders.left_behind import tables
from tests.builders.processes.memory import texts_in
from tests.builders.stored.sealed_account import _SEALED, SHORTEST, bytes_in, readable
from tests.stack.running import Stack


def opened_texts(stack: Stack, seals: Iterable[Seal]) -> set[str]:
    """Every id, name and pseudonym that the database holds sealed with these keys, opened."""
    sealed = {each.decode() for each in set(_SEALED.findall(tables(stack.database.url)))}
    found = {seal.opened(each) for seal in seals for each in sealed}
    return {each for each in found if len(each) >= SHORTEST and not is_sealed(each)}


def places(stack: Stack) -> Mapping[str, bytes]:
    """What is on disk: PostgreSQL's folder with its log, the store, the keys, nodes, logs."""
    with psycopg.connect(address.libpq(stack.database.url), autocommit=True) as connection:
        connection.execute("VACUUM")
    store = stack.store.bucket
    return {
        "PostgreSQL's folder (heap, indexes, WAL, statistics)": bytes_in(stack.database.data),
        "the object store": b"\n".join(
            key.encode() + store.bytes_of(key) for key in store.objects()
        ),
        "the folder of keys": bytes_in(stack.place.below("keys")),
        "data folders of the nodes": bytes_in(*(node.data for node in stack.nodes)),
        "logs": bytes_in(stack.place.logs),
    }


def found_on_disk(stack: Stack, texts: set[str]) -> dict[str, list[str]]:
    """Place → the texts that can be read there."""
    return {name: sorted(readable(texts, held)) for name, held in places(stack).items()}


def found_in_memory(stack: Stack, texts: set[str]) -> dict[str, list[str]]:
    """Node → the texts that are in its memory."""
    return {node.name: sorted(texts_in(node.pid, texts)) for node in stack.nodes}


def of_programs(stack: Stack, texts: set[str]) -> set[str]:
    """Those of the texts that programs have of themselves: names such as *Search* are words, too.

    A web process and a worker are started anew, after all keys are destroyed: what is in their
    memory is of no account. Nor is what is in PostgreSQL's templates.
    """
    found: set[str] = set()
    for node in (stack.web[0], stack.workers[0]):
        node.stop()
        node.start()
        found |= texts_in(node.pid, texts)
    templates = [stack.database.data / "base" / oid for oid in _template_oids(stack)]
    return found | readable(texts, bytes_in(*templates))


def _template_oids(stack: Stack) -> list[str]:
    with psycopg.connect(address.libpq(stack.database.url)) as connection:
        found = connection.execute("SELECT oid FROM pg_database WHERE datistemplate").fetchall()
    return [str(oid) for (oid,) in found]
