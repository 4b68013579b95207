import logging
import os

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path

settings.configure(DEBUG=False, ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="test", LOGGING_CONFIG=None)
django.setup()
log = logging.getLogger("shop")


def parcel(_: HttpRequest, code: int) -> JsonResponse:
    log.warning("parcel %d", code)
    return JsonResponse({"pid": os.getpid()})


urlpatterns = [path("parcels/<int:code>", parcel)]
wsgi, asgi = get_wsgi_application(), get_asgi_application()
