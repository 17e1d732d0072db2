"""Texts are measured before they are written, so that none runs over its place."""

import shutil
import subprocess

import pytest
from PIL import ImageFont

from corvana.deck import measured
from corvana.deck.measured import Named

TEXTS = (
    "77 % (71 to 82 %) of 213 incidents were closed by the auto-resolve timeout",
    "Zahlungsabwicklung und Rechnungsstellung Nordeuropa (kritisch, PCI-DSS, 24×7)",
    "WWWWW MMMMM @@@@@ %%%%% WAVAVA",
    "Сервис платежей → очередь",
    "決済サービス",
    "iiiiiiiiii llllllllll ……… ——— ’’’",
)


def arial(style: str) -> str | None:
    """A font whose letters are as wide as Arial's, where this computer has one."""
    if shutil.which("fc-match") is None:
        return None
    asked = ["fc-match", "-f", "%{family}|%{file}", f"Liberation Sans:style={style}"]
    family, _, file = subprocess.run(
        asked, capture_output=True, text=True, check=True
    ).stdout.partition("|")
    return file if family == "Liberation Sans" else None


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_never_wider_than_it_was_measured(text, bold):
    file = arial("Bold" if bold else "Regular")
    if file is None:
        pytest.skip("no font with the widths of Arial is installed")
    # Office programs take Chinese signs from another font, in which they are as wide as high.
    real = sum(
        20.0 if ord(sign) > 0x2E80 else ImageFont.truetype(file, 20).getlength(sign)
        for sign in text
    )
    assert measured.width(text, 20, bold=bold) >= real * 0.995


def test_lines_are_broken_between_words_and_long_words_inside():
    assert measured.lines("one two three", 10, 40) == ["one two", "three"]
    pieces = measured.lines("x" * 50, 10, 60)
    assert len(pieces) > 1
    assert "".join(pieces) == "x" * 50
    assert all(measured.width(piece, 10) <= 60 for piece in pieces)


def test_a_number_stays_with_its_unit():
    broken = measured.lines("within 4 min 12 s", 10, 62)
    assert broken == ["within", "4\u00a0min\u00a012\u00a0s"]


def test_the_largest_size_that_fits_is_taken_or_none():
    assert measured.largest("short", (12, 16, 20), 200, 30) == 20
    assert measured.largest("word " * 40, (12, 16), 200, 30) is None


def test_a_shortened_text_says_so_and_fits():
    text = "The quick brown fox jumps over the lazy dog again and again."
    short = measured.shortened(text, 12, 120, 2)
    assert short.endswith(" …")
    assert text.startswith(short.removesuffix(" …"))
    assert len(measured.lines(short, 12, 120)) <= 2
    assert measured.shortened("fits", 12, 120, 2) == "fits"


def test_a_shortened_text_never_cuts_a_number_from_its_unit():
    text = "Waits last 4 min 12 s and then another 38 % are gone for 2.5 days at least"
    for wide in range(60, 330, 7):
        short = measured.shortened(text, 12, wide, 1).replace("\u00a0", " ").removesuffix(" …")
        assert not short.endswith(("4", "4 min", "12", "38", "2.5")), short


def test_a_long_name_is_cut_in_the_middle_and_what_is_said_of_it_stays():
    name = Named("3. ", "Payments and invoices of northern Europe, critical, shift 17", ": slow")
    short = measured.abridged(name, 20, 300, 2, bold=True)
    assert short.startswith("3. Payments")
    assert short.endswith("shift 17: slow")
    assert " … " in short
    assert len(measured.lines(short, 20, 300, bold=True)) <= 2
    assert measured.abridged(name, 8, 600, 2) == name.whole
