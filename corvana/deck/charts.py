"""Charts that can be edited in PowerPoint: their data lie in a workbook inside the file.

python-pptx draws bars and columns, but no whiskers. These are added to the chart's XML and point to
two more columns of the workbook, so that they follow when somebody edits the data.
"""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import pandas as pd
import xlsxwriter
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml import parse_xml
from pptx.slide import Slide
from pptx.util import Emu, Pt

from corvana.analysis import wording
from corvana.analysis.answers.findings import size
from corvana.analysis.findings.kind import Comparison, Finding, Unit
from corvana.deck import look, measured
from corvana.deck.look import Area
from corvana.deck.measured import Named
from corvana.deck.shapes import ACCENT, LINE, QUIET, describe
from corvana.deck.template import emu

_CONTEXT: Final = MSO_THEME_COLOR.ACCENT_2
_CHART: Final = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
_LABELS: Final = 0.36
"""The share of a comparison's width that the names of its bars take."""
_MADE: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook's properties have no time zone
"""When every workbook inside a deck says it was made: the deck itself says the real day."""
_MOST_LABELS: Final = 18
_FARTHEST: Final = 1.06
_BAR_GAP: Final = 60


def comparison(
    slide: Slide,
    area: Area,
    finding: Finding,
    unit: Unit,
    name: str,
    words: Comparison,
    alternative: str,
) -> None:
    """Draw the effect above its reference, with the 95 % interval as a whisker.

    The value stands in the name of each bar: a label at its end would lie on the whisker.
    """
    wide = area.wide * _LABELS - 14
    labels = [
        measured.abridged(
            Named(f"{size(value, unit)} · ", measured.clean(label)), look.TEXT, wide, 3
        )
        for value, label in ((finding.effect, name), (finding.reference, words.elsewhere))
    ]
    data = CategoryChartData()
    data.categories = labels
    series = (
        (words.measured, (finding.effect, None)),
        ("Comparison value", (None, finding.reference)),
    )
    for title, values in series:
        data.add_series(title, values)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *_emus(area), data)
    chart: Chart = frame.chart
    farthest = (
        1.0
        if unit == "share"
        else _FARTHEST
        * max(
            one
            for one in (finding.effect, finding.reference, finding.high)
            if one == one  # noqa: PLR0124
        )
    )
    _bars(chart, (ACCENT, _CONTEXT), farthest, gap=_BAR_GAP, overlap=100)
    chart.category_axis.tick_labels.font.size = Pt(look.TEXT)
    _place_plot(chart, x=_LABELS, wide=1 - _LABELS)
    whiskers: list[tuple[str, Sequence[float | None]]] = []
    if finding.low < finding.high:  # what is read off has no interval
        below, above = finding.effect - finding.low, finding.high - finding.effect
        _whisker(chart, below, above)
        whiskers = [
            (f"95 % interval, {side}", (length, None))
            for side, length in (("below", below), ("above", above))
        ]
    _workbook(chart, (f"in {unit}", labels), *series, *whiskers)
    frame.name = "Comparison"
    describe(frame, alternative)


