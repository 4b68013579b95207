import { describe, expect, test } from "vitest";
import { limited } from "../../../cli/limited.ts";
import { basesOf, imageNames } from "../../../images/catalogue.ts";
import { buildOrder } from "../../../images/plan.ts";

describe("the order of a build", () => {
  test("puts every image behind what it starts from", () => {
    const order = buildOrder(imageNames, "local");
    expect(order).toHaveLength(imageNames.length);
    const early = order.flatMap((name) =>
      Object.values(basesOf(name)).filter((base) => order.indexOf(base) > order.indexOf(name)),
    );
    expect(early).toEqual([]);
  });

  test("starts with what most work waits for: the compiler, then Python and Node", () => {
    const order = buildOrder(imageNames, "local");
    expect(order.slice(0, 4)).toEqual(["base", "go", "node", "python"]);
    expect(buildOrder(["redis", "postgres", "rabbitmq"], "local")).toEqual(["base", "postgres", "rabbitmq", "redis"]);
  });

  test("adds only what is needed, each once", () => {
    expect(buildOrder(["example-python", "redis", "redis"], "local")).toEqual([
      "base",
      "python",
      "redis",
      "example-python",
    ]);
  });

  test("makes no base that is published when bases are official", () => {
    expect(buildOrder(["example-python", "example-frontend"], "official")).toEqual([
      "example-python",
      "example-frontend",
    ]);
    expect(buildOrder(["collector"], "official")).toEqual(["go", "collector"]);
  });

  test("keeps an image that can only be pulled", () => {
    expect(buildOrder(["grafana"], "local")).toEqual(["grafana"]);
  });
});

describe("a lane", () => {
  test("runs as many tasks at a time as it has places, in order, and goes on after a failure", async () => {
    const lane = limited(2);
    const log: string[] = [];
    let running = 0;
    let most = 0;
    const task = (name: string, fails = false) =>
      lane(async () => {
        running += 1;
        most = Math.max(most, running);
        log.push(name);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        if (fails) throw new Error(name);
      });
    const outcomes = await Promise.allSettled([task("a", true), task("b"), task("c", true), task("d"), task("e")]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      "rejected",
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
    ]);
    expect(log).toEqual(["a", "b", "c", "d", "e"]);
    expect(most).toBe(2);
  });
});
