import { describe, expect, test } from "vitest";
import { convergenceOf, type ServiceState, serviceIn } from "../../../start/deploy/stack.ts";

describe("services of a swarm", () => {
  const service = (change: Partial<ServiceState> = {}): ServiceState => ({
    name: "shop-api",
    have: 1,
    want: 1,
    update: "",
    since: "",
    message: "",
    ...change,
  });
  const judged = (now: readonly ServiceState[], before: readonly ServiceState[] = []) =>
    convergenceOf(now, before, "shop");

  test("are read from a line of Docker's list and their last update", () => {
    expect(serviceIn("shop-api\t1/2 (max 1 per node)", {})).toEqual(service({ want: 2 }));
    const update = { State: "paused", StartedAt: "2026-11-29T11:00:00Z", Message: "task failed" };
    expect(serviceIn("shop-api\t1/1", update)).toEqual(
      service({ update: "paused", since: "2026-11-29T11:00:00Z", message: "task failed" }),
    );
  });

  test("are deployed once all of them run, and none is being updated", () => {
    expect(judged([service(), service({ name: "shop-agent", have: 3, want: 3 })])).toEqual({ kind: "done" });
    expect(judged([service({ have: 0 }), service({ name: "shop-web", want: 2 })])).toEqual({
      kind: "under-way",
      says: "api 0/1, web 1/2",
    });
    expect(judged([service({ update: "updating", since: "1" })])).toEqual({
      kind: "under-way",
      says: "api is updated",
    });
    expect(judged([])).toMatchObject({ kind: "under-way" });
  });

  test.each([
    ["rollback_started", "api: Swarm takes its update back (no such image)"],
    ["rollback_completed", "api: Swarm took its update back (no such image)"],
    ["rollback_paused", "api: Swarm stopped taking its update back (no such image)"],
    ["paused", "api: Swarm paused its update (no such image)"],
  ])("are not, where an update ended as %s", (update, says) => {
    expect(judged([service({ update, since: "2", message: "no such image" })])).toEqual({ kind: "failed", says });
  });

  test("are, where that was an earlier update", () => {
    const was = service({ update: "rollback_completed", since: "1" });
    expect(judged([was], [was])).toEqual({ kind: "done" });
    expect(judged([{ ...was, since: "2" }], [was])).toMatchObject({ kind: "failed" });
  });

  test("are waited for while Swarm takes back what was deployed before, and are well once it has", () => {
    const back = service({ update: "rollback_started", since: "1" });
    expect(judged([back], [back])).toEqual({ kind: "under-way", says: "api is updated" });
    expect(judged([{ ...back, update: "rollback_completed" }], [back])).toEqual({ kind: "done" });
  });
});
