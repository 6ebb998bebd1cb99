"""Every example in a docstring runs and gives what it says; every public name has one."""

import doctest
import importlib
import inspect
import pkgutil

import ar_core as ar
import pytest

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
PARSER = doctest.DocTestParser()
# Exceptions and warnings are shown where they are raised, types of entries where they are given.
SHOWN_ELSEWHERE = {"ArError", "Changed", "LeftOut", "PolicyError", "__version__"}


def modules():
    for found in pkgutil.walk_packages(ar.__path__, "ar_core."):
        if found.name.endswith("__main__"):
            continue
        try:
            yield importlib.import_module(found.name)
        except ImportError as error:
            # An extra that is not installed here, and nothing of ours.
            assert not str(error.name).startswith("ar_core"), error


def documented(module):
    """The module, its functions and classes, and what these have: name and docstring. Also of what is compiled, where doctest itself does
    not look."""
    yield module.__name__, module.__doc__
    for name, value in vars(module).items():
        if getattr(value, "__module__", None) not in (module.__name__, "ar_core") or not callable(value):
            continue
        yield f"{module.__name__}.{name}", value.__doc__
        if inspect.isclass(value):
            for member, inside in vars(value).items():
                yield f"{module.__name__}.{name}.{member}", getattr(inside, "__doc__", None)


def examples():
    seen = set()
    for module in (ar, *modules()):
        for name, text in documented(module):
            if isinstance(text, str) and ">>>" in text and text not in seen:
                seen.add(text)
                yield pytest.param(name, text, vars(module), id=name)


@pytest.mark.parametrize(("name", "text", "known"), list(examples()))
def test_the_example_gives_what_it_says(name, text, known, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = []
    example = PARSER.get_doctest(text, {**known, "ar": ar}, name, None, 0)
    failed = doctest.DocTestRunner(optionflags=FLAGS).run(example, out=said.append).failed
    assert not failed, "".join(said)


def test_every_public_name_has_an_example():
    lacking = [
        name
        for name in ar.__all__
        if name not in SHOWN_ELSEWHERE and ">>>" not in (inspect.getdoc(getattr(ar, name)) or "")
    ]
    assert not lacking
