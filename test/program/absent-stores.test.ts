import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { program } from "../support/engine.ts";

const STORES = ["postgres", "redis", "rabbitmq"] as const;

/** A service that names no store. */
const WEB = { name: "web", image: "build:example-python", env: { GREETING: "hello" } };

describe.each(STORES)("a stack with %s: none", (absent) => {
  const run = () => program({ config: { images: "local", services: [WEB], [absent]: "none" } });

  test("has no container, no volume and no password of it", async () => {
    const { errors, recording } = await run();
    expect(errors).toEqual([]);
    const names = recording.registrations.map(({ name }) => name);
    expect(names.filter((name) => name.startsWith(absent))).toEqual([]);
    const others = STORES.filter((name) => name !== absent);
    expect(names).toEqual(expect.arrayContaining(others));
  });

  test("has no receiver and no secret of it in the collector", async () => {
    const { files } = (await run()).container("collector");
    const { receivers } = parse(files["/etc/otelcol/config.yaml"] ?? "") as { receivers: object };
    const receiverOf = { postgres: "postgresql/postgres", redis: "redis/redis", rabbitmq: "prometheus/rabbitmq" };
    const others = STORES.filter((name) => name !== absent).map((name) => receiverOf[name]);
    expect(Object.keys(receivers)).toEqual(expect.arrayContaining(others));
    expect(Object.keys(receivers)).not.toContain(receiverOf[absent]);
    expect(Object.keys(files).filter((path) => path.includes(absent))).toEqual([]);
  });
});

test("a stack may have no store at all", async () => {
  const config = { images: "local", services: [WEB], postgres: "none", redis: "none", rabbitmq: "none" };
  const run = await program({ config });
  expect(run.errors).toEqual([]);
  const names = run.containers().map(({ name }) => name);
  expect(names).toContain("web");
  expect(names.filter((name) => STORES.some((store) => name.startsWith(store)))).toEqual([]);
});
