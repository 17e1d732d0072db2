"""The timeline of coverage: empty, one level, many, and what its title claims."""

import pandas as pd

from corvana.analysis.staffing.covered_levels import GAP, SAME_PERSON
from corvana.charts.covered_levels import plot_cover
from tests.builders.charts.coverage import AS_OF, SINCE, UNTIL, cover

GAPS = (1, "2026-03-28 22:00", "2026-03-29 06:00", GAP, None)
DOUBLED = (2, "2026-03-02", "2026-03-03", SAME_PERSON, 1)


def words(drawn):
    return drawn.layout.title.text.replace("<br>", " ")


def test_no_known_level_is_said_in_words():
    drawn = plot_cover(cover([]), {}, "UTC")
    assert not drawn.data
    assert "No schedules are known" in drawn.layout.annotations[0].text


def test_gaps_and_second_levels_that_add_nobody_are_drawn_on_their_level():
    drawn = plot_cover(cover([(1, 0), (0, 86_400)], GAPS, DOUBLED), {"P1": "<Pay>"}, "UTC")
    whole, doubled, gap = drawn.data
    assert [trace.name for trace in drawn.data] == ["somebody on call", SAME_PERSON, GAP]
    assert (list(doubled.y), list(gap.y)) == (["P1 2"], ["P1 1"])
    assert list(gap.x) == [8 * 3_600_000]
    assert "same person as level 1" in doubled.text[0]
    assert drawn.layout.yaxis.ticktext == ("&lt;Pay&gt; · 1", "&lt;Pay&gt; · 2")
    assert list(whole.x) == [(UNTIL - SINCE).total_seconds() * 1_000] * 2
    assert words(drawn) == ("1 of 2 levels has coverage gaps; 1 repeats a person")


def test_times_are_the_reader_s_and_the_end_of_the_past_is_marked():
    drawn = plot_cover(cover([(1, 0)], GAPS), {}, "Asia/Singapore")
    assert pd.Timestamp(drawn.data[1].base[0]) == pd.Timestamp("2026-03-29 06:00")
    assert "29 Mar 06:00 to 29 Mar 14:00 (8 h)" in drawn.data[1].text[0]
    assert pd.Timestamp(drawn.layout.shapes[0].x0) == pd.Timestamp("2026-03-29 08:00")
    assert drawn.layout.annotations[0].text == "← past · coming →"


def test_without_known_future_nothing_parts_the_past_from_it():
    drawn = plot_cover(cover([(0, 0)], until=AS_OF), {}, "UTC")
    assert not drawn.layout.shapes
    assert words(drawn) == "0 of 1 level has coverage gaps"


def test_many_levels_show_the_worst_and_some_in_order():
    assert len(plot_cover(cover([(1, 0)] * 3 + [(0, 0)] * 90), {}, "UTC").data[0].x) == 12
    assert len(plot_cover(cover([(1, 0)] * 90), {}, "UTC").data[0].x) == 24


def test_of_very_many_gaps_the_longest_are_drawn():
    starts = pd.date_range("2026-03-01", periods=3_000, freq="30min")
    many = [(1, start, start + pd.Timedelta(minutes=1 + i / 100), GAP, None)
            for i, start in enumerate(starts)]  # fmt: skip
    gap = plot_cover(cover([(3_000, 0)], *many), {}, "UTC").data[1]
    assert len(gap.x) == 500
    assert min(gap.x) == (1 + 25) * 60_000
