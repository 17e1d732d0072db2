"""What a page sends for a chart."""

import pytest
from streamlit.testing.v1 import AppTest

from corvana.web import scripts
from tests.builders.drawn_charts import charts


def page(filters: bool) -> None:
    import plotly.graph_objects as go  # noqa: PLC0415 - the page is a script of its own

    from corvana.charts.shapes.plain_figure import PlainFigure  # noqa: PLC0415
    from corvana.ui.plot import plot  # noqa: PLC0415

    figure = PlainFigure(go.Bar(x=[1.5, 2.5], customdata=["P1", "P2"]), {"height": 240})
    plot(figure, key="bars", alt='Half in "4 min".', on_click=print if filters else None)


@pytest.mark.parametrize("filters", [False, True])
def test_a_figure_with_its_text_is_sent_and_whether_marks_filter(filters: bool) -> None:
    shown = AppTest.from_function(page, args=(filters,)).run()
    assert not shown.exception
    [sent] = charts(shown)
    assert sent["told"]["alt"] == 'Half in "4 min".'
    assert sent["told"]["clickable"] is filters
    assert sent["told"]["setsPeriod"] is sent["told"]["opens"] is False
    assert sent["figure"]["data"][0]["customdata"] == ["P1", "P2"]
    assert sent["figure"]["layout"]["height"] == 240


def test_what_draws_it_is_fetched_not_sent_with_every_chart() -> None:
    [element] = AppTest.from_function(page, args=(False,)).run().get("bidi_component")
    assert len(element.proto.js_content) < 300


def waiting() -> None:
    from corvana.ui.plot import fetch_ahead  # noqa: PLC0415 - the page is a script of its own

    fetch_ahead()


def test_a_page_that_waits_has_what_draws_charts_fetched_but_draws_none() -> None:
    shown = AppTest.from_function(waiting).run()
    assert not shown.exception
    assert charts(shown) == []
    [element] = shown.get("bidi_component")
    for script in (scripts.CHART, scripts.PLOTLY):
        assert script in element.proto.js_content
