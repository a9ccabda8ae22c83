import copy
import inspect
import re

import pytest

from index import errors
from index.errors import ContentMissing, KotaeError

CLASSES = {name: value for name, value in vars(errors).items() if inspect.isclass(value)}


def drawn_tree() -> dict[str, str]:
    """The parent of each class that the module's docstring draws."""
    parents: dict[str, str] = {}
    above: dict[int, str] = {}
    for line in (errors.__doc__ or "").splitlines():
        drawn = re.match(r"(?P<branch>    (?:[│ ] {3})*(?:[├└]── )?)(?P<name>[A-Z]\w+)(?:  |$)", line)
        if drawn:
            depth = len(drawn["branch"])
            parents[drawn["name"]] = above.get(depth - 4, "Exception")
            above[depth] = drawn["name"]
    return parents


def test_the_docstring_draws_every_class_under_its_parent() -> None:
    """The tree in the module's docstring has exactly the classes of the module, each under its base."""
    assert drawn_tree() == {name: error.__bases__[0].__name__ for name, error in CLASSES.items()}


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_error_is_a_kotae_error_with_a_cause(name: str) -> None:
    """Every class can be caught as KotaeError and says in its docstring what went wrong."""
    assert issubclass(CLASSES[name], KotaeError)
    assert CLASSES[name].__doc__


def test_an_error_carries_and_prints_its_values() -> None:
    """The values are kept for the sentence, also from one process to another, and are seen where the error is printed as it is."""
    error = copy.copy(ContentMissing(path="記事.md", reason="なし"))
    assert isinstance(error, ContentMissing)
    assert error.values == {"path": "記事.md", "reason": "なし"}
    assert str(error) == "ContentMissing: path 記事.md, reason なし"
