"""The word mark and the icon are ours, and right for the reader's theme."""

import base64
import re
from pathlib import Path

import pytest
import streamlit as st
from streamlit.commands import page_config
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from corvana.ui import word_mark

FILES = sorted((Path(word_mark.__file__).parent / "brand").glob("*.svg"))
INKS = {"light": ("#12171d", "#1f6fb2"), "dark": ("#e6eaef", "#5aa9e6")}


def drawn(address: str) -> str:
    """What an address that holds its own file draws. Other addresses are asked of a server."""
    kind, _, content = address.partition(",")
    assert kind == "data:image/svg+xml;base64"
    return base64.b64decode(content).decode()


def logo(router: AppTest, monkeypatch: pytest.MonkeyPatch, theme: str | None) -> tuple[str, str]:
    """The word mark and the sign that a page sends to a reader with this theme."""
    sent: list[tuple[str, str]] = []
    kept = st.logo

    def noted(image: str, *, icon_image: str) -> None:
        sent.append((Path(image).read_text(), Path(icon_image).read_text()))
        kept(image, icon_image=icon_image)

    monkeypatch.setattr(ContextProxy, "theme", property(lambda _: type("T", (), {"type": theme})))
    monkeypatch.setattr(st, "logo", noted)
    assert not router.run().exception
    return sent[0]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_has_the_word_mark_in_the_ink_of_the_theme(
    router: AppTest, monkeypatch: pytest.MonkeyPatch, theme: str
) -> None:
    for image in logo(router, monkeypatch, theme):
        assert "<title>Corvana Assess</title>" in image
        assert set(re.findall(r"#[0-9a-f]{6}", image)) == set(INKS[theme])


def test_without_a_known_theme_it_is_the_light_one(
    router: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "#12171d" in logo(router, monkeypatch, None)[0]


def test_the_icon_of_the_tab_is_a_drawing_and_no_emoji() -> None:
    image = drawn(page_config._get_favicon_string(word_mark.ICON))
    assert "<title>Corvana Assess</title>" in image


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_drawing_needs_no_font_and_nothing_from_elsewhere(file: Path) -> None:
    image = file.read_text()
    assert "<text" not in image
    assert "href" not in image
    assert re.findall(r"https?://\S+?(?=\")", image) == ["http://www.w3.org/2000/svg"]
    assert len(image) < 3_000
