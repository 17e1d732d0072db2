"""Everything that is handed over, written into one folder: all of it, or nothing."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from corvana.analysis.findings.registry import KINDS
from corvana.deck.document import DECK, deck_pptx
from corvana.deck.one_page import ONE_PAGE, one_page_html
from corvana.evidence.pack import write_evidence
from corvana.questions.assessment import register_table
from corvana.questions.cover import Cover
from corvana.questions.view import View
from corvana.report.document import report_html
from corvana.report.method_page import method_html
from corvana.report.written import METHOD, REPORT

_REGISTER: Final = "corvana-register"
_EVIDENCE: Final = "corvana-evidence.zip"
_WITHIN: Final = "The evidence pack holds people as codes: keep it within the assessment."


def deliver(view: View, cover: Cover, out: Path) -> list[str]:
    """Write the files into the folder `out`, which is made when missing; return their names.

    They are written beside it first. If one of them cannot be made, nothing is left; files of the
    same names that were there before are replaced only when all new ones are complete. Raises
    `OSError`.
    """
    out = out.resolve()
    if out.exists() and not out.is_dir():
        raise NotADirectoryError(20, "there is a file of that name")
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        written = _write(view, cover, beside)
        if out.exists():
            for name in written:
                (beside / name).replace(out / name)
        else:
            beside.rename(out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return written


def told(written: Sequence[str], out: Path) -> str:
    """Return the message of what was written where."""
    return "\n".join([f"Written to {out}:", *(f"  {name}" for name in written), _WITHIN])


def _write(view: View, cover: Cover, folder: Path) -> list[str]:
    texts = {
        ONE_PAGE: one_page_html(view, cover),
        REPORT: report_html(view, cover),
        METHOD: method_html(KINDS),
    }
    (folder / cover.named(DECK)).write_bytes(deck_pptx(view, cover))
    for name, text in texts.items():
        path = folder / (name if name == METHOD else cover.named(name))
        path.write_text(text, encoding="utf-8", newline="\n")
    for register in (register_table.XLSX, register_table.CSV):
        ending = register.name.rpartition(".")[2]
        content = register.of(view, "confirmed").content()
        (folder / cover.named(f"{_REGISTER}.{ending}")).write_bytes(content)
    write_evidence(view, folder / cover.named(_EVIDENCE))
    return sorted(path.name for path in folder.iterdir())
