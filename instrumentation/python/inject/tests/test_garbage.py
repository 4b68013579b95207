"""What a search for garbage looks at: objects that stay are set aside, and nothing that is garbage stays for good."""

import gc
import os
from collections.abc import Iterator

import pytest
from conftest import Programs
from otel_inject.quick import garbage

WHOLE, YOUNG = {"generation": 2}, {"generation": 0}


class Aside(garbage.SetAside):
    """With a clock, and notes in place of the interpreter."""

    def __init__(self) -> None:
        self.time, self.done = 1000.0, ""
        super().__init__(lambda: self.time)
        self._freeze = lambda: self.note("freeze ")
        self._unfreeze = lambda: self.note("unfreeze ")

    def note(self, text: str) -> None:
        self.done += text

    def search(self, generation: dict[str, int], after: float = 0.0) -> str:
        self.time, self.done = self.time + after, ""
        self.searching("start", generation)
        self.done += "search "
        self.searching("stop", generation)
        return self.done.strip()


def test_nothing_is_set_aside_while_the_application_starts() -> None:
    aside = Aside()
    assert [aside.search(WHOLE, after) for after in (0, 29.9)] == ["search", "search"]


def test_what_is_there_after_the_start_is_set_aside_and_then_what_searches_of_the_whole_process_leave() -> None:
    aside = Aside()
    assert aside.search(YOUNG, 31) == "search freeze"
    assert [aside.search(YOUNG, 1), aside.search(WHOLE, 1)] == ["search", "search freeze"]


def test_everything_is_looked_at_once_in_five_minutes() -> None:
    aside = Aside()
    aside.search(YOUNG, 31)
    assert [aside.search(WHOLE, after) for after in (299, 2, 298, 3)] == [
        "search freeze",
        "unfreeze search freeze",
        "search freeze",
        "unfreeze search freeze",
    ]


@pytest.fixture
def kept() -> Iterator[None]:
    functions, callbacks = (gc.freeze, gc.unfreeze, gc.collect), list(gc.callbacks)
    yield
    gc.freeze, gc.unfreeze, gc.collect = functions
    gc.callbacks[:] = callbacks
    gc.unfreeze()


def test_an_application_that_collects_has_everything_looked_at(kept: None) -> None:
    class Node:
        pass

    import weakref

    aside = garbage.SetAside(iter(range(0, 10**9, 1000)).__next__)
    aside.install()
    node = Node()
    node.itself = node  # type: ignore[attr-defined]
    gone = weakref.ref(node)
    gc.collect()
    assert gc.get_freeze_count() > 1000
    del node
    gc.collect(1)
    assert gone() is not None
    gc.collect()
    assert gone() is None


def test_to_one_that_sets_objects_aside_itself_all_is_left(kept: None) -> None:
    aside = Aside()
    aside.install()
    aside.search(YOUNG, 31)
    gc.freeze()
    assert aside.done == "search freeze unfreeze freeze "
    assert aside.search(WHOLE, 1000) == "search"


def test_a_forked_child_starts_once_more() -> None:
    aside = Aside()
    aside.search(YOUNG, 31)
    aside._in_child()
    assert [aside.search(WHOLE, after) for after in (1, 30)] == ["search", "search freeze"]


@pytest.mark.parametrize(("setting", "twice", "callbacks"), [("", 2, 1), ("off", 1, 0)])
def test_a_service_has_it_unless_it_is_turned_off(programs: Programs, setting: str, twice: int, callbacks: int) -> None:
    programs.write("app.py", "import gc; print(gc.get_threshold()[0], len(gc.callbacks))")
    done = programs.run("app.py", **({garbage.VARIABLE: setting} if setting else {}))
    assert (done.out, done.err) == (f"{twice * gc.get_threshold()[0]} {callbacks}\n", "")
    assert os.environ.get(garbage.VARIABLE) is None
