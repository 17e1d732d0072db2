"""A page of our own without scripts, for what a route has to say."""

from collections.abc import Mapping
from html import escape
from typing import Final

from starlette.responses import HTMLResponse

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} · Corvana</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<style>
:root{{color-scheme:light dark}}
body{{font:1rem/1.6 "Source Sans",system-ui,sans-serif;max-width:34rem;margin:12vh auto;
padding:0 1.5rem;color:light-dark(#12171d,#e6eaef);background:light-dark(#fff,#101418)}}
h1{{font-size:1.6rem;line-height:1.25}}
a{{color:light-dark(#1b639f,#79baec)}}
button{{font:inherit;font-weight:600;min-height:2.75rem;padding:.25rem 1.4rem;border:0;
border-radius:8px;cursor:pointer;color:light-dark(#fff,#0c1218);
background:light-dark(#1f6fb2,#5aa9e6)}}
:is(a,button):focus-visible{{outline:3px solid light-dark(#1f6fb2,#5aa9e6);outline-offset:2px}}
small{{color:light-dark(#56616d,#a7b1bc)}}
</style></head><body><main><h1>{title}</h1>{body}</main></body></html>
"""


def plain_page(
    title: str, body: str, status: int, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """Return a page with this title; `body` is HTML, the title is text."""
    return HTMLResponse(
        _PAGE.format(title=escape(title), body=body),
        status_code=status,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )
