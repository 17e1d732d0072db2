"""Every payload of the allowlist, even if no module imports it by name."""

from importlib import import_module
from pkgutil import iter_modules

from corvana.pagerduty import payloads
from corvana.pagerduty.payloads import Payload


def every_payload() -> list[type[Payload]]:
    """The payloads of all files of the allowlist, each once, without the pages around them."""
    found: dict[type[Payload], None] = {Payload: None}
    for file in iter_modules(payloads.__path__):
        for each in vars(import_module(f"{payloads.__name__}.{file.name}")).values():
            if isinstance(each, type) and issubclass(each, Payload):
                found[each] = None
    return list(found)
