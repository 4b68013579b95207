import { describe, expect, test } from "vitest";
import { type Service, swarmIn, type Task } from "../../../guard/look/tasks.ts";

const NOW = Date.parse("2026-11-29T11:10:00Z");
const service = (change: Partial<Service> = {}): Service => ({
  ID: "s1",
  CreatedAt: "2026-11-29T10:00:00Z",
  Spec: { Name: "game-api", Mode: { Replicated: { Replicas: 1 } } },
  ...change,
});
const task = (
  state: string,
  at: string,
  change: Partial<Task> & { readonly err?: string; readonly code?: number } = {},
): Task => {
  const { err, code, ...more } = change;
  return {
    ID: `${state} ${at}`,
    ServiceID: "s1",
    Slot: 1,
    CreatedAt: `2026-11-29T11:${at}Z`,
    DesiredState: state === "running" ? "running" : "shutdown",
    Status: {
      State: state,
      Timestamp: `2026-11-29T11:${at}Z`,
      ...(err !== undefined && { Err: err }),
      ContainerStatus: { ExitCode: code ?? 0 },
    },
    ...more,
  };
};
const looks = (tasks: readonly Task[], of: Partial<Service> = {}) =>
  swarmIn([service(of)], tasks, "game", NOW).containers;

describe("tasks of a swarm", () => {
  test("are containers by the name of their service, that run since their last start", () => {
    expect(looks([task("running", "09:30")])).toEqual([
      {
        name: "api",
        id: expect.stringMatching(/^[0-9a-f]{12}\.1$/),
        state: "running",
        health: "",
        restarts: 0,
        outOfMemory: false,
        exitCode: 0,
        upSeconds: 30,
      },
    ]);
  });

  test("that failed are restarts of the place, with the last exit code and reason", () => {
    const err = "task: non-zero exit (3)";
    const all = [
      task("failed", "08:00", { err, code: 3 }),
      task("failed", "08:20", { err, code: 3 }),
      task("starting", "08:40", { DesiredState: "running" }),
    ];
    expect(looks(all)).toMatchObject([
      { name: "api", state: "starting", restarts: 2, exitCode: 3, why: err, upSeconds: 0 },
    ]);
  });

  test("of before the last update were replaced, and are no restarts", () => {
    const all = [task("failed", "01:00"), task("shutdown", "02:00"), task("running", "09:00")];
    expect(looks(all, { UpdateStatus: { State: "completed", StartedAt: "2026-11-29T11:08:00Z" } })[0]?.restarts).toBe(
      0,
    );
    expect(looks(all)[0]?.restarts).toBe(1);
  });

  test("that find no node say why", () => {
    const pending = task("pending", "09:00", { DesiredState: "running", err: "no suitable node" });
    expect(looks([pending])).toMatchObject([{ state: "pending", why: "no suitable node" }]);
  });

  test("that were rejected are restarts as well", () => {
    const all = [
      task("rejected", "09:00", { err: "No such image: api:2" }),
      task("preparing", "09:10", { DesiredState: "running" }),
    ];
    expect(looks(all)).toMatchObject([{ state: "preparing", restarts: 1, why: "No such image: api:2" }]);
  });

  test("are told apart by their place, and given up places are none", () => {
    const all = [
      task("running", "09:00"),
      task("running", "09:00", { ID: "b", Slot: 2 }),
      task("shutdown", "09:00", { ID: "c", Slot: 3 }),
    ];
    expect(looks(all).map(({ name }) => name)).toEqual(["api.1", "api.2"]);
  });

  test("on every node are told apart by their node; a stack file names its services by an underscore", () => {
    const own = ["n1", "n2"].map((NodeID): Task => {
      const { Slot: _, ...rest } = task("running", "09:00");
      return { ...rest, ID: NodeID, NodeID };
    });
    const of = { Spec: { Name: "game_agent" } };
    expect(looks(own, of).map(({ name }) => name)).toEqual(["agent.1", "agent.2"]);
  });

  test("have another id once their service is another one, and the same while it is not", () => {
    const id = (of: Partial<Service>) => looks([task("running", "09:00")], of)[0]?.id;
    expect(id({ UpdateStatus: { State: "completed" } })).toBe(id({}));
    expect(id({ Spec: { Name: "game-api", Mode: { Replicated: { Replicas: 2 } } } })).not.toBe(id({}));
  });

  test("an update is named with what Swarm says of it", () => {
    const UpdateStatus = {
      State: "rollback_completed",
      StartedAt: "2026-11-29T11:00:00Z",
      Message: "rollback completed",
    };
    expect(swarmIn([service({ UpdateStatus }), service({ ID: "s2" })], [], "game", NOW).updates).toEqual([
      { name: "api", state: "rollback_completed", startedAt: "2026-11-29T11:00:00Z", message: "rollback completed" },
    ]);
  });
});
