"""Lines that are written after the request's span has ended are in its trace."""

from collections.abc import Callable

import pytest
from conftest import Programs
from sink import Sink
from test_servers import free_port

SITE = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "site_django"
SECRET_KEY = "tests"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "site_django"
from django.http import HttpResponse
from django.urls import path
urlpatterns = [path("parcels/<int:code>", lambda request, code: HttpResponse(str(code)))]
from django.core.wsgi import get_wsgi_application
application = None
def make():
    return get_wsgi_application()
"""
MANAGE = "import os, sys\nos.environ['DJANGO_SETTINGS_MODULE'] = 'site_django'\nfrom django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n"
FLASK = """
from flask import Flask
app = Flask(__name__)
@app.get("/parcels/<int:code>")
def parcel(code):
    return str(code)
if __name__ == "__main__":
    import sys
    app.run(port=int(sys.argv[1]))
"""


@pytest.mark.parametrize(
    ("command", "scope"),
    [
        (["-m", "gunicorn", "--access-logfile", "-", "--bind", "127.0.0.1:{port}", "site_django:make()"], "gunicorn.access"),
        (["manage.py", "runserver", "--noreload", "127.0.0.1:{port}"], "django.server"),
        (["-m", "gunicorn", "--access-logfile", "-", "--threads", "2", "--bind", "127.0.0.1:{port}", "site_flask:app"], "gunicorn.access"),
        (["site_flask.py", "{port}"], "werkzeug"),
    ],
    ids=["Django, gunicorn", "Django, runserver", "Flask, gunicorn", "Flask, its own server"],
)
def test_the_access_line_is_in_the_request_s_trace(
    programs: Programs, sink: Sink, fetch: Callable[[str], int], command: list[str], scope: str
) -> None:
    programs.write("site_django.py", SITE)
    programs.write("site_flask.py", FLASK)
    programs.write("manage.py", MANAGE)
    port = free_port()
    programs.start(*(word.format(port=port) for word in command))
    assert fetch(f"http://127.0.0.1:{port}/parcels/7") == 200
    sink.until(lambda s: any("/parcels/7" in log["body"] for log in s.logs if log["scope"] == scope))
    sink.until(lambda s: s.spans)
    (span,) = sink.spans
    (line,) = [log for log in sink.logs if log["scope"] == scope and "/parcels/7" in log["body"]]
    assert (line["trace"], line["span"]) == (span["trace"], span["id"])


def test_django_s_warning_of_a_missing_page_is_in_the_request_s_trace(programs: Programs, sink: Sink, fetch: Callable[[str], int]) -> None:
    programs.write("site_django.py", SITE)
    port = free_port()
    programs.start("-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "site_django:make()")
    assert fetch(f"http://127.0.0.1:{port}/gone") == 404
    sink.until(lambda s: s.spans and any(log["scope"] == "django.request" for log in s.logs))
    (span,) = sink.spans
    assert {log["trace"] for log in sink.logs if log["scope"] == "django.request"} == {span["trace"]}


def test_a_record_with_some_other_request_is_left_as_it_is(programs: Programs, sink: Sink) -> None:
    programs.write("app.py", "import logging\nlogging.getLogger('shop').warning('told', extra={'request': 7})\n")
    assert programs.run("app.py").code == 0
    (log,) = [log for log in sink.logs if log["scope"] == "shop"]
    assert (log["trace"], log["attributes"]["request"]) == ("", 7)
