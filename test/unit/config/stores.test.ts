import * as pulumi from "@pulumi/pulumi";
import { setAllConfig, setMocks } from "@pulumi/pulumi/runtime/index.js";
import { beforeEach, describe, expect, test } from "vitest";
import { loadConfig } from "../../../config/load.ts";

const PROJECT = "game-scheduler-otel";

beforeEach(async () => {
  await setMocks({ newResource: ({ inputs }) => ({ id: "id", state: inputs }), call: () => ({}) }, PROJECT, "dev");
});

const load = (key: string, value: unknown) => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  setAllConfig({ [`${PROJECT}:${key}`]: text }, []);
  return loadConfig();
};

const refusal = (key: string, value: unknown): string => {
  try {
    load(key, value);
  } catch (error) {
    expect(error).toBeInstanceOf(pulumi.RunError);
    return (error as Error).message;
  }
  return "accepted";
};

describe.each(["postgres", "redis", "rabbitmq"] as const)("%s", (store) => {
  test("may be none", () => {
    expect(load(store, "none")[store]).toBe("none");
  });

  test.each(["nonne", "managed"])("may not be the word %s", (word) => {
    expect(refusal(store, word)).toBe(
      `${store}: "${word}" is not valid. Expected: none, or an object with managed: true, or with managed: false and an address. Set it with: pulumi config set ${store} <value>`,
    );
  });

  test("names the key inside when only that is wrong", () => {
    expect(refusal(store, { managed: false, host: "db", user: "app", database: "games", port: 70_000 })).toContain(
      `${store}.port: 70000 is not valid. Allowed: at most 65535.`,
    );
  });

  test("says what `managed` chooses between", () => {
    expect(refusal(store, { managed: "yes" })).toContain(
      `${store}.managed: "yes" is not valid. Expected: true (made here), or false (one that exists), with its host beside it.`,
    );
  });

  test("is made here where `managed` is not said, with the memory that is not said either", () => {
    const made = { postgres: 256, redis: 128, rabbitmq: 320 }[store];
    expect(load(store, {})[store]).toEqual({ managed: true, memory: made });
    expect(load(store, { managed: true })[store]).toEqual({ managed: true, memory: made });
    expect(load(store, { memory: 64 })[store]).toEqual({ managed: true, memory: 64 });
  });

  test("is one that exists where an address is said", () => {
    const { user, database } = { user: "app", database: "games" };
    const own = { postgres: { user, database }, redis: {}, rabbitmq: { user } }[store];
    expect(load(store, { host: "db", ...own })[store]).toMatchObject({ managed: false, host: "db" });
    expect(refusal(store, { tls: true, ...own })).toContain(`${store}.host: not set, but needed.`);
  });

  test("names an unknown key", () => {
    expect(refusal(store, { managed: true, memory: 64, volum: "x" })).toContain(
      `${store}.volum: no such key. Allowed: managed, memory`,
    );
  });
});

const LOOPBACK =
  "an address that containers reach, and a loopback address is each container itself; give this machine's name or address in its network (under Docker Desktop: host.docker.internal)";
const NO_HOST = "a host name or an address alone; the port has a key of its own (port), user and password too";

describe("the host of an existing store", () => {
  const existing = (host: string) => ({ managed: false, host });

  test.each([
    ["db.internal", "db.internal"],
    ["db_1", "db_1"],
    ["10.0.0.7", "10.0.0.7"],
    ["fd00::5", "fd00::5"],
    ["[fd00::5]", "fd00::5"],
    ["host.docker.internal", "host.docker.internal"],
  ])("%s is one", (host, expected) => {
    expect(load("redis", existing(host)).redis).toMatchObject({ host: expected });
  });

  test.each([
    ["db:5433", NO_HOST],
    ["redis://cache", NO_HOST],
    ["user@cache", NO_HOST],
    ["cache/0", NO_HOST],
    ["fd00::5%eth0", NO_HOST],
    ["", NO_HOST],
    ["localhost", LOOPBACK],
    ["127.0.0.1", LOOPBACK],
    ["::1", LOOPBACK],
    ["[::1]", LOOPBACK],
    ["0.0.0.0", LOOPBACK],
  ])("%j is none", (host, expected) => {
    expect(refusal("redis", existing(host))).toBe(
      `redis.host: ${JSON.stringify(host)} is not valid. Expected: ${expected}. Set it with: pulumi config set --path 'redis.host' <value>`,
    );
  });
});

describe("the database of an existing PostgreSQL", () => {
  const existing = (database: string) => ({ managed: false, host: "db", user: "app", database });

  test.each(["games", "Games-2", 'a"b', "a$b%c=d"])("%s can be observed", (database) => {
    expect(load("postgres", existing(database)).postgres).toMatchObject({ database });
  });

  test.each(["my games", "it's", "a\\b"])("%s cannot, and is refused", (database) => {
    expect(refusal("postgres", existing(database))).toContain(
      "Expected: a name without white space, quotes and backslashes, which the collector's PostgreSQL receiver cannot connect to.",
    );
  });
});
