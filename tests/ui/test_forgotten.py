"""Nothing of a deleted account may stay in memory, not even what is still being worked out."""

import plotly.graph_objects as go
import pytest

from corvana.questions.cache import Key
from corvana.ui.data import forget_everything
from corvana.ui.figures import draw_once
from corvana.ui.process import cache


@pytest.mark.usefixtures("router")
def test_a_result_worked_out_while_everything_is_forgotten_is_not_kept() -> None:
    def work_out() -> str:
        forget_everything()
        return "of a deleted account"

    cache().results.get(Key("deleted", 1, "question"), work_out)

    assert not cache().results.all()


@pytest.mark.usefixtures("router")
def test_a_figure_drawn_while_everything_is_forgotten_is_drawn_again() -> None:
    drawn: list[go.Figure] = []

    def plot() -> go.Figure:
        if not drawn:
            forget_everything()
        drawn.append(go.Figure())
        return drawn[-1]

    draw_once(plot)
    draw_once(plot)

    assert len(drawn) == 2
