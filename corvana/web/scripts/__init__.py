"""The scripts that draw charts in the browser: Plotly's and ours.

Their addresses change with their content, so browsers keep them for good.
"""

import gzip
import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from plotly.offline import get_plotlyjs, get_plotlyjs_version
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


def _read(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _address(name: str, content: str) -> str:
    return f"scripts/{name}-{hashlib.sha256(content.encode()).hexdigest()[:12]}.js"


_MARKS: Final = _read("marks.js")
MARKS: Final = _address("marks", _MARKS)
"""Where the chart's script finds the one about marks, relative to the app's address."""
_CHART: Final = _read("chart.js").replace("./marks.js", f"./{MARKS.removeprefix('scripts/')}")

CHART: Final = _address("chart", _CHART)
"""Where browsers find our script, relative to the app's address."""
PLOTLY: Final = f"scripts/plotly-{get_plotlyjs_version()}.js"
"""Where they find Plotly's, the version that the report holds, too."""

_CONTENT: Final[Mapping[str, Callable[[], str]]] = {
    CHART: lambda: _CHART,
    MARKS: lambda: _MARKS,
    PLOTLY: get_plotlyjs,
}
_HEADERS: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Encoding": "gzip",
    "Vary": "Accept-Encoding",
}


def script(request: Request) -> Response:
    """Send a script, compressed: every browser takes that. Any other name is not found."""
    name = f"scripts/{request.path_params['name']}"
    if name not in _CONTENT:
        return PlainTextResponse("Not found\n", 404)
    return Response(_compressed(name), media_type="text/javascript", headers=_HEADERS)


@lru_cache
def _compressed(name: str) -> bytes:
    """Plotly's takes a fifth of a second, so only once; the route runs beside the event loop."""
    return gzip.compress(_CONTENT[name]().encode())


routes = [Route("/scripts/{name}", script, methods=["GET"])]
