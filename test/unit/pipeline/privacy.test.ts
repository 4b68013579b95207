import { describe, expect, test } from "vitest";
import { SECRET_KEY_PATTERN, VALUE_PATTERNS } from "../../../pipeline/privacy.ts";

/** RE2 writes the flag inside, JavaScript beside the pattern. */
function regex(pattern: string): RegExp {
  return pattern.startsWith("(?i)") ? new RegExp(pattern.slice(4), "gi") : new RegExp(pattern, "g");
}

function masked(text: string): string {
  return Object.values(VALUE_PATTERNS).reduce((rest, pattern) => rest.replace(regex(pattern), "****"), text);
}

// Made up, of the right shape; the token is put together here so that no scanner mistakes it for a real one.
const botToken = ["MTA0NTk4NzY1NDMyMTA5ODc2NQ", "GabcdE", "x1y2z3-A4B5C6_d7e8f9g0h1i2j3k4l5m6n7o8"].join(".");
const jwt = ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0In0", "c2lnbmF0dXJl"].join(".");

describe("values that are masked wherever they stand", () => {
  test.each([
    ["mail to jane.doe+x@example.org now", "mail to **** now"],
    [`login ${botToken} ok`, "login **** ok"],
    [`cookie ${jwt};`, "cookie ****;"],
    ["member 123456789012345678 joined", "member **** joined"],
    ["<@!1234567890123456789>", "<@!****>"],
    ["cache guild_123456789012345678_member_876543210987654321", "cache guild****member****"],
    ["POST /webhooks/123456789012345678/aBc-D_ef.1", "POST /****"],
    ["postgresql://app:hunter2@postgres/db", "postgresql****postgres/db"],
    ["password=hunter2&x=1", "****&x=1"],
    ["POSTGRES_PASSWORD=hunter2 clientSecret=abc", "POSTGRES_**** client****"],
    ['{"access_token": "a b", "n": 1}', '{"access_****", "n": 1}'],
    ["Authorization: Bearer abcdefghijklmnop1234", "****"],
    ["pay 4111 1111-1111 1111 now", "pay **** now"],
    ["call +49 30 1234567 now", "call **** now"],
    ["client=203.0.113.7 ok", "**** ok"],
    ["join discord.gg/abc now", "join **** now"],
  ])("%s", (text, expected) => {
    expect(masked(text).replaceAll(/\*{4,}/g, "****")).toBe(expected);
  });

  test.each([
    "4bf92f3577b34da6a3ce929d0e0e4736",
    "00f067aa0ba902b7",
    "GET /games/42 took 12.5 ms",
    "1.2.3",
    "game_scheduler",
    "2026-11-24T13:00:00Z",
    "1795000000000000000",
    "server 172.18.0.5",
  ])("%s is left alone", (text) => {
    expect(masked(text)).toBe(text);
  });
});

describe("keys that are masked whatever they hold", () => {
  test.each([
    "http.request.header.authorization",
    "discord.token",
    "DB_PASSWORD",
    "api_key",
    "x-api-key",
    "cookie",
    "client_secret",
  ])("%s", (key) => {
    expect(regex(SECRET_KEY_PATTERN).test(key)).toBe(true);
  });

  test.each([
    "http.route",
    "token_count",
    "messaging.destination.name",
    "postgresql.table.name",
    "service.name",
    "monkey",
    "key",
  ])("%s is left alone", (key) => {
    expect(regex(SECRET_KEY_PATTERN).test(key)).toBe(false);
  });
});
