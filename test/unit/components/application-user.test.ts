import { describe, expect, test } from "vitest";
import { applicationUser, sqlIdentifier } from "../../../components/datastores/application-user.ts";

describe("the application's user in a store made here", () => {
  test.each([
    ["game-scheduler", "game_scheduler"],
    ["parcels", "parcels"],
    ["postgres", "postgres_app"],
    ["otel-monitor", "otel_monitor_app"],
    ["pg-stats", "pg_stats_app"],
    ["guest", "guest_app"],
    ["template1", "template1_app"],
  ])("of namespace %s is %s", (namespace, user) => {
    expect(applicationUser(namespace)).toBe(user);
  });

  test.each([
    ["game_scheduler", "game_scheduler"],
    ["user", '"user"'],
    ["current_user", '"current_user"'],
    ["9_lives", '"9_lives"'],
    ["a__b", '"a__b"'],
  ])("%s is in SQL %s", (name, written) => {
    expect(sqlIdentifier(name)).toBe(written);
  });
});
