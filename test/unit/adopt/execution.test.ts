import { describe, expect, test } from "vitest";
import type { ComposeService } from "../../../adopt/compose-project.ts";
import { executionOf, secondsOf } from "../../../adopt/execution.ts";

const keys = (service: ComposeService, more: Partial<Parameters<typeof executionOf>[1]> = {}) => {
  const notes: string[] = [];
  const found = executionOf(service, { once: false, takesFiles: false, numericUser: false, ...more }, (key, why) => {
    notes.push(`${key}: ${why}`);
  });
  return { found, notes };
};

describe("what Compose says of a process is the same in the stack file", () => {
  test.each<[string, ComposeService, object]>([
    ["nothing", {}, {}],
    ["started again always", { restart: "always" }, {}],
    ["never started again", { restart: "no" }, { restart: "no" }],
    ["started again when it failed", { restart: "on-failure" }, { restart: "on-failure" }],
    ["by Swarm's policy", { deploy: { restart_policy: { condition: "none" } } }, { restart: "no" }],
    ["time to end", { stop_grace_period: "1m30s" }, { stopGrace: "90s" }],
    ["the stack's own time to end", { stop_grace_period: "20s" }, {}],
    ["a signal", { stop_signal: "quit" }, { stopSignal: "SIGQUIT" }],
    ["an init process", { init: true }, { init: true }],
    ["a read-only file system", { read_only: true }, { readOnly: true }],
    ["folders in memory", { tmpfs: ["/run", "/tmp:size=64m"] }, { tmpfs: ["/run", "/tmp:size=64m"] }],
    [
      "folders in memory among the volumes",
      { volumes: [{ type: "tmpfs", target: "/run", tmpfs: { size: "65536", mode: 0o1777 } }] },
      { tmpfs: ["/run:size=65536,mode=1777"] },
    ],
    ["processors", { cpus: 0.5 }, { cpus: 0.5 }],
    ["processors by deploy", { deploy: { resources: { limits: { cpus: "1.50" } } } }, { cpus: 1.5 }],
    ["shared memory", { shm_size: "268435456" }, { sharedMemory: 256 }],
    ["limits of the kernel", { ulimits: { nofile: 1024 } }, { ulimits: { nofile: 1024 } }],
    ["no capabilities", { cap_drop: ["ALL"] }, { capabilities: [] }],
    [
      "few capabilities",
      { cap_drop: ["ALL"], cap_add: ["CAP_SETUID", "chown", "SETGID"] },
      { capabilities: ["CHOWN", "SETGID", "SETUID"] },
    ],
    ["those that it has anyway", { cap_add: ["CHOWN"] }, {}],
  ])("%s", (_, service, expected) => {
    expect(keys(service)).toEqual({ found: expected, notes: [] });
  });

  test("all capabilities but the dropped ones are kept", () => {
    const { capabilities } = keys({ cap_drop: ["NET_RAW"] }).found;
    expect(capabilities).toHaveLength(13);
    expect(capabilities).not.toContain("NET_RAW");
  });

  test("a numeric user has none anyway", () => {
    expect(keys({ cap_drop: ["ALL"] }, { numericUser: true }).found).toEqual({});
  });

  test("a task is never started again, whatever its policy", () => {
    const { found, notes } = keys({ restart: "on-failure" }, { once: true });
    expect(found).toEqual({});
    expect(notes).toEqual(["restart: on-failure: a task that fails is not tried again"]);
    expect(keys({ restart: "no" }, { once: true }).notes).toEqual([]);
  });
});

test.each<[ComposeService, string]>([
  [{ restart: "on-failure:5" }, "restart: on-failure:5: without a limit of attempts here"],
  [
    { deploy: { restart_policy: { condition: "on-failure", max_attempts: 3 } } },
    "restart: on-failure:3: without a limit of attempts here",
  ],
  [{ stop_signal: "3" }, "stop_signal: 3: give it by its name, as SIGQUIT"],
  [{ stop_grace_period: "2h0m0s" }, "stop_grace_period: 2h0m0s: an hour is the most"],
  [{ tmpfs: "/a b" }, "tmpfs: /a b: /folder:size=64m,mode=1777 is the form"],
  [
    { cap_drop: ["ALL"], cap_add: ["NET_ADMIN"] },
    "cap_add: NET_ADMIN: containers of the stack get no further rights; if it cannot work without, leave it in Compose",
  ],
])("%o is named with what is lost", (service, note) => {
  expect(keys(service).notes).toEqual([note]);
});

test("an nginx that telemetry is put into cannot have a read-only file system", () => {
  const { found, notes } = keys({ read_only: true }, { takesFiles: true });
  expect(found).toEqual({});
  expect(notes).toEqual([expect.stringContaining("read_only: the files that telemetry needs")]);
});

test.each([
  ["1m30s", 90],
  ["1h0m5s", 3605],
  ["500ms", 0.5],
  ["", 0],
])("%s is %d s", (text, seconds) => expect(secondsOf(text)).toBe(seconds));
