import { describe, expect, test } from "vitest";
import { run } from "../../../cli/process.ts";

describe("running a command", () => {
  test("a missing command is an outcome, not an exception", async () => {
    expect(await run("no-such-command-here", [])).toMatchObject({ code: 127, stdout: "" });
  });

  test("output, exit code and input pass through, and lines are reported as they come", async () => {
    const lines: string[] = [];
    const outcome = await run("sh", ["-c", "cat; echo two >&2; exit 3"], {
      input: "one\n",
      onLine: (line) => lines.push(line),
    });
    expect(outcome).toEqual({ code: 3, stdout: "one\n", stderr: "two\n", timedOut: false });
    expect(lines.toSorted()).toEqual(["one", "two"]);
  });

  test("a timeout ends the command and everything it started", async () => {
    const started = Date.now();
    const outcome = await run("sh", ["-c", "sleep 30 & sleep 30; wait"], { timeoutMs: 200 });
    expect(outcome.timedOut).toBe(true);
    expect(outcome.code).not.toBe(0);
    expect(Date.now() - started).toBeLessThan(5000);
  });

  test("an aborted signal ends it too", async () => {
    const aborter = new AbortController();
    setTimeout(() => aborter.abort(), 100);
    const outcome = await run("sleep", ["30"], { signal: aborter.signal });
    expect(outcome).toMatchObject({ code: 143, timedOut: false });
  });
});
