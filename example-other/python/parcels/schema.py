"""The tables, made by whichever service comes first."""

LOCK = 5_150_001

STATEMENTS = (
    """CREATE TABLE IF NOT EXISTS parcels (
        code text PRIMARY KEY,
        recipient text NOT NULL,
        status text NOT NULL DEFAULT 'registered',
        registered_at timestamptz NOT NULL DEFAULT now()
    )""",
    "CREATE INDEX IF NOT EXISTS parcels_by_time ON parcels (registered_at)",
    """CREATE TABLE IF NOT EXISTS scans (
        code text NOT NULL REFERENCES parcels ON DELETE CASCADE,
        place text NOT NULL,
        seen_at timestamptz NOT NULL DEFAULT now()
    )""",
    "CREATE INDEX IF NOT EXISTS scans_by_parcel ON scans (code, seen_at)",
)
