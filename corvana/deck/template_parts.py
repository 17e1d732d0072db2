"""The parts of an empty presentation that are the same for every client, and its theme."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from corvana.deck import look

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
_CONTENT: Final = "application/vnd.openxmlformats-officedocument.presentationml"
NAMESPACES: Final = (
    f'xmlns:a="{_DRAWING}" xmlns:r="{_OFFICE}" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
RELATION: Final[Mapping[str, str]] = MappingProxyType(
    {
        "image": f"{_OFFICE}/image",
        "layout": f"{_OFFICE}/slideLayout",
        "master": f"{_OFFICE}/slideMaster",
        "notes": f"{_OFFICE}/notesMaster",
        "theme": f"{_OFFICE}/theme",
        "document": f"{_OFFICE}/officeDocument",
        "properties": f"{_OFFICE}/presProps",
        "views": f"{_OFFICE}/viewProps",
        "tables": f"{_OFFICE}/tableStyles",
    }
)
DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OTHER_COLOURS: Final = ("C78300", "0A9A7B", "CF6A32", "C2739F")


def relations(*targets: tuple[str, str]) -> str:
    """Return the relations of a part: rId1, rId2, … in the order of the targets."""
    listed = "".join(
        f'<Relationship Id="rId{place}" Type="{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(targets, start=1)
    )
    return f'{DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def theme(accent: str) -> str:
    """Return the colours and the font; changing them in PowerPoint changes the whole deck."""
    colours = {
        "dk1": look.INK,
        "lt1": look.PAPER,
        "dk2": look.QUIET,
        "lt2": look.LINE,
        "accent1": accent,
        "accent2": look.CONTEXT,
        **{f"accent{place}": one for place, one in enumerate(_OTHER_COLOURS, start=3)},
        "hlink": look.INK,
        "folHlink": look.QUIET,
    }
    listed = "".join(
        f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>' for name, value in colours.items()
    )
    font = f'<a:latin typeface="{look.FONT}"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    edges = "".join(
        f'<a:ln w="{wide}" cap="flat" cmpd="sng" algn="ctr">{fill}<a:prstDash val="solid"/></a:ln>'
        for wide in (6_350, 12_700, 19_050)
    )
    effects = "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
    return (
        f'{DECLARATION}<a:theme xmlns:a="{_DRAWING}" name="Assessment"><a:themeElements>'
        f'<a:clrScheme name="Assessment">{listed}</a:clrScheme><a:fontScheme name="Assessment">'
        f"<a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont></a:fontScheme>"
        f'<a:fmtScheme name="Assessment"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{edges}</a:lnStyleLst><a:effectStyleLst>{effects}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )


def master_styles() -> str:
    """Return the texts of the master: no bullets, no indents."""
    plain = (
        '<a:lvl{level}pPr marL="0" indent="0" algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" '
        'latinLnBrk="0" hangingPunct="1"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:buNone/>'
        '<a:defRPr sz="{size}" b="{bold}" kern="1200"><a:solidFill><a:schemeClr val="tx1"/>'
        '</a:solidFill><a:latin typeface="+{font}-lt"/><a:ea typeface="+{font}-ea"/>'
        '<a:cs typeface="+{font}-cs"/></a:defRPr></a:lvl{level}pPr>'
    )
    title = plain.format(level=1, size=round(look.TITLE * 100), bold=1, font="mj")
    body, other = (
        "".join(
            plain.format(level=level, size=round(size * 100), bold=0, font="mn")
            for level in range(1, 10)
        )
        for size in (look.LEAD, look.TEXT)
    )
    return (
        f"<p:txStyles><p:titleStyle>{title}</p:titleStyle><p:bodyStyle>{body}</p:bodyStyle>"
        f"<p:otherStyle>{other}</p:otherStyle></p:txStyles>"
    )


def _content_types() -> str:
    parts = {
        "/ppt/presentation.xml": f"{_CONTENT}.presentation.main+xml",
        "/ppt/slideMasters/slideMaster1.xml": f"{_CONTENT}.slideMaster+xml",
        "/ppt/slideLayouts/slideLayout1.xml": f"{_CONTENT}.slideLayout+xml",
        "/ppt/slideLayouts/slideLayout2.xml": f"{_CONTENT}.slideLayout+xml",
        "/ppt/notesMasters/notesMaster1.xml": f"{_CONTENT}.notesMaster+xml",
        "/ppt/presProps.xml": f"{_CONTENT}.presProps+xml",
        "/ppt/viewProps.xml": f"{_CONTENT}.viewProps+xml",
        "/ppt/tableStyles.xml": f"{_CONTENT}.tableStyles+xml",
        **{
            f"/ppt/theme/theme{n}.xml": "application/vnd.openxmlformats-officedocument.theme+xml"
            for n in (1, 2)
        },
    }
    endings = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        "png": "image/png",
        "jpeg": "image/jpeg",
    }
    return (
        f'{DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
        + "".join(f'<Default Extension="{e}" ContentType="{t}"/>' for e, t in endings.items())
        + "".join(f'<Override PartName="{p}" ContentType="{t}"/>' for p, t in parts.items())
        + "</Types>"
    )


def _notes_master() -> str:
    """The pages of speaker notes: the slide above, the notes below, nothing else."""

    def place(identity: int, kind: str, y: int, high: int, more: str) -> str:
        return (
            f'<p:sp><p:nvSpPr><p:cNvPr id="{identity}" name="{kind}"/><p:cNvSpPr><a:spLocks '
            f'noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="{kind}" idx="{identity}"/></p:nvPr>'
            f'</p:nvSpPr><p:spPr><a:xfrm><a:off x="685800" y="{y}"/><a:ext cx="5486400" '
            f'cy="{high}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>{more}'
            "</p:sp>"
        )

    text = (
        '<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:r><a:rPr lang="en-GB"/><a:t>Notes</a:t></a:r>'
        "</a:p></p:txBody>"
    )
    style = (
        '<a:lvl1pPr marL="0" algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" '
        'hangingPunct="1"><a:defRPr sz="1200" kern="1200"><a:solidFill><a:schemeClr val="tx1"/>'
        '</a:solidFill><a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/>'
        '<a:cs typeface="+mn-cs"/></a:defRPr></a:lvl1pPr>'
    )
    return (
        f"{DECLARATION}<p:notesMaster {NAMESPACES}><p:cSld><p:bg><p:bgPr><a:solidFill>"
        '<a:schemeClr val="bg1"/></a:solidFill><a:effectLst/></p:bgPr></p:bg><p:spTree>'
        '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
        f"{place(2, 'sldImg', 1_143_000, 3_086_100, '')}"
        f"{place(3, 'body', 4_400_550, 3_600_450, text)}</p:spTree></p:cSld>"
        '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" '
        'accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" '
        f'folHlink="folHlink"/><p:notesStyle>{style}</p:notesStyle></p:notesMaster>'
    )


_PRESENTATION: Final = (
    f'{DECLARATION}<p:presentation {NAMESPACES} saveSubsetFonts="1"><p:sldMasterIdLst>'
    '<p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst><p:notesMasterIdLst>'
    '<p:notesMasterId r:id="rId2"/></p:notesMasterIdLst>'
    '<p:sldSz cx="12192000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/>'
    "</p:presentation>"
)
_PROPERTIES: Final = f"{DECLARATION}<p:presentationPr {NAMESPACES}/>"
_VIEWS: Final = f"{DECLARATION}<p:viewPr {NAMESPACES}/>"
_TABLES: Final = (
    f'{DECLARATION}<a:tblStyleLst xmlns:a="{_DRAWING}" '
    'def="{2D5ABB26-0587-4C30-8999-92F81FD0307C}"/>'
)

FIXED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": relations((RELATION["document"], "ppt/presentation.xml")),
        "ppt/presentation.xml": _PRESENTATION,
        "ppt/_rels/presentation.xml.rels": relations(
            (RELATION["master"], "slideMasters/slideMaster1.xml"),
            (RELATION["notes"], "notesMasters/notesMaster1.xml"),
            (RELATION["theme"], "theme/theme1.xml"),
            (RELATION["properties"], "presProps.xml"),
            (RELATION["views"], "viewProps.xml"),
            (RELATION["tables"], "tableStyles.xml"),
        ),
        "ppt/presProps.xml": _PROPERTIES,
        "ppt/viewProps.xml": _VIEWS,
        "ppt/tableStyles.xml": _TABLES,
        "ppt/notesMasters/notesMaster1.xml": _notes_master(),
        "ppt/notesMasters/_rels/notesMaster1.xml.rels": relations(
            (RELATION["theme"], "../theme/theme2.xml")
        ),
    }
)
"""By the name of a part what stands in it."""
