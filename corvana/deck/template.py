"""The empty presentation that a deck begins with: our own master, layouts and theme.

python-pptx begins with a template of its own, whose look is known from a thousand slides. This one
is made of a few parts of Open XML that are written here, so that nothing of another look is left.
"""

import io
import zipfile
from dataclasses import dataclass
from html import escape
from typing import Final

from PIL import Image
from pptx import Presentation
from pptx.presentation import Presentation as Deck

from corvana.assessment import colours
from corvana.deck import look
from corvana.deck.look import Area
from corvana.deck.template_parts import (
    DECLARATION,
    FIXED,
    NAMESPACES,
    RELATION,
    master_styles,
    relations,
    theme,
)

TITLE_LAYOUT: Final = 0
CONTENT_LAYOUT: Final = 1
SAID: Final = 10
"""The number of the placeholder below a title."""
_POINT: Final = 12_700
"""The units of Open XML in a point."""
_TITLE_LOGO: Final = Area(72, 56, 280, 84)
_TITLE: Final = Area(72, 190, 800, 110)
_SUBTITLE: Final = Area(72, 306, 800, 40)


@dataclass(frozen=True, slots=True)
class Brand:
    """What a client's deck looks like: the accent as `#rrggbb`, the logo as PNG or JPEG, and the
    words at the foot of every slide. `client` is the logo's text alternative."""

    foot: str
    client: str = ""
    accent: str = f"#{look.ACCENT}"
    logo: bytes = b""


def empty(brand: Brand) -> Deck:
    """Return a presentation without slides in this look."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, content in _parts(brand).items():
            package.writestr(name, content)
    file.seek(0)
    return Presentation(file)


def emu(points: float) -> int:
    """Return points in the units of Open XML."""
    return round(points * _POINT)


def within(size: tuple[int, int], area: Area) -> Area:
    """Return the largest place inside an area that has the shape of a picture."""
    scale = min(area.wide / size[0], area.high / size[1])
    wide, high = size[0] * scale, size[1] * scale
    return Area(area.x, area.y + (area.high - high) / 2, wide, high)


def _parts(brand: Brand) -> dict[str, str | bytes]:
    kind, size = _picture(brand.logo) if brand.logo else ("", (0, 0))
    logo = {f"ppt/media/logo.{kind}": brand.logo} if brand.logo else {}
    pictures = [(RELATION["image"], f"../media/logo.{kind}")] if brand.logo else []
    accent = colours.readable(brand.accent, colours.WHITE).lstrip("#").upper()
    own = {
        "ppt/theme/theme1.xml": theme(accent),
        "ppt/theme/theme2.xml": theme(accent),
        "ppt/slideMasters/slideMaster1.xml": _master(brand, size),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": relations(
            (RELATION["layout"], "../slideLayouts/slideLayout1.xml"),
            (RELATION["layout"], "../slideLayouts/slideLayout2.xml"),
            (RELATION["theme"], "../theme/theme1.xml"),
            *pictures,
        ),
        "ppt/slideLayouts/slideLayout1.xml": _title_layout(brand, size),
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels": relations(
            (RELATION["master"], "../slideMasters/slideMaster1.xml"), *pictures
        ),
        "ppt/slideLayouts/slideLayout2.xml": _content_layout(),
        "ppt/slideLayouts/_rels/slideLayout2.xml.rels": relations(
            (RELATION["master"], "../slideMasters/slideMaster1.xml")
        ),
    }
    return {**FIXED, **own, **logo}


def _picture(logo: bytes) -> tuple[str, tuple[int, int]]:
    """The ending of the logo's file, and its size in pixels."""
    with Image.open(io.BytesIO(logo)) as opened:
        return ("png" if opened.format == "PNG" else "jpeg"), opened.size


def _master(brand: Brand, logo: tuple[int, int]) -> str:
    right = look.LOGO
    if brand.logo:
        place = within(logo, right)
        right = place._replace(x=right.x + right.wide - place.wide)
    shapes = (
        _rectangle(2, "Accent", Area(48, 0, 72, 6), "accent1"),
        _rectangle(3, "Foot line", Area(48, 500, 864, 0.75), "bg2"),
        _text(4, "Foot", look.FOOTER, brand.foot, look.FOOT, "tx2"),
        _placeholder(5, "Title", 'type="title"', look.HEAD, "Title", anchor="b"),
        _placeholder(6, "Text", 'type="body" idx="1"', look.BODY, "Text"),
        _number(7, 'type="sldNum" sz="quarter" idx="4"'),
        _logo(8, brand, right, "rId4"),
    )
    layouts = "".join(
        f'<p:sldLayoutId id="{2_147_483_649 + place}" r:id="rId{place + 1}"/>' for place in range(2)
    )
    return (
        f"{DECLARATION}<p:sldMaster {NAMESPACES}><p:cSld><p:bg><p:bgPr>"
        '<a:solidFill><a:schemeClr val="bg1"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>'
        f"{_tree(*shapes)}</p:cSld>"
        '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" '
        'accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" '
        f'folHlink="folHlink"/><p:sldLayoutIdLst>{layouts}</p:sldLayoutIdLst>'
        f"{master_styles()}</p:sldMaster>"
    )


