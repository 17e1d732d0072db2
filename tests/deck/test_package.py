"""A deck is a valid package: PowerPoint refuses or repairs what others only overlook."""

import posixpath
import re
from collections import Counter

import pytest

from corvana.deck.document import deck_pptx
from corvana.questions.view import View
from tests.builders.analysis.ledger_of_findings import finding, ledger
from tests.builders.deck.read_deck import ReadDeck
from tests.builders.evidence.read_report import labels, version
from tests.conftest import Connected

RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
P = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "c": CHART.strip("{}"),
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
}
ORDERS = {
    "chartSpace": "date1904 lang roundedCorners style clrMapOvr protection chart spPr txPr "
    "externalData printSettings userShapes extLst",
    "chart": "title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend "
    "plotVisOnly dispBlanksAs extLst",
    "plotArea": "layout barChart catAx valAx dTable spPr extLst",
    "barChart": "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId extLst",
    "ser": "idx order tx spPr invertIfNegative pictureOptions dPt dLbls trendline errBars cat val "
    "shape extLst",
    "errBars": "errDir errBarType errValType noEndCap plus minus val spPr extLst",
    "catAx": "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark "
    "minorTickMark tickLblPos spPr txPr crossAx crosses crossesAt auto lblAlgn lblOffset "
    "tickLblSkip tickMarkSkip noMultiLvlLbl extLst",
    "valAx": "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark "
    "minorTickMark tickLblPos spPr txPr crossAx crosses crossesAt crossBetween majorUnit minorUnit "
    "dispUnits extLst",
    "scaling": "logBase orientation max min extLst",
    "sldMaster": "cSld clrMap sldLayoutIdLst transition timing hf txStyles extLst",
    "sldLayout": "cSld clrMapOvr transition timing hf extLst",
    "sld": "cSld clrMapOvr transition timing extLst",
    "presentation": "sldMasterIdLst notesMasterIdLst handoutMasterIdLst sldIdLst sldSz notesSz "
    "embeddedFontLst custShowLst photoAlbum custDataLst kinsoku defaultTextStyle extLst",
    "tcPr": "lnL lnR lnT lnB lnTlToBr lnBlToTr cell3D noFill solidFill gradFill extLst",
}
"""The order of children that the standard (ECMA-376) asks for, of the elements a deck has."""


def own(tag: object) -> str:
    return str(tag).rpartition("}")[2]


@pytest.fixture
def deck() -> ReadDeck:
    found = ledger(finding("exhausted_policy"), finding("noisy_service", "P2", low=0.5, high=0.5))
    named = labels(P1="Payments", P2="=cmd|' /C calc'!A0")
    return ReadDeck(deck_pptx(View.of_version(version(findings=found, labels=named))))


@pytest.fixture
def real(concluded: Connected) -> ReadDeck:
    return ReadDeck(deck_pptx(View.of_version(concluded.data())))


def whole_package_is_valid(deck: ReadDeck) -> None:
    assert len(deck.names) == len(set(deck.names))
    parts = deck.xml("")
    for name, root in parts.items():
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            ids = [one.get("Id") for one in root]
            assert len(ids) == len(set(ids)), name
            for one in root:
                assert one.get("TargetMode") is None, "a deck loads nothing from elsewhere"
                target = str(one.get("Target"))
                path = (
                    target.lstrip("/")
                    if target.startswith("/")
                    else posixpath.normpath(posixpath.join(folder, target))
                )
                assert path in deck.parts, (name, target)
            continue
        folder, file = posixpath.split(name)
        rels = parts.get(f"{folder}/_rels/{file}.rels")
        known = {one.get("Id") for one in rels} if rels is not None else set()
        used = {
            value
            for element in root.iter()
            for key, value in element.attrib.items()
            if str(key).startswith(RELATION)
        }
        assert used <= known, (name, used - known)
        wanted = {
            own(element.tag): element for element in root.iter() if own(element.tag) in ORDERS
        }
        for element in root.iter():
            order = ORDERS.get(own(element.tag), "").split()
            if own(element.tag) not in wanted or not order:
                continue
            children = [own(child.tag) for child in element]
            assert set(children) <= set(order), (name, own(element.tag), children)
            assert children == sorted(children, key=order.index), (name, own(element.tag))
        ids = [one.get("id") for one in root.iter() if own(one.tag) == "cNvPr"]
        assert len(ids) == len(set(ids)), name
    types = parts["[Content_Types].xml"]
    overrides = {str(one.get("PartName")).lstrip("/") for one in types if one.get("PartName")}
    endings = {one.get("Extension") for one in types if one.get("Extension")}
    assert overrides <= set(deck.names)
    for name in set(deck.names) - overrides - {"[Content_Types].xml"}:
        assert name.rpartition(".")[2] in endings, name
        assert not name.endswith(".xml"), f"{name} has no type of its own"


