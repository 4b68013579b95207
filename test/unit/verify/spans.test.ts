import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { databaseOf, holdsLiteral, isHttpCall, isMessage, statementOf } from "../../../verify/spans.ts";
import { consume, httpCall, publish, span } from "./support/spans.ts";

describe("SQL text", () => {
  test.each([
    "SELECT games.id, games.title FROM games WHERE games.id = $1::UUID LIMIT $2::INTEGER",
    "INSERT INTO players (game_id, name) VALUES ($1::UUID, $2::VARCHAR) RETURNING players.joined_at",
    "UPDATE games SET status=%s WHERE id = %(id_1)s",
    "SELECT * FROM games AS games_1 WHERE name = :name_2 AND kind = ?",
    'SELECT "table 1".id FROM "table 1" WHERE t = CAST($1 AS VARCHAR(255))',
    "SELECT x FROM y WHERE z = '?' AND w = '***' AND v = '[REDACTED]' AND u = ''",
    "BEGIN;",
    "delete from tickets where not confirmed and held_at < now() - interval '10 minutes'",
    "SELECT count(*) FROM games WHERE age > '1 day'::interval GROUP BY 1, 2 ORDER BY 2 LIMIT 10 OFFSET 20",
    "SELECT total::numeric(12,2), CAST(t AS timestamp(3)) FROM bills WHERE meta = '{}' AND name LIKE '%s'",
    "SET cache:home ? EX 900",
    "set lock:games:? ? nx px 30000",
    "SETEX session:? 86400 ?",
  ])("holds no literal in %s", (text) => {
    expect(holdsLiteral(text)).toBe(false);
  });

  test.each([
    "SELECT * FROM players WHERE name = 'Ada'",
    "SELECT * FROM players WHERE name = 'O''Hara'",
    "SELECT * FROM players WHERE id = 42",
    "SELECT * FROM players WHERE score > 3.5",
    "SELECT * FROM players WHERE id IN ($1, 7)",
    "SELECT * FROM players WHERE name = 'interval' LIMIT 1",
    "SELECT * FROM players WHERE born_by = 1980 ORDER BY 1",
    "SELECT point(5, 7)",
    "LRANGE orders 100000 200000",
    "ZRANGE board 0 -1 'jane'",
    "SET visits:? 1842 EX 900",
    "SETEX session:? 86400 1842",
    "UPDATE players SET px = 30",
  ])("holds a literal in %s", (text) => {
    expect(holdsLiteral(text)).toBe(true);
  });
});

test("what the collector's privacy must leave of a statement is no literal of the proof", () => {
  const folder = join(import.meta.dirname, "../../collector/corpus/payloads");
  const statements = readdirSync(folder)
    .filter((file) => file.endsWith("innocent.txt"))
    .flatMap((file) => readFileSync(join(folder, file), "utf8").split("\n"))
    .flatMap((line) => /^@ db\.(?:statement|query\.text) = (.*)$/.exec(line)?.[1] ?? []);
  expect(statements.length).toBeGreaterThan(10);
  expect(statements.filter(holdsLiteral)).toEqual([]);
});

describe("a span's subject", () => {
  test("is read from the stable and from the older names of a database", () => {
    expect(databaseOf(span({ attributes: { "db.system.name": "postgresql" } }))).toBe("postgresql");
    expect(databaseOf(span({ attributes: { "db.system": "redis" } }))).toBe("redis");
    expect(statementOf(span({ attributes: { "db.query.text": "GET ?" } }))).toBe("GET ?");
    expect(statementOf(span({ attributes: { "db.statement": "SET ?" } }))).toBe("SET ?");
  });

  test("is a message only in its own direction", () => {
    expect(isMessage(publish("api"), "producer")).toBe(true);
    expect(isMessage(publish("api"), "consumer")).toBe(false);
    expect(isMessage(consume("bot"), "consumer")).toBe(true);
    expect(isMessage(span({ kind: "producer" }), "producer")).toBe(false);
  });

  test("is an HTTP call only as a client", () => {
    expect(isHttpCall(httpCall("bot"))).toBe(true);
    expect(isHttpCall(span({ kind: "client", attributes: { "http.method": "GET" } }))).toBe(true);
    expect(isHttpCall(span({ kind: "server", attributes: { "http.request.method": "GET" } }))).toBe(false);
  });
});
