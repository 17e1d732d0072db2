"""One slide a finding: what was found, how large and how sure it is, and what to do."""

from collections.abc import Mapping
from typing import Final

from pptx.presentation import Presentation as Deck
from pptx.slide import Slide

from corvana.analysis import wording
from corvana.analysis.answers.findings import effect, how_sure, size
from corvana.analysis.answers.reviewed import EFFORTS
from corvana.analysis.answers.walkthrough import Told
from corvana.analysis.findings.registry import kind_of
from corvana.deck import charts, look, measured
from corvana.deck.chosen import Item
from corvana.deck.look import Area
from corvana.deck.measured import Named
from corvana.deck.shapes import QUIET, Text, high, panel, write
from corvana.deck.slides.slide import begin
from corvana.deck.sources import REGISTER, Shown, of_finding
from corvana.deck.story import Story

_CAPTION: Final = Area(48, 150, 540, 18)
_CHART: Final = Area(48, 172, 540, 128)
_FOOTNOTE: Final = Area(48, 302, 540, 16)
_FACTS: Final = Area(612, 150, 300, 170)
_ADVICE: Final = Area(48, 334, 540, 156)
_PLAN: Final = Area(612, 334, 300, 156)
_WHOLE_ADVICE: Final = Area(48, 150, 540, 336)
_UPPER_PLAN: Final = Area(612, 150, 300, 156)
"""Where these stand if a finding has no numbers."""
_LINES: Final = 17
"""Lines of what to do on a slide of its own."""
_SIZES: Final = (look.TEXT, 13.0, look.SMALL)
NOT_SET: Final = "not set"


def slides(deck: Deck, story: Story) -> None:
    """Draw every finding, and one slide that says why there is none."""
    for number, item in enumerate(story.items, start=1):
        _finding(deck, number, item)
    if not story.items:
        begin(deck, "No finding", why_none(story))


def why_none(story: Story) -> str:
    """Return in a sentence why there is no finding."""
    if not story.is_analysed:
        return "Findings are made when a collection is complete."
    if story.is_anything_found:
        return "Nothing that was found is told here."
    return "No difference is both large enough to be worth a change and too clear to be chance."


def worth(item: Item) -> str:
    """Return the avoidable time of a finding in words."""
    return item.told.worth if item.told else "not measured"


def effort(item: Item) -> str:
    """Return the effort in words: "small", "medium", "large"."""
    return EFFORTS.get(item.effort, NOT_SET)


def _finding(deck: Deck, number: int, item: Item) -> None:
    title, shown = item.numbered(number), sources(item)
    slide = begin(deck, title, item.sentence, shown)
    more = [how_sure(item.told.finding)] if item.told else []
    more += [f"The assessor's note: {item.remark}"] if item.remark else []
    if item.told:
        _evidence(slide, item.told)
        _facts(slide, item.told)
    is_whole = _advice(slide, item, _ADVICE if item.told else _WHOLE_ADVICE)
    _plan(slide, item, _PLAN if item.told else _UPPER_PLAN)
    _add_to_notes(slide, more)
    if not is_whole:
        _go_on(deck, title, item, shown)


def _go_on(deck: Deck, title: Named, item: Item, shown: list[Shown]) -> None:
    """Write the whole of what to do on slides of its own, as many as it needs."""
    lines = measured.lines(measured.clean(item.advice), look.TEXT, look.BODY.wide)
    parts = [lines[place : place + _LINES] for place in range(0, len(lines), _LINES)]
    for number, part in enumerate(parts, start=1):
        which = f", {number} of {len(parts)}" if len(parts) > 1 else ""
        head = title._replace(after=f"{title.after} (what to do{which})")
        slide = begin(deck, head, item.sentence, shown)
        texts = _advised(item, look.TEXT, "\n".join(part))
        write(slide, look.BODY, texts, "What to do")