def test_a_deck_is_a_valid_package(deck, real):
    whole_package_is_valid(deck)
    whole_package_is_valid(real)


def test_slides_masters_and_layouts_have_the_ids_that_powerpoint_wants(deck):
    root = deck.xml("ppt/presentation.xml")["ppt/presentation.xml"]
    slides = [int(one.get("id")) for one in root.iterfind(".//p:sldId", P)]
    assert len(slides) == len(set(slides)) == len(deck.slides)
    assert min(slides) >= 256
    layouts = [
        int(one.get("id"))
        for master in deck.xml("ppt/slideMasters/slideMaster").values()
        for one in master.iterfind(".//p:sldLayoutId", P)
    ]
    masters = [int(one.get("id")) for one in root.iterfind(".//p:sldMasterId", P)]
    assert min(masters + layouts) >= 2**31
    assert len(set(masters + layouts)) == len(masters + layouts)


def test_axes_have_ids_that_the_standard_allows_and_that_meet(deck):
    charts = deck.xml("ppt/charts/chart")
    assert charts
    for name, root in charts.items():
        ids = Counter(int(one.get("val")) for one in root.iter(f"{CHART}axId"))
        assert min(ids) >= 0, name
        assert set(ids.values()) == {2}, name
        assert {int(one.get("val")) for one in root.iter(f"{CHART}crossAx")} == set(ids)


def test_it_is_wide_and_has_nothing_of_another_templates_look(deck):
    shown = deck.presentation
    assert (shown.slide_width, shown.slide_height) == (12_192_000, 6_858_000)
    assert [layout.name for layout in shown.slide_layouts] == ["Title", "Content"]
    themes = b"".join(content for name, content in deck.parts.items() if "theme" in name)
    assert b"Calibri" not in themes
    assert b"Office Theme" not in themes


def test_no_place_is_empty_and_every_slide_but_the_first_has_its_number(deck, real):
    for one in (deck, real):
        for place, slide in enumerate(one.slides):
            for shape in slide.slide.placeholders:
                assert shape.text_frame.text.strip(), (slide.title, shape.name)
            kinds = [str(shape.placeholder_format.type) for shape in slide.slide.placeholders]
            assert sum("SLIDE_NUMBER" in kind for kind in kinds) == (place > 0)


def test_titles_are_there_and_differ(deck, real):
    for one in (deck, real):
        assert all(one.titles)
        assert len(one.titles) == len(set(one.titles))


def test_it_can_be_read_by_ear(deck, real):
    for one in (deck, real):
        for slide in one.slides:
            shapes = list(slide.slide.shapes)
            assert shapes[0] == slide.slide.shapes.title, "the title is read first"
            for shape in shapes:
                if shape.has_chart or shape.has_table:
                    told = shape._element.xpath(".//p:cNvPr/@descr")
                    assert told, (slide.title, shape.name)
                    assert len(told[0]) > 20, (slide.title, shape.name)
            if len(shapes) > 2:
                last = shapes[-1]
                assert last.is_placeholder or slide is one.slides[0]


def test_every_text_has_its_language(deck):
    spoken = 0
    for name, root in {**deck.xml("ppt/slides/"), **deck.xml("ppt/notesSlides/")}.items():
        for run in root.iterfind(".//a:r", P):
            properties = run.find("a:rPr", P)
            assert properties is not None, name
            assert properties.get("lang") == "en-GB", name
            spoken += 1
    assert spoken > 50
    assert deck.presentation.core_properties.language == "en-GB"


def test_the_same_version_makes_the_same_bytes():
    data = version(findings=ledger(finding("exhausted_policy")))
    assert deck_pptx(View.of_version(data)) == deck_pptx(View.of_version(data))


def test_no_name_becomes_a_formula_or_a_link(deck):
    """A workbook lies in every chart. A service may be called like a formula."""
    text = deck.every_text()
    assert "cmd|" in text
    assert not re.search(r"<f>[^<]*cmd", text)
    assert "<hyperlink" not in text
    assert "externalLink" not in text
