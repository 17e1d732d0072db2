"""Redirect from `/overview` to `/`. Streamlit serves the first page, the overview, only at `/`."""

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route


async def to_root(request: Request) -> RedirectResponse:
    """Send the browser to `/`, keeping engagement and filters."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/{query}", status_code=307)


routes = [Route("/overview", to_root, methods=["GET"])]
