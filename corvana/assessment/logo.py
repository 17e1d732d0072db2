"""A client's logo, drawn anew from what was uploaded, so that only its pixels remain.

The file may be hostile: anything may be in it. Only PNG and JPEG are opened. Size and number of
scans are looked at before any pixel is decoded, because a small file can ask for a lot of memory or
time. Colour profiles, comments, places and thumbnails are dropped.
"""

import struct
import zlib
from io import BytesIO
from typing import Final, Literal, NamedTuple

from PIL import Image, ImageOps

from corvana.errors import PictureRefused

MOST_BYTES: Final = 2_000_000
"""Of an uploaded file."""
LARGEST_KEPT: Final = 200_000
"""Bytes of the logo that is kept."""
MOST_PIXELS: Final = 16_000_000
_MOST_SCANS: Final = 50
"""A JPEG is drawn in a few scans, up to a dozen if it is progressive. Each costs as much time."""
_SIGNATURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_SCAN: Final = b"\xff\xda"
_WIDTHS: Final = (1_200, 800, 600, 400, 200)
_LEAST: Final = 16
_BROKEN: Final = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, IndexError)
"""What Pillow raises of files that are cut off or forged."""

MediaType = Literal["image/png", "image/jpeg"]


class Picture(NamedTuple):
    """A picture that was written here: its type, its bytes, its size in pixels."""

    media_type: MediaType
    content: bytes
    width: int
    height: int


def drawn_anew(content: bytes) -> Picture:
    """Return the picture of a file, at most 1,200 pixels wide and 200 kB large.

    A picture with transparent parts is a PNG, another one whichever is smaller. Raises
    `PictureRefused`, with the reason in words.
    """
    if len(content) > MOST_BYTES:
        raise PictureRefused("the file is larger than 2 MB")
    if not content.startswith(_SIGNATURES):
        raise PictureRefused("the file is neither PNG nor JPEG")
    if content.count(_SCAN) > _MOST_SCANS and content.startswith(_SIGNATURES[1]):
        raise PictureRefused("the JPEG has more parts than a picture needs")
    try:
        pixels = _pixels(content)
    except (*_BROKEN, Image.DecompressionBombError) as error:
        raise PictureRefused("the file cannot be read as a picture") from error
    return _smallest(pixels)


def _pixels(content: bytes) -> Image.Image:
    """The picture upright, in plain colours, with nothing beside its pixels."""
    with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as found:
        width, height = found.size
        if width * height > MOST_PIXELS:
            raise PictureRefused("the picture has more than 16 million pixels")
        if min(width, height) < _LEAST:
            raise PictureRefused("the picture is less than 16 pixels wide or high")
        found.load()
        upright = ImageOps.exif_transpose(found)
    has_alpha = "A" in upright.getbands() or "transparency" in upright.info
    mode = "RGBA" if has_alpha else "RGB"
    plain = upright.convert(mode)
    bare = Image.new(mode, plain.size)
    bare.paste(plain)
    return bare


def _smallest(pixels: Image.Image) -> Picture:
    """The widest version that is small enough."""
    for width in _WIDTHS:
        sized = pixels.copy()
        sized.thumbnail((width, width))
        best = min(_written(sized), key=lambda one: len(one.content))
        if len(best.content) <= LARGEST_KEPT:
            return best
    raise PictureRefused("the picture has too much detail to be kept small")


def _written(pixels: Image.Image) -> list[Picture]:
    png = BytesIO()
    pixels.save(png, "PNG", optimize=True)
    found = [Picture("image/png", png.getvalue(), *pixels.size)]
    if pixels.mode == "RGB":
        jpeg = BytesIO()
        pixels.save(jpeg, "JPEG", quality=88, optimize=True)
        found.append(Picture("image/jpeg", jpeg.getvalue(), *pixels.size))
    return found
