import { describe, expect, test } from "vitest";
import { stopOrder } from "../../../start/deploy/remove.ts";
import { isUnchanged, type LastUp, type Running, runningIn } from "../../../start/deploy/unchanged.ts";

const api: Running = { name: "p-api", id: "1", image: "sha256:a", reference: "api:1", state: "running", health: "" };
const redis: Running = { ...api, name: "p-redis", id: "2", image: "sha256:r", reference: "redis:1", health: "healthy" };
const last: LastUp = { files: "f", containers: { "p-api": "1", "p-redis": "2" } };
const images = new Map([
  ["api:1", "sha256:a"],
  ["redis:1", "sha256:r"],
]);

test("a container is read with and without a health check", () => {
  const line = (state: object) => ["/p-api", "1", "sha256:a", "api:1", JSON.stringify(state)].join("\t");
  expect(runningIn(line({ Status: "running" }))).toEqual(api);
  expect(runningIn(line({ Status: "running", Health: { Status: "starting" } }))).toEqual({
    ...api,
    health: "starting",
  });
});

test("a task that ended well is done; one that failed, or that is to be started again, is not", () => {
  const line = (state: object, restart: string) =>
    ["/p-task", "1", "sha256:a", "api:1", JSON.stringify(state), restart].join("\t");
  expect(runningIn(line({ Status: "exited", ExitCode: 0 }, "no")).state).toBe("done");
  expect(runningIn(line({ Status: "exited", ExitCode: 1 }, "no")).state).toBe("exited");
  expect(runningIn(line({ Status: "exited", ExitCode: 0 }, "unless-stopped")).state).toBe("exited");
});

describe("docker compose up is left out", () => {
  test("when it would do nothing", () => {
    expect(isUnchanged(last, "f", [api, redis], images)).toBe(true);
    expect(isUnchanged(last, "f", [{ ...api, state: "done" }, redis], images)).toBe(true);
  });

  test.each<[string, LastUp, string, readonly Running[], ReadonlyMap<string, string>]>([
    ["nothing is known", {}, "f", [], images],
    ["nothing runs", { files: "f", containers: {} }, "f", [], images],
    ["a file changed", last, "g", [api, redis], images],
    ["a container is gone", last, "f", [api], images],
    ["a container came", last, "f", [api, redis, { ...api, name: "p-old" }], images],
    ["a container is another one", last, "f", [{ ...api, id: "3" }, redis], images],
    ["a container is stopped", last, "f", [{ ...api, state: "exited" }, redis], images],
    ["a container is not healthy", last, "f", [api, { ...redis, health: "unhealthy" }], images],
    ["an image was built anew", last, "f", [api, redis], new Map([...images, ["api:1", "sha256:b"]])],
    ["an image is gone", last, "f", [api, redis], new Map()],
  ])("but not when %s", (_, ...args) => {
    expect(isUnchanged(...args)).toBe(false);
  });
});

test("services stop first, then the collector that takes their last telemetry, then what it delivers to", () => {
  expect(stopOrder(["p-api", "p-collector", "p-jaeger", "p-postgres", "p-web"], "p")).toEqual([
    ["p-api", "p-web"],
    ["p-collector", "p-postgres"],
    ["p-jaeger"],
  ]);
  expect(stopOrder(["p-jaeger"], "p")).toEqual([["p-jaeger"]]);
});
