"""The report of a data version; the same version makes the same bytes."""

from html import escape
from pathlib import Path
from typing import Final

from plotly.offline import get_plotlyjs

from corvana.analysis.answers.walkthrough import Next
from corvana.analysis.findings.registry import KINDS
from corvana.questions import accounts
from corvana.questions.view import View
from corvana.questions.walkthrough import everything
from corvana.questions.walkthrough import steps as steps_of
from corvana.report import sections

_STYLE: Final = Path(__file__).with_name("style.css")
_TITLE: Final = "Incident response: what we found"
_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
)
"""The content security policy: the file may load nothing; its script and style are inline."""


def report_html(view: View) -> str:
    """Return the report of a data version as one self-contained HTML document."""
    account, steps = accounts.whole(view), steps_of(view)
    withheld = sum(step.withheld for step in steps if isinstance(step, Next))
    parts = [
        *(
            (step.title, sections.step(step, f"figure-{place}"))
            for place, step in enumerate(steps, start=1)
        ),
        ("Scorecard", sections.scorecard(view.frame("scorecard"), sections.concluded(view))),
        ("All findings", sections.findings(everything(view), withheld)),
        ("The data", sections.data_state(view, account)),
        ("Privacy", sections.privacy()),
        ("Method", sections.how(KINDS)),
    ]
    return _document(parts, sections.period(account))


def _document(parts: list[tuple[str, str]], period: str) -> str:
    contents = "".join(
        f'<li><a href="#part-{place}">{escape(title)}</a></li>'
        for place, (title, _) in enumerate(parts, start=1)
    )
    body = "\n".join(
        f'<section id="part-{place}">{html}</section>'
        for place, (_, html) in enumerate(parts, start=1)
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_TITLE}</title>
<style>{_STYLE.read_text(encoding="utf-8")}</style>
<script>{get_plotlyjs()}</script>
</head>
<body>
<header><h1>{_TITLE}</h1><p>{escape(period)}. It names nobody.</p></header>
<nav aria-label="Contents"><ul>{contents}</ul></nav>
<main>
{body}
</main>
</body>
</html>
"""
