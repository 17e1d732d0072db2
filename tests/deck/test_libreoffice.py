"""A deck opens in LibreOffice, and every page that it draws is one slide with its texts."""

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from corvana.deck.document import deck_pptx
from corvana.questions.cover import Cover
from tests.builders.deck.read_deck import ReadDeck
from tests.builders.deck.reviewed import decided, several, view_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("soffice") and shutil.which("pdftotext")),
        reason="LibreOffice or poppler-utils is not installed",
    ),
]
COVER = Cover("Acme", "acme", date(2026, 3, 2), "Ann Lee", is_simulated=True)


@pytest.mark.parametrize(("n", "long"), [(3, False), (13, True)])
def test_libreoffice_draws_one_page_a_slide_with_title_and_values(n, long, tmp_path: Path):
    found = several(n)
    view = view_of(found, *(decided(one, owner="Platform team") for one in found), long=long)
    deck = ReadDeck(deck_pptx(view, COVER))
    (tmp_path / "deck.pptx").write_bytes(deck.content)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "deck.pptx"],
        cwd=tmp_path, check=True, capture_output=True, timeout=200,
    )  # fmt: skip
    drawn = subprocess.run(
        ["pdftotext", "-layout", "deck.pdf", "-"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    ).stdout.split("\f")  # fmt: skip
    pages = [squeezed(page) for page in drawn if page.strip()]
    assert len(pages) == len(deck.slides)
    for page, slide in zip(pages, deck.slides, strict=True):
        missing = [word for word in slide.title.split() if word not in page]
        assert missing == [], slide.title
        for chart in slide.charts if re.match(r"\d+\. ", slide.title) else ():
            for name in chart.plots[0].categories:
                assert str(name).partition(" · ")[0].replace("\u00a0", " ") in page, name
    assert f"{len(deck.slides)}" in pages[-1].split()[-1]


def squeezed(page: str) -> str:
    return " ".join(page.replace("\u00a0", " ").split())
