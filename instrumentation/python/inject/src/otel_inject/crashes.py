"""An exception that ends a thread or the process becomes a log record; what is printed stays as it is."""

import logging
import sys
import threading
from types import TracebackType

from otel_inject.logs import record_handler

_ENDS = (SystemExit, KeyboardInterrupt)


def capture() -> None:
    """Chains the hooks of the interpreter and of threads. asyncio's own go through the logger `asyncio`."""
    handler = record_handler()

    def record(level: int, text: str, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if not issubclass(kind, _ENDS):
                shown = (kind, error or kind(), trace)
                handler.emit(logging.LogRecord("crash", level, "", 0, text, None, shown))
        except Exception:
            pass

    of_process, of_thread = sys.excepthook, threading.excepthook

    def excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        record(logging.CRITICAL, f"uncaught {kind.__name__}", kind, error, trace)
        of_process(kind, error, trace)

    def thread_excepthook(args: threading.ExceptHookArgs) -> None:
        name = args.thread.name if args.thread else "a thread"
        record(logging.ERROR, f"uncaught {args.exc_type.__name__} in {name}", args.exc_type, args.exc_value, args.exc_traceback)
        of_thread(args)

    sys.excepthook = excepthook
    threading.excepthook = thread_excepthook
