"""Settings of a process, read from the environment once."""

import os
from dataclasses import dataclass
from functools import cache

DISCORD_API_URL = "https://discord.com/api/v10"
SIMULATED_CHANNEL_ID = "200000000000000001"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a process may be told; README.md has the table."""

    database_url: str
    redis_url: str
    rabbitmq_url: str
    discord_api_url: str
    discord_token: str
    discord_channel_id: int
    log_level: str
    notification_interval: float
    status_interval: float
    reminder_lead: float
    game_duration: float


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise SystemExit(f"{name} is not set; give it to the container, see example/README.md")
    return value


def _seconds(name: str, default: float, least: float) -> float:
    text = os.environ.get(name, "")
    try:
        value = float(text) if text else default
    except ValueError:
        value = float("nan")
    if not value >= least:
        raise SystemExit(f"{name} is {text!r}; allowed is a number of seconds, at least {least}")
    return value


@cache
def settings() -> Settings:
    """The settings of this process; a missing or impossible one ends it with one sentence."""
    return Settings(
        database_url=_required("DATABASE_URL"),
        redis_url=_required("REDIS_URL"),
        rabbitmq_url=_required("RABBITMQ_URL"),
        discord_api_url=os.environ.get("DISCORD_API_URL", DISCORD_API_URL).rstrip("/"),
        discord_token=os.environ.get("DISCORD_TOKEN", ""),
        discord_channel_id=int(os.environ.get("DISCORD_CHANNEL_ID", SIMULATED_CHANNEL_ID)),
        log_level=os.environ.get("LOG_LEVEL", "INFO").upper(),
        notification_interval=_seconds("NOTIFICATION_INTERVAL_SECONDS", 1, least=0.05),
        status_interval=_seconds("STATUS_INTERVAL_SECONDS", 2, least=0.05),
        reminder_lead=_seconds("REMINDER_LEAD_SECONDS", 0, least=0),
        game_duration=_seconds("GAME_DURATION_SECONDS", 3600, least=1),
    )
