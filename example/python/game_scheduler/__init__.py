"""The Game Scheduler: create games, join them, be reminded in Discord when they start."""
