"""The declaration of a question: its dependencies, and its usual arguments."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import update_wrapper
from types import MappingProxyType
from typing import Any, Concatenate, Final, Generic, ParamSpec, TypeVar

from corvana.analysis.account.selection import Filters
from corvana.questions.view import View

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_questions: Final[dict[str, "Question[..., Any]"]] = {}
QUESTIONS: Final[Mapping[str, "Question[..., Any]"]] = MappingProxyType(_questions)
"""Every question that was declared, by its name."""


class Question(Generic[Arguments, Result]):
    """A function of a view; its result is cached by data version and arguments.

    Results are copied in and out, so they should be small. Different arguments must have a
    different `repr`.

    Attributes
    ----------
    parameters
        The names of the arguments after the view.
    usual
        By parameter, its usual values, if they differ from those that `corvana.questions.usual` has
        for the parameter's name.
    is_usual
        Whether pages ask it if only a usual period is chosen.
    is_compared
        Whether pages then ask it for the period before, too.
    """

    def __init__(
        self,
        work_out: Callable[Concatenate[View, Arguments], Result],
        *,
        depends_on: Callable[..., Filters] | None,
        usual: Mapping[str, Sequence[Any]],
        is_usual: bool,
        is_compared: bool,
    ) -> None:
        self.name = f"{work_out.__module__}.{work_out.__qualname__}"
        self._signature = inspect.signature(work_out)
        self.parameters = tuple(self._signature.parameters)[1:]
        self.usual = usual
        self.is_usual = is_usual
        self.is_compared = is_compared
        self._work_out = work_out
        self._depends_on = depends_on
        update_wrapper(self, work_out)

    def __call__(
        self, view: View, /, *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        """Return the result, computed once for each data version, settings and set of
        arguments."""
        values = self._values(view, arguments, named)
        key = view.key(f"{self.name}{values!r}")
        work_out: Callable[..., Result] = self._work_out
        result: Result = view.cache.results.get(key, lambda: work_out(view, *values))
        return result

    def _values(
        self, view: View, arguments: tuple[Any, ...], named: Mapping[str, Any]
    ) -> tuple[Any, ...]:
        """The arguments in the order of the parameters; filters keep only the parts the result
        needs."""
        values = self._signature.bind(view, *arguments, **named).args[1:]
        if self._depends_on is None:
            return values
        return (self._depends_on(view, *values), *values[1:])


def question(
    *,
    depends_on: Callable[..., Filters] | None = None,
    usual: Mapping[str, Sequence[Any]] = MappingProxyType({}),
    is_usual: bool = True,
    is_compared: bool = False,
) -> Callable[[Callable[Concatenate[View, Arguments], Result]], Question[Arguments, Result]]:
    """Declare a question.

    Parameters
    ----------
    depends_on
        For a question whose first argument is filters: given the view and all arguments, it returns
        the filters without the parts that do not change the result. Selections that differ in such
        a part share one result.
    usual, is_usual, is_compared
        See `Question`.
    """

    def declare(
        work_out: Callable[Concatenate[View, Arguments], Result],
    ) -> Question[Arguments, Result]:
        declared = Question(
            work_out,
            depends_on=depends_on,
            usual=usual,
            is_usual=is_usual,
            is_compared=is_compared,
        )
        _questions[declared.name] = declared
        return declared

    return declare