def weeks(slide: Slide, area: Area, counted: pd.DataFrame, alternative: str) -> None:
    """Draw how many incidents each whole week had; `counted` has `week` and `n`."""
    names = [wording.instant(week) for week in counted["week"]]
    numbered = [int(n) for n in counted["n"]]
    data = CategoryChartData(number_format="#,##0")
    data.categories = names
    data.add_series("Incidents", numbered)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *_emus(area), data)
    chart: Chart = frame.chart
    _plain(chart)
    _paint(chart, (ACCENT,), gap=35, overlap=0)
    numbers, days = chart.value_axis, chart.category_axis
    numbers.minimum_scale = 0
    numbers.has_major_gridlines = True
    numbers.major_gridlines.format.line.color.theme_color = LINE
    numbers.format.line.fill.background()
    numbers.tick_labels.number_format, numbers.tick_labels.number_format_is_linked = "#,##0", False
    days.format.line.color.theme_color = LINE
    for axis in (numbers, days):
        axis.major_tick_mark = XL_TICK_MARK.NONE
        axis.tick_labels.font.size = Pt(look.SMALLEST)
        axis.tick_labels.font.color.theme_color = QUIET
    _every_label(chart, -(-len(names) // _MOST_LABELS))
    _workbook(chart, ("Week of", names), ("Incidents", numbered))
    frame.name = "Incidents a week"
    describe(frame, alternative)


def beside_rows(
    slide: Slide,
    area: Area,
    names: Sequence[str],
    values: Sequence[float | None],
    farthest: float,
    alternative: str,
) -> None:
    """Draw one bar for each row of a table that stands beside it and has rows of equal height."""
    names = [measured.clean(name) for name in names]
    data = CategoryChartData()
    data.categories = names
    data.add_series("Value", values)
    frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *_emus(area), data)
    chart: Chart = frame.chart
    _bars(chart, (ACCENT,), farthest, gap=110, overlap=0)
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    _place_plot(chart, x=0.0, wide=1.0)
    _workbook(chart, ("", names), ("Value", values))
    frame.name = alternative.split(".", maxsplit=1)[0]
    describe(frame, alternative)


def _emus(area: Area) -> tuple[Emu, ...]:
    return tuple(Emu(emu(one)) for one in area)


def _plain(chart: Chart) -> None:
    chart.has_title = False
    chart.has_legend = False
    chart.font.name = look.FONT
    chart.font.size = Pt(look.SMALL)
    # python-pptx numbers axes below zero, which the standard does not allow.
    for number in chart._chartSpace.xpath("//c:axId | //c:crossAx"):  # noqa: SLF001
        number.set("val", number.get("val").removeprefix("-"))


def _paint(chart: Chart, colours: Sequence[MSO_THEME_COLOR], *, gap: int, overlap: int) -> None:
    plot = chart.plots[0]
    plot.gap_width, plot.overlap, plot.vary_by_categories = gap, overlap, False
    for series, colour in zip(plot.series, colours, strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.theme_color = colour
        series.invert_if_negative = False


def _bars(
    chart: Chart,
    colours: Sequence[MSO_THEME_COLOR],
    farthest: float,
    *,
    gap: int,
    overlap: int,
) -> None:
    """Lying bars from 0 to `farthest`, the first one above, without axes."""
    _plain(chart)
    _paint(chart, colours, gap=gap, overlap=overlap)
    names, values = chart.category_axis, chart.value_axis
    names.reverse_order = True
    names.major_tick_mark = XL_TICK_MARK.NONE
    names.format.line.color.theme_color = _CONTEXT
    values.minimum_scale, values.maximum_scale = 0, farthest or 1
    values.has_major_gridlines = False
    values.visible = False


def _place_plot(chart: Chart, *, x: float, wide: float) -> None:
    """Put the bars at a fixed place of the chart, as shares of its width and over its height."""
    area = chart._chartSpace.chart.plotArea  # noqa: SLF001 - python-pptx has no layouts
    for old in area.xpath("c:layout"):
        area.remove(old)
    area.insert(
        0,
        parse_xml(
            f'<c:layout {_CHART}><c:manualLayout><c:layoutTarget val="inner"/>'
            '<c:xMode val="edge"/><c:yMode val="edge"/>'
            f'<c:x val="{x}"/><c:y val="0"/><c:w val="{wide}"/><c:h val="1"/>'
            "</c:manualLayout></c:layout>"
        ),
    )


def _every_label(chart: Chart, nth: int) -> None:
    """Name each nth column only, so that the names stay level and apart."""
    axis = chart.category_axis._element  # noqa: SLF001 - python-pptx always leaves it to PowerPoint
    axis.xpath("c:noMultiLvlLbl")[0].addprevious(
        parse_xml(f'<c:tickLblSkip {_CHART} val="{nth}"/>')
    )


def _whisker(chart: Chart, below: float, above: float) -> None:
    """Add the interval to the first bar. Their place in the XML is fixed: before the categories."""
    minus, plus = (
        f"<c:{name}><c:numRef><c:f>Sheet1!${column}$2:${column}$3</c:f><c:numCache>"
        '<c:formatCode>General</c:formatCode><c:ptCount val="2"/>'
        f'<c:pt idx="0"><c:v>{length!r}</c:v></c:pt></c:numCache></c:numRef></c:{name}>'
        for name, column, length in zip(("minus", "plus"), "DE", (below, above), strict=True)
    )
    bars = parse_xml(
        f'<c:errBars {_CHART}><c:errBarType val="both"/><c:errValType val="cust"/>'
        f'<c:noEndCap val="0"/>{plus}{minus}<c:spPr><a:ln w="22225"><a:solidFill>'
        '<a:schemeClr val="tx1"/></a:solidFill></a:ln></c:spPr></c:errBars>'
    )
    series = chart.plots[0].series[0]._element  # noqa: SLF001 - python-pptx has no whiskers
    series.xpath("c:cat")[0].addprevious(bars)


def _workbook(chart: Chart, *columns: tuple[str, Sequence[Any]]) -> None:
    """Write the workbook that PowerPoint opens for *Edit data*.

    A name is written as text, whatever it begins with: it must never become a formula or a link.
    """
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"created": _MADE})
    sheet = book.add_worksheet("Sheet1")
    for number, (title, values) in enumerate(columns):
        sheet.write_string(0, number, title)
        for row, value in enumerate(values, start=1):
            _write(sheet, row, number, value)
    book.close()
    chart.part.chart_workbook.update_from_xlsx_blob(file.getvalue())


def _write(sheet: Any, row: int, number: int, value: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, number, value)
    elif value is not None:
        sheet.write(row, number, value)
