"""`python -m game_scheduler.api`: serves the API on port 8000 until SIGTERM."""

import uvicorn

from game_scheduler.api.app import app
from game_scheduler.logs import configure_logs

if __name__ == "__main__":
    configure_logs()
    # No log configuration of uvicorn's own: its lines take the same way as ours. No access log: nginx writes one.
    uvicorn.run(
        app,
        host="0.0.0.0",
        port=8000,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=8,
    )
