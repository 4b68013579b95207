"""The database: its tables, and sessions to work with them."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import DateTime, ForeignKey, Index, String, func, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

_SCHEMA_LOCK = 7_402_301


class Base(DeclarativeBase):
    """All tables."""


class Game(Base):
    """A game somebody has called for."""

    __tablename__ = "games"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    title: Mapped[str] = mapped_column(String(100))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    max_players: Mapped[int]
    status: Mapped[str] = mapped_column(String(16), default="open")
    reminded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), default=None)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    players: Mapped[list["Player"]] = relationship(lazy="selectin", order_by="Player.joined_at")

    __table_args__ = (Index("games_by_start", "starts_at"), Index("games_by_status", "status", "starts_at"))


class Player(Base):
    """Somebody who has joined a game."""

    __tablename__ = "players"

    game_id: Mapped[UUID] = mapped_column(ForeignKey("games.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    joined_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Reminder(Base):
    """A reminder the notification daemon has planned: one a game."""

    __tablename__ = "reminders"

    game_id: Mapped[UUID] = mapped_column(ForeignKey("games.id", ondelete="CASCADE"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), default=None)


type Sessions = async_sessionmaker[AsyncSession]


async def open_database(url: str) -> tuple[AsyncEngine, Sessions]:
    """Connects and makes the tables where they are missing; several processes may do so at the same time."""
    engine = create_async_engine(url, pool_size=5, max_overflow=5, pool_pre_ping=True)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SCHEMA_LOCK})
            await connection.run_sync(Base.metadata.create_all)
    except BaseException:
        await engine.dispose()
        raise
    return engine, async_sessionmaker(engine, expire_on_commit=False)
