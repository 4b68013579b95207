"""`python -m game_scheduler.notification`: plans a reminder for every new game and sends those that are due."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from game_scheduler.announcements import announce_due
from game_scheduler.bus import GAME_CREATED, Event
from game_scheduler.database import Game, Reminder
from game_scheduler.lifecycle import every, run_until_terminated
from game_scheduler.logs import configure_logs
from game_scheduler.settings import settings
from game_scheduler.stores import Stores, open_stores

log = logging.getLogger("game_scheduler.notification")

_AT_ONCE = 20


async def plan_reminder(stores: Stores, lead: timedelta, event: Event) -> None:
    """Plans the reminder of a new game; a game announced twice is planned once."""
    due_at = datetime.fromisoformat(event["starts_at"]) - lead
    async with stores.sessions.begin() as session:
        plan = insert(Reminder).values(game_id=UUID(event["game_id"]), due_at=due_at).on_conflict_do_nothing()
        await session.execute(plan)
    log.info("reminder planned", extra={"game.id": event["game_id"], "reminder.due_at": due_at.isoformat()})


async def send_due_reminders(stores: Stores) -> None:
    """One scheduled run. A reminder counts as sent only when the broker has confirmed it: else the claim rolls back."""
    claimable = (
        select(Reminder.game_id)
        .where(Reminder.sent_at.is_(None), Reminder.due_at <= func.now())
        .order_by(Reminder.due_at)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    claim = (
        update(Reminder)
        .where(Reminder.game_id.in_(claimable.scalar_subquery()), Reminder.game_id == Game.id)
        .values(sent_at=func.now())
        .returning(Reminder.game_id, Game.title, Reminder.due_at)
    )
    async with stores.sessions.begin() as session:
        due = (await session.execute(claim, execution_options={"synchronize_session": False})).all()
        for game_id, title, due_at in due:
            await announce_due(stores, game_id, title, due_at.isoformat())
            log.info("reminder sent", extra={"game.id": str(game_id)})


async def main() -> None:
    """Runs until cancelled."""
    config = settings()
    lead = timedelta(seconds=config.reminder_lead)
    async with open_stores(config, "notification") as stores:
        await stores.bus.consume("notification", [GAME_CREATED], lambda _, event: plan_reminder(stores, lead, event))
        log.info("notification daemon started")
        await every(config.notification_interval, "notification", lambda: send_due_reminders(stores))


if __name__ == "__main__":
    configure_logs()
    run_until_terminated(main)