def _title_layout(brand: Brand, logo: tuple[int, int]) -> str:
    place = within(logo, _TITLE_LOGO) if brand.logo else _TITLE_LOGO
    shapes = (
        _rectangle(2, "Accent", Area(0, 0, 24, 540), "accent1"),
        _placeholder(3, "Title", 'type="ctrTitle"', _TITLE, "Title", size=40, anchor="b"),
        _placeholder(4, "Subtitle", 'type="subTitle" idx="1"', _SUBTITLE, "Subtitle", size=18),
        _logo(5, brand, place, "rId2"),
    )
    return _layout("Title", *shapes, more='type="title" showMasterSp="0" preserve="1"')


def _content_layout() -> str:
    shapes = (
        _placeholder(2, "Title", 'type="title"', look.HEAD, "Title", anchor="b"),
        _placeholder(
            3, "Sentence", f'type="body" sz="quarter" idx="{SAID}"', look.SAID, "Sentence"
        ),
        _number(4, 'type="sldNum" sz="quarter" idx="12"'),
    )
    return _layout("Content", *shapes, more='preserve="1" userDrawn="1"')


def _layout(name: str, *shapes: str, more: str) -> str:
    return (
        f"{DECLARATION}<p:sldLayout {NAMESPACES} {more}>"
        f'<p:cSld name="{name}">{_tree(*shapes)}</p:cSld>'
        "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
    )


def _tree(*shapes: str) -> str:
    frame = (
        '<a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/>'
    )
    return (
        '<p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>'
        f"<p:grpSpPr><a:xfrm>{frame}</a:xfrm></p:grpSpPr>{''.join(shapes)}</p:spTree>"
    )


def _body(anchor: str = "t") -> str:
    return (
        '<a:bodyPr vert="horz" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" '
        f'anchor="{anchor}"><a:noAutofit/></a:bodyPr>'
    )


def _at(area: Area) -> str:
    return (
        f'<a:xfrm><a:off x="{emu(area.x)}" y="{emu(area.y)}"/>'
        f'<a:ext cx="{emu(area.wide)}" cy="{emu(area.high)}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    )


def _rectangle(identity: int, name: str, area: Area, colour: str) -> str:
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{identity}" name="{name}"/><p:cNvSpPr/>'
        f'<p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>{_at(area)}'
        f'<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr>'
        "</p:sp>"
    )


def _text(identity: int, name: str, area: Area, text: str, size: float, colour: str) -> str:
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{identity}" name="{name}"/><p:cNvSpPr txBox="1"/>'
        f'<p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr>{_at(area)}<a:noFill/>'
        f"</p:spPr><p:txBody>{_body()}<a:lstStyle/><a:p><a:r>"
        f'<a:rPr lang="{look.LANGUAGE}" sz="{round(size * 100)}"><a:solidFill>'
        f'<a:schemeClr val="{colour}"/></a:solidFill></a:rPr><a:t>{escape(text)}</a:t></a:r></a:p>'
        "</p:txBody></p:sp>"
    )


def _placeholder(
    identity: int,
    name: str,
    kind: str,
    area: Area,
    hint: str,
    *,
    size: float | None = None,
    anchor: str = "t",
) -> str:
    """A place that a slide fills; `hint` is seen only by those who edit the layout."""
    level = f'<a:lvl1pPr><a:defRPr sz="{round(size * 100)}"/></a:lvl1pPr>' if size else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{identity}" name="{name}"/><p:cNvSpPr>'
        f'<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr><p:spPr>'
        f"{_at(area)}</p:spPr><p:txBody>"
        f"{_body(anchor)}<a:lstStyle>{level}</a:lstStyle><a:p>"
        f'<a:r><a:rPr lang="{look.LANGUAGE}"/><a:t>{hint}</a:t></a:r></a:p></p:txBody></p:sp>'
    )


def _number(identity: int, kind: str) -> str:
    style = (
        f'<a:lvl1pPr algn="r"><a:defRPr sz="{round(look.FOOT * 100)}"><a:solidFill>'
        '<a:schemeClr val="tx2"/></a:solidFill><a:latin typeface="+mn-lt"/></a:defRPr></a:lvl1pPr>'
    )
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{identity}" name="Slide number"/><p:cNvSpPr>'
        f'<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr><p:spPr>'
        f"{_at(look.NUMBER)}</p:spPr><p:txBody>"
        f"{_body('t')}<a:lstStyle>{style}</a:lstStyle><a:p>"
        '<a:fld id="{7C1E4B52-55B4-4C0C-8C0B-3C5C1A0F2A11}" type="slidenum">'
        f'<a:rPr lang="{look.LANGUAGE}"/><a:t>‹#›</a:t></a:fld></a:p></p:txBody></p:sp>'
    )


def _logo(identity: int, brand: Brand, area: Area, relation: str) -> str:
    if not brand.logo:
        return ""
    told = escape(f"Logo of {brand.client}" if brand.client else "Logo of the client")
    return (
        f'<p:pic><p:nvPicPr><p:cNvPr id="{identity}" name="Logo" descr="{told}"/><p:cNvPicPr>'
        '<a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr userDrawn="1"/></p:nvPicPr>'
        f'<p:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch>'
        f"</p:blipFill><p:spPr>{_at(area)}</p:spPr></p:pic>"
    )
