"""The application's own functions, named from outside."""

import pytest
from conftest import Programs
from otel_inject.traced import Target, parse
from sink import Sink

SHOP = """
import asyncio, time
from datetime import datetime, timezone, timedelta
def plain(a, b=2): return a + b
async def waits(order): await asyncio.sleep(0); return order["id"]
def values(n):
    for i in range(n): yield i
async def streams(n):
    for i in range(n): yield i
def fails(): raise KeyError("x")
def due(at): pass
class Till:
    def take(self, coin): return coin
    @staticmethod
    def of(coin): return coin
    @classmethod
    def named(cls, coin): return coin
"""
MAIN = """
import asyncio, shop
from datetime import datetime, timezone, timedelta
async def main():
    assert await shop.waits({"id": 7}) == 7
    assert [v async for v in shop.streams(3)] == [0, 1, 2]
assert shop.plain(1) == 3
assert list(shop.values(3)) == [0, 1, 2]
asyncio.run(main())
try: shop.fails()
except KeyError: pass
till = shop.Till()
assert (till.take(1), till.of(2), till.named(3)) == (1, 2, 3)
shop.due(datetime.now(timezone.utc) - timedelta(seconds=90))
print("works")
"""


def test_functions_of_every_kind_get_a_span_and_arguments_only_where_named(programs: Programs, sink: Sink) -> None:
    programs.write("shop.py", SHOP)
    programs.write("app.py", MAIN)
    targets = "shop:plain(b);shop:waits(order.id);shop:values;shop:streams;shop:fails;shop:Till.take;shop:Till.of;shop:Till.named;shop:due(at)"
    done = programs.run("app.py", OTEL_PYTHON_TRACED=targets)
    assert (done.out, done.err) == ("works\n", "")
    spans = {span["name"]: span for span in sink.spans}
    assert sorted(spans) == sorted(["plain", "waits", "values", "streams", "fails", "Till.take", "Till.of", "Till.named", "due"])
    assert spans["plain"]["attributes"] == {"code.function.name": "shop.plain", "argument.b": 2}
    assert spans["waits"]["attributes"] == {"code.function.name": "shop.waits", "argument.order.id": 7}
    assert spans["Till.take"]["attributes"] == {"code.function.name": "shop.Till.take"}
    assert 90 <= spans["due"]["attributes"]["argument.at.late"] < 150
    assert (spans["fails"]["status"], spans["fails"]["events"]) == (2, ["exception"])
    counts = {p["attributes"]["code.function.name"]: p["value"] for p in sink.points if p["name"] == "traced.function.duration"}
    assert counts["shop.plain"] == 1 and len(counts) == 9
    assert [p["attributes"] for p in sink.points if p["name"] == "traced.function.delay"] == [{"code.function.name": "shop.due"}]
    failed = [p["attributes"] for p in sink.points if p["name"] == "traced.function.duration" and "error.type" in p["attributes"]]
    assert {each["error.type"] for each in failed} == {"KeyError"}


def test_a_module_that_is_run_is_traced_too_and_keeps_its_lines(programs: Programs, sink: Sink) -> None:
    programs.write("shop/__init__.py", "")
    programs.write(
        "shop/daemon.py",
        """
        def job(n):
            return n
        class Runner:
            def run(self):
                return [job(1), job(2)]
        if __name__ == "__main__":
            assert Runner().run() == [1, 2]
            raise RuntimeError("line 9")
        """,
    )
    done = programs.run("-m", "shop.daemon", OTEL_PYTHON_TRACED="!shop.daemon:job(n);shop.daemon:Runner.run")
    assert 'daemon.py", line 9' in done.err
    spans = {(span["name"], span["attributes"].get("argument.n")): span for span in sink.spans}
    assert sorted(spans, key=str) == [("Runner.run", None), ("job", 1), ("job", 2)]
    # each call of a root target begins a trace
    assert [span["parent"] for span in sink.spans] == ["", "", ""]
    assert len({span["trace"] for span in sink.spans}) == 3


def test_what_is_not_found_is_said_once(programs: Programs) -> None:
    programs.write("shop.py", SHOP)
    programs.write("app.py", "import shop, otel_inject.traced as t\nt._say_missing({'shop:gone'})")
    done = programs.run("app.py", OTEL_PYTHON_TRACED="shop:gone")
    assert done.err.splitlines() == [
        "opentelemetry: shop: not instrumented: AttributeError: gone",
        "opentelemetry: traced: not found after 30 s: shop:gone",
    ]


@pytest.mark.parametrize("library", ["schedule", "apscheduler"])
def test_a_job_of_a_scheduler_is_a_trace_of_its_own(programs: Programs, sink: Sink, library: str) -> None:
    pytest.importorskip(library)
    programs.write(
        "app.py",
        {
            "schedule": """
                import schedule, time
                def job(): raise_later.append(1)
                raise_later = []
                schedule.every(0.2).seconds.do(job)
                while len(raise_later) < 2: schedule.run_pending(); time.sleep(0.05)
                """,
            "apscheduler": """
                import time
                from apscheduler.schedulers.background import BackgroundScheduler
                done = []
                def job():
                    done.append(1)
                s = BackgroundScheduler(); s.add_job(job, "interval", seconds=0.2); s.start()
                while len(done) < 2: time.sleep(0.05)
                s.shutdown()
                """,
        }[library],
    )
    assert programs.run("app.py").code == 0
    jobs = [span for span in sink.spans if span["name"] == "job"]
    assert len(jobs) >= 2
    assert {span["parent"] for span in jobs} == {""}
    assert all(0 <= span["attributes"]["schedule.late"] < 5 for span in jobs)
    assert {point["attributes"]["code.function.name"] for point in sink.points if point["name"] == "traced.function.delay"} == {"__main__.job"}


def test_targets_are_read() -> None:
    assert list(parse("a.b:c; !a:B.c(x, y.z) ;")) == [
        Target("a.b", "c"),
        Target("a", "B.c", ("x", "y.z"), True),
    ]
