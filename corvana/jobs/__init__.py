"""Background work: collect, disconnect, attend. The worker runs it; pages only request it."""

from corvana.jobs.attending import HANDS, attend, beat, collect_task, enqueue_due, sweep
from corvana.jobs.collecting import (
    REFUSED_RETRY_AFTER,
    RETRY_AFTER,
    collect_connection,
    collect_due,
    enqueue_collection,
)
from corvana.jobs.deleting import disconnect, finish_deletions
from corvana.jobs.freezing import delete_baseline, freeze
from corvana.jobs.live_runs import live_runs
from corvana.jobs.moving import move_snapshots
from corvana.jobs.orphans import look_at_store, remove_copies, remove_orphans
from corvana.jobs.retaining import delete_past_retention
from corvana.jobs.revoking import revoke_pending
from corvana.jobs.rotating import rotate_key
from corvana.jobs.task_queue import queue

__all__ = [
    "HANDS",
    "REFUSED_RETRY_AFTER",
    "RETRY_AFTER",
    "attend",
    "beat",
    "collect_connection",
    "collect_due",
    "collect_task",
    "delete_baseline",
    "delete_past_retention",
    "disconnect",
    "enqueue_collection",
    "enqueue_due",
    "finish_deletions",
    "freeze",
    "live_runs",
    "look_at_store",
    "move_snapshots",
    "queue",
    "remove_copies",
    "remove_orphans",
    "revoke_pending",
    "rotate_key",
    "sweep",
]
