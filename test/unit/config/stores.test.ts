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
      `${store}.managed: "yes" is not valid. Expected: an object with managed: true, or with managed: false and an address.`,
    );
  });

  test("names an unknown key", () => {
    expect(refusal(store, { managed: true, memory: 64, volum: "x" })).toContain(
      `${store}.volum: no such key. Allowed: managed, memory`,
    );
  });
});