def sources(item: Item) -> list[Shown]:
    """Return where everything that is told of a finding stands in the evidence pack."""
    written = [
        Shown(text, REGISTER, field)
        for text, field in (
            (item.owner, "owner"),
            (item.due_in_words, "due"),
            (item.effort, "effort"),
            (item.status if item.status.startswith("done") else "", "done"),
        )
        if text
    ]
    if item.told is None or item.place is None:
        return [Shown(item.title, REGISTER, "title"), *written]
    finding = item.told.finding
    unit = kind_of(finding.kind).unit
    numbers = (
        (size(finding.effect, unit), "effect"),
        (size(finding.low, unit), "interval[0]"),
        (size(finding.high, unit), "interval[1]"),
        (size(finding.reference, unit), "evidence.reference"),
        (wording.count(finding.n), "n"),
        (item.told.worth, "avoidable_minutes_per_month"),
        (item.told.certainty, "words.certainty"),
        (item.sentence, "words.sentence"),
        (item.advice, "words.advice"),
    )
    return [*of_finding(item.place, *((text, field) for text, field in numbers if text)), *written]


def _evidence(slide: Slide, told: Told) -> None:
    kind = kind_of(told.finding.kind)
    measured_by = measured.shortened(
        kind.comparison.measured, look.TEXT, _CAPTION.wide, 1, bold=True
    )
    write(slide, _CAPTION, [Text(measured_by, look.TEXT, bold=True)], "Heading of the chart")
    charts.comparison(
        slide, _CHART, told.finding, kind.unit, told.where, kind.comparison, told.caption
    )
    has_interval = told.finding.low < told.finding.high
    note = "Black line: 95 % interval" if has_interval else "Read off the configuration"
    write(slide, _FOOTNOTE, [Text(note, look.SMALLEST, colour=QUIET)], "Note on the chart")


def _facts(slide: Slide, told: Told) -> None:
    """Size, comparison value, avoidable time and certainty in a panel."""
    finding = told.finding
    facts = {
        "Size (95 % interval)": effect(finding),
        "Comparison value": size(finding.reference, kind_of(finding.kind).unit),
        "Avoidable": told.worth,
        "Certainty": f"{told.certainty}, n = {wording.count(finding.n)}",
    }
    wide = _FACTS.wide - 24
    texts = _listed(facts, wide, 2)
    if high(texts, wide) > _FACTS.high - 16:
        texts = _listed(facts, wide, 1)
    panel(slide, _FACTS, texts, "Facts")


def _advice(slide: Slide, item: Item, area: Area) -> bool:
    """Write what to do, in short if it does not fit. Returns whether it is whole."""
    if not item.advice:
        return True
    advice = measured.clean(item.advice)
    for points in _SIZES:
        texts = _advised(item, points, advice)
        if high(texts, area.wide) <= area.high:
            write(slide, area, texts, "What to do")
            return True
    head = Text("What to do", look.TEXT, bold=True)
    lines = int((area.high - high([head], area.wide)) / (look.SMALL * measured.LINE))
    short = measured.shortened(advice.replace("\n", " "), look.SMALL, area.wide, lines - 1)
    more = Text("The next slide has the whole text.", look.SMALL, colour=QUIET)
    write(slide, area, [head, Text(short, look.SMALL), more], "What to do, in short")
    return False


def _advised(item: Item, points: float, advice: str) -> list[Text]:
    where = [Text(f"Where: {item.setting}", look.SMALL, colour=QUIET, space=4)]
    return [
        Text("What to do", look.TEXT, bold=True),
        Text(advice, points, space=2),
        *(where if item.setting else []),
    ]


def _plan(slide: Slide, item: Item, area: Area) -> None:
    """Owner, due date and effort in a panel, and a status that readers have to know."""
    facts = {
        "Owner": item.owner or NOT_SET,
        "Due": item.due_in_words or NOT_SET,
        "Effort": effort(item),
        **({"Status": item.status} if item.status else {}),
    }
    wide = area.wide - 24
    texts = _listed(facts, wide, 2)
    if high(texts, wide) > area.high - 16:
        texts = _listed(facts, wide, 1)
    panel(slide, area, texts, "Plan")


def _listed(facts: Mapping[str, str], wide: float, most: int) -> list[Text]:
    """Each fact below its name, in at most so many lines."""
    return [
        text
        for what, value in facts.items()
        for text in (
            Text(what, look.SMALLEST, colour=QUIET, space=4),
            Text(measured.shortened(value, 13, wide, most, bold=True), 13, bold=True),
        )
    ]


def _add_to_notes(slide: Slide, more: list[str]) -> None:
    frame = slide.notes_slide.notes_text_frame
    if frame is not None and more:
        said, *rest = frame.text.split("\n")
        frame.text = measured.clean("\n".join([said, *more, *rest]))
