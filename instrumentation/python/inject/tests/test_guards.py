"""When the instrumentation steps aside, and how it says so."""

from pathlib import Path

import pytest
from conftest import Programs
from otel_inject.guards import application_versions, first_conflict, loosened, other_agent

APPLICATION = "print('works')"


def line(err: str) -> str:
    lines = [each for each in err.splitlines() if each.startswith("opentelemetry:")]
    assert len(lines) == 1, err
    return lines[0]


def package(programs: Programs, name: str, version: str) -> str:
    folder = programs.folder / "site"
    (folder / f"{name}-{version}.dist-info").mkdir(parents=True)
    (folder / f"{name}-{version}.dist-info" / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    return f"{programs.tree}/start:{folder}"


@pytest.mark.parametrize(
    ("name", "version", "reason"),
    [
        ("protobuf", "4.25.3", "the application has protobuf 4.25.3, OpenTelemetry needs <8.0,>=5.0"),
        ("wrapt", "3.1.0", "the application has wrapt 3.1.0, OpenTelemetry needs <3.0.0,>=1.0.0"),
        ("typing_extensions", "4.1.0", "the application has typing-extensions 4.1.0, OpenTelemetry needs >=4.5.0"),
        ("opentelemetry_sdk", "1.20.0", "the application has opentelemetry-sdk 1.20.0, OpenTelemetry needs ~=1.45.1"),
        ("opentelemetry_api", "1.30.0", "the application has opentelemetry-api 1.30.0, OpenTelemetry needs >=1.45,<2"),
    ],
)
def test_a_package_that_does_not_fit(programs: Programs, name: str, version: str, reason: str) -> None:
    programs.write("app.py", APPLICATION)
    done = programs.run("app.py", PYTHONPATH=package(programs, name, version))
    assert (done.code, done.out) == (0, "works\n")
    assert line(done.err) == f"opentelemetry: not started: {reason}"


def test_a_package_that_fits_is_used(programs: Programs) -> None:
    programs.write("app.py", APPLICATION)
    done = programs.run("app.py", PYTHONPATH=package(programs, "wrapt", "1.17.3"))
    assert (done.code, done.out, done.err) == (0, "works\n", "")


@pytest.mark.parametrize("name", ["opentelemetry-instrument", "ddtrace-run"])
def test_another_agent(programs: Programs, name: str) -> None:
    programs.write(name, APPLICATION)
    done = programs.run(name)
    agent = {"ddtrace-run": "ddtrace"}.get(name, name)
    assert (done.out, line(done.err)) == ("works\n", f"opentelemetry: not started: the process is already instrumented by {agent}")


@pytest.mark.parametrize("option", ["-I", "-E"])
def test_nothing_can_start_in_an_isolated_interpreter(programs: Programs, option: str) -> None:
    programs.write("app.py", APPLICATION)
    done = programs.run(option, "app.py")
    assert (done.code, done.out, done.err) == (0, "works\n", "")


def test_packages_that_cannot_be_imported(programs: Programs, tmp_path: Path) -> None:
    programs.write("app.py", APPLICATION)
    (tmp_path / "broken" / "packages").mkdir(parents=True)
    (tmp_path / "broken" / "start").symlink_to(programs.tree / "start")
    start = (programs.tree / "start" / "sitecustomize.py").read_text()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "start").mkdir()
    (tmp_path / "other" / "start" / "sitecustomize.py").write_text(start)
    done = programs.run("app.py", PYTHONPATH=f"{tmp_path}/other/start")
    assert (done.code, done.out) == (0, "works\n")
    assert line(done.err) == "opentelemetry: not started: ModuleNotFoundError: No module named 'otel_inject'"


def test_an_older_python_runs_the_application(programs: Programs) -> None:
    source = (programs.tree / "start" / "sitecustomize.py").read_text()
    assert 'sys.version_info < (3, 10)' in source


def test_nothing_of_ours_is_left_where_it_steps_aside(programs: Programs) -> None:
    programs.write("app.py", "import sys; print([p for p in sys.path if 'instrumentation' in p], 'otel_inject.providers' in sys.modules)")
    done = programs.run("app.py", PYTHONPATH=package(programs, "protobuf", "4.25.3"))
    assert done.out == "[] False\n"


def test_our_folders_come_last(programs: Programs) -> None:
    programs.write("app.py", "import sys; print([p.rsplit('/', 1)[1] for p in sys.path][-2:])")
    assert programs.run("app.py").out in ("['packages', 'glibc']\n", "['packages', 'musl']\n")


def test_a_module_of_the_application_is_never_hidden(programs: Programs) -> None:
    programs.write("packaging/__init__.py", "mine = True")
    programs.write("app.py", "import packaging; print(packaging.mine)")
    done = programs.run("app.py")
    assert done.out == "True\n"
    assert line(done.err).endswith("has a module of its own that is called packaging, as a package that OpenTelemetry needs")


def test_another_sitecustomize_runs_too(programs: Programs) -> None:
    programs.write("site/sitecustomize.py", "print('theirs', __name__)")
    programs.write("app.py", "import sitecustomize; print(sitecustomize.__file__.endswith('site/sitecustomize.py'))")
    done = programs.run("app.py", PYTHONPATH=f"{programs.tree}/start:{programs.folder}/site")
    assert (done.out, done.err) == ("theirs sitecustomize\nTrue\n", "")


def test_it_can_be_switched_off(programs: Programs) -> None:
    programs.write("app.py", "import sys; print('opentelemetry' in sys.modules)")
    assert programs.run("app.py").out == "True\n"
    assert programs.run("app.py", OTEL_PYTHON_INJECT="off").out == "False\n"


def test_another_agent_is_told_from_pythonpath() -> None:
    path = "/venv/lib/python3.13/site-packages/opentelemetry/instrumentation/auto_instrumentation:/app"
    assert other_agent(["python", "app.py"], {"PYTHONPATH": path}) == "opentelemetry-instrument"
    assert other_agent(["python", "app.py"], {"PYTHONPATH": "/app"}) is None


def test_versions_are_read_from_names_of_folders(tmp_path: Path) -> None:
    for name in ("Flask-3.1.0.dist-info", "ruamel.yaml-0.18.egg-info", "old_thing-1.0-py3.11.egg-info", "not-a-package"):
        (tmp_path / name).mkdir()
    assert application_versions([str(tmp_path), "/absent"], "/instrumentation") == {
        "flask": "3.1.0",
        "ruamel-yaml": "0.18",
        "old-thing": "1.0",
    }


def test_a_later_patch_of_opentelemetry_fits() -> None:
    assert loosened("opentelemetry-sdk", "==1.45.1") == "~=1.45.1"
    assert loosened("opentelemetry-semantic-conventions", "==0.66b1") == ">=0.66b1,<0.67"
    assert loosened("opentelemetry-api", "==1.45.1") == ">=1.45,<2"
    assert first_conflict({"wrapt": "1.0"}, {"wrapt": ["==1.0"]}) is None
