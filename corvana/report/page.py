"""The frame of a file that opens in any browser: one page of HTML that loads nothing."""

from html import escape
from pathlib import Path
from typing import Final

from corvana.assessment import colours

_STYLE: Final = Path(__file__).with_name("style.css")


def page(
    title: str, body: str, *, foot: str, script: str = "", accent: str = "", style: str = ""
) -> str:
    """Return a whole HTML document with the report's style and print layout.

    `body` is HTML; `foot` is plain text and stands at the foot of each printed page, beside the
    page's number. `accent` (`#rrggbb`) replaces Corvana's own colour, and `style` is CSS that
    follows the report's own. Only the given script may run, and nothing may be loaded.
    """
    scripts = "'unsafe-inline'" if script else "'none'"
    policy = f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data:"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{_STYLE.read_text(encoding="utf-8")}@page{{@bottom-left{{content:{_quoted(foot)}}}}}{_coloured(accent)}{style}</style>
{f"<script>{script}</script>" if script else ""}
</head>
<body>
{body}
</body>
</html>
"""


def _coloured(accent: str) -> str:
    """The rules for a colour of the client; on the dark background its nearest readable shade."""
    if not accent:
        return ""
    colours.check_on_white(accent)
    dark = colours.readable(accent, colours.DARK)
    return (
        f":root{{--accent:{accent}}}@media screen and (prefers-color-scheme:dark)"
        f"{{:root{{--accent:{dark}}}}}"
    )


def _quoted(text: str) -> str:
    """A text as a string of CSS. All signs but letters and digits are escaped: a client's name
    must not end the string or the style sheet."""
    signs = (
        sign if sign.isascii() and sign.isalnum() else f"\\{ord(sign):06x}"
        for sign in " ".join(text.split())
    )
    return f'"{"".join(signs)}"'
