"""The pages of the simulated identity server: consent and refusal."""

from collections.abc import Sequence
from html import escape

_STYLE = """
:root{color-scheme:light dark;--ink:#1d2733;--soft:#52606d;--paper:#fff;--ground:#f3f5f7;
--line:#c3ccd5;--accent:#0b5c3f;--on:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf2;--soft:#a9b5c1;--paper:#1c242d;
--ground:#12181f;--line:#465462;--accent:#5cc99a;--on:#0b1a14}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,sans-serif}
main{max-width:34rem;margin:8vh auto;padding:2rem;background:var(--paper);
border:1px solid var(--line);border-radius:.75rem}
.tag{margin:0;color:var(--soft);font-size:.875rem;font-weight:600}
h1{margin:.25rem 0 1rem;font-size:1.5rem;line-height:1.3}
fieldset{margin:1.5rem 0;padding:.75rem 1rem;border:1px solid var(--line);border-radius:.5rem}
legend{padding:0 .4rem;font-weight:600}
label{display:block;padding:.3rem 0}
.actions{display:flex;gap:.75rem;flex-wrap:wrap}
button{min-height:2.75rem;padding:.5rem 1.5rem;border:1px solid var(--line);border-radius:.5rem;
background:transparent;color:inherit;font:inherit;font-weight:600;cursor:pointer}
button.allow{background:var(--accent);border-color:var(--accent);color:var(--on)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media(max-width:38rem){main{margin:0;border:0;border-radius:0;min-height:100vh}}
"""

_READ = (
    "Read everything you can see in <strong>{subdomain}</strong>: incidents and their history, "
    "services, escalation policies, schedules, teams and users. It <strong>cannot change "
    "anything</strong>."
)
_WRITE = "<strong>Change</strong> everything you can change in <strong>{subdomain}</strong>."
_NOTHING = "Nothing but your identity in <strong>{subdomain}</strong>."


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>"
    )


def consent_page(
    *,
    transaction: str,
    subdomain: str,
    scopes: Sequence[str],
    people: Sequence[tuple[str, str]],
) -> str:
    """Ask who is connecting and whether to allow it. `people` are (value, label)."""
    name = escape(subdomain)
    sentences = [
        text.format(subdomain=name)
        for scope, text in (("read", _READ), ("write", _WRITE))
        if scope in scopes
    ] or [_NOTHING.format(subdomain=name)]
    permissions = "".join(f"<li>{sentence}</li>" for sentence in sentences)
    choices = "".join(
        f'<label><input type="radio" name="who" value="{escape(value)}"'
        f"{' checked' if position == 0 else ''}> {escape(label)}</label>"
        for position, (value, label) in enumerate(people)
    )
    return _page(
        "Allow access — simulated PagerDuty account",
        '<p class="tag">SIMULATED PagerDuty account — nobody real is in it</p>'
        "<h1>Corvana asks for access to this account</h1>"
        f"<p>If you allow it, Corvana may:</p><ul>{permissions}</ul>"
        '<form method="post" action="authorize">'
        f'<input type="hidden" name="transaction" value="{escape(transaction)}">'
        f"<fieldset><legend>Who is connecting?</legend>{choices}</fieldset>"
        '<div class="actions">'
        '<button class="allow" name="decision" value="allow">Allow</button>'
        '<button name="decision" value="deny">Deny</button></div></form>',
    )


def refusal_page(reason: str) -> str:
    """Say why a request for access is invalid. There is no safe address to redirect to."""
    return _page(
        "Request not understood — simulated PagerDuty account",
        '<p class="tag">SIMULATED PagerDuty account</p>'
        f"<h1>This request for access is not valid</h1><p>{escape(reason)}</p>",
    )
