"""A logo is drawn anew: whatever else was in the file is gone, and a hostile file is refused."""

import struct
import time
import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from corvana.assessment import logo
from corvana.errors import PictureRefused

SECRET = b"secret place 52.5N 13.4E"


def encoded(picture: Image.Image, kind: str = "PNG", **more) -> bytes:
    target = BytesIO()
    picture.save(target, kind, **more)
    return target.getvalue()


def opened(found: logo.Picture) -> Image.Image:
    return Image.open(BytesIO(found.content))


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    return Image.effect_noise((width, height), 100).convert(mode)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def forged(width: int, height: int, *chunks: bytes) -> bytes:
    """A PNG that says it is so large, with these chunks behind its head."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


def test_a_png_with_transparent_parts_stays_one():
    mark = Image.new("RGBA", (300, 100), (31, 111, 178, 255))
    mark.putpixel((0, 0), (0, 0, 0, 0))
    found = logo.drawn_anew(encoded(mark))
    assert (found.media_type, found.width, found.height) == ("image/png", 300, 100)
    assert opened(found).getpixel((0, 0)) == (0, 0, 0, 0)
    assert opened(found).getpixel((10, 10)) == (31, 111, 178, 255)


def test_a_palette_with_a_transparent_colour_keeps_it():
    mark = Image.new("P", (40, 40), 0)
    mark.putpalette([255, 255, 255, 200, 0, 0] + [0] * 762)
    mark.putpixel((5, 5), 1)
    found = opened(logo.drawn_anew(encoded(mark, transparency=0)))
    assert found.getchannel("A").getpixel((0, 0)) == 0
    assert found.getpixel((5, 5)) == (200, 0, 0, 255)


def test_nothing_beside_the_pixels_is_kept():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SECRET.decode())
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    plain = Image.new("RGB", (64, 64), "navy")
    files = [
        encoded(plain, pnginfo=info, exif=exif, icc_profile=SECRET),
        encoded(plain, "JPEG", exif=exif, comment=SECRET, icc_profile=SECRET),
        encoded(plain) + SECRET,
    ]
    for content in files:
        found = logo.drawn_anew(content)
        assert SECRET in content or b"iCCP" in content
        assert SECRET not in found.content
        assert opened(found).info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_photograph_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    found = logo.drawn_anew(encoded(Image.new("RGB", (80, 40)), "JPEG", exif=exif))
    assert (found.width, found.height) == (40, 80)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_what_is_kept_is_at_most_200_kb_and_1200_pixels_wide(mode: str):
    found = logo.drawn_anew(encoded(noise(700, 500, mode), optimize=True))
    assert len(found.content) <= 200_000
    wide = logo.drawn_anew(encoded(Image.new("RGB", (4_000, 1_000), "red")))
    assert (wide.width, wide.height) == (1_200, 300)


@pytest.mark.parametrize("mode", ["CMYK", "L", "1"])
def test_other_colours_become_plain_ones(mode: str):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert opened(logo.drawn_anew(encoded(Image.new(mode, (32, 32)), kind))).mode == "RGB"


BOMB = forged(30_000, 30_000, chunk(b"IDAT", zlib.compress(bytes(1_000))))
TEXT_BOMB = forged(
    32, 32, chunk(b"zTXt", b"c\0\0" + zlib.compress(bytes(100_000_000), 9)), chunk(b"IDAT", b"")
)
PROFILE_BOMB = forged(
    32, 32, chunk(b"iCCP", b"c\0\0" + zlib.compress(bytes(100_000_000), 9)), chunk(b"IDAT", b"")
)
JPEG = encoded(noise(64, 64), "JPEG")
HOSTILE = {
    "nothing": b"",
    "a page": b"<html><script>alert(1)</script>",
    "a drawing with a script": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "another kind of picture": encoded(noise(32, 32), "GIF"),
    "a program named as a picture": b"MZ" + bytes(100),
    "only the first bytes of a picture": b"\x89PNG\r\n\x1a\n",
    "a picture that is cut off": encoded(noise(64, 64))[:900],
    "a forged head": b"\xff\xd8\xff" + bytes(range(256)) * 8,
    "more pixels than memory": BOMB,
    "a text that unpacks to 100 MB": TEXT_BOMB,
    "a profile that unpacks to 100 MB": PROFILE_BOMB,
    "a picture drawn a thousand times": JPEG[:-2] + JPEG[JPEG.index(b"\xff\xda") : -2] * 1_000,
    "a wrong sum": encoded(noise(64, 64)).replace(b"IDAT", b"IDAU"),
    "a line": encoded(Image.new("RGB", (500, 2))),
    "too large a file": encoded(noise(64, 64)) + bytes(2_000_000),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_at_once_and_in_words(content: bytes):
    began = time.monotonic()
    with pytest.raises(PictureRefused) as refused:
        logo.drawn_anew(content)
    assert time.monotonic() - began < 3
    assert str(refused.value).startswith(("the file", "the picture", "the JPEG"))


def test_what_cannot_be_made_small_enough_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(logo, "LARGEST_KEPT", 100)
    with pytest.raises(PictureRefused, match="too much detail"):
        logo.drawn_anew(encoded(noise(300, 300)))
