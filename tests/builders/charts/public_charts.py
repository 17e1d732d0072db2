"""Every public chart."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable

import plotly.graph_objects as go

from corvana import charts


def public_charts() -> dict[str, Callable[..., go.Figure]]:
    """The public charts by module and name."""
    found = pkgutil.walk_packages(charts.__path__, f"{charts.__name__}.")
    modules = [importlib.import_module(each.name) for each in found]
    return {
        f"{module.__name__.rpartition('.')[-1]}.{name}": function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if name.startswith("plot_") and function.__module__ == module.__name__
    }
