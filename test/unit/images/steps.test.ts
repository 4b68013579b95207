import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { readArguments } from "../../../cli/arguments.ts";
import { limited } from "../../../cli/limited.ts";
import { run } from "../../../cli/process.ts";
import { imageNames } from "../../../images/catalogue.ts";
import { reportOfTook, wantedImages } from "../../../images/cli.ts";
import { type BuildEvent, ImageBuildFailed, describe as sentence } from "../../../images/events.ts";
import { Forecast } from "../../../images/forecast.ts";
import { modules, packages } from "../../../images/steps/go-programs.ts";
import { runStep, type Workshop, writeContext } from "../../../images/steps/workshop.ts";

function workshop(events: BuildEvent[] = [], signal = new AbortController().signal): Workshop {
  return {
    machine: { certificates: "", go: {}, pip: {}, npm: {}, proxy: {} },
    bases: "local",
    cold: false,
    fetching: limited(2),
    forecast: new Forecast(new Map()),
    report: (_line, event) => events.push(event),
    signal,
  };
}

const shell = (script: string) =>
  ({ image: "collector", name: "compiling", command: "sh", args: ["-c", script] }) as const;

const wanted = (...argv: string[]) => wantedImages(readArguments(argv, "images", { only: "text", official: "flag" }));

describe("a step", () => {
  test("that fails names image, step and the last 12 lines, without a builder's colours", async () => {
    const script = "i=0; while [ $i -lt 20 ]; do i=$((i+1)); printf '\\033[91mline %s\\033[0m\\n' $i >&2; done; exit 3";
    const failure = await runStep(workshop(), shell(script)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ImageBuildFailed);
    expect(failure).toMatchObject({ image: "collector", step: "compiling" });
    const lines = Array.from({ length: 12 }, (_, i) => `  line ${i + 9}`);
    expect((failure as Error).message).toBe(`Image "collector" failed at step "compiling":\n${lines.join("\n")}`);
  });

  test("whose command does not exist says so", async () => {
    const step = { image: "base", name: "debootstrap", command: "no-such-command", args: [] } as const;
    await expect(runStep(workshop(), step)).rejects.toThrow(
      'Image "base" failed at step "debootstrap":\n  no-such-command: spawn no-such-command ENOENT',
    );
  });

  test("says when it begins", async () => {
    const events: BuildEvent[] = [];
    await runStep(workshop(events), shell("true"));
    expect(events.map(({ image, step }) => [image, step])).toEqual([["collector", "compiling"]]);
  });

  test("ends with its command when the build is stopped, and never starts afterwards", async () => {
    const stop = new AbortController();
    const shop = workshop([], stop.signal);
    const started = performance.now();
    const running = runStep(shop, shell("exec sleep 30")).catch((error: unknown) => error);
    setTimeout(() => stop.abort(new Error("stopped")), 50);
    expect(await running).toMatchObject({ message: "stopped" });
    expect(performance.now() - started).toBeLessThan(5000);
    await expect(runStep(shop, shell("true"))).rejects.toThrow("stopped");
  });

  test("passes what the machine knows by environment", async () => {
    const finished = await run("sh", ["-c", "echo $GOPROXY"], { env: { GOPROXY: "off" } });
    expect(finished).toEqual({ code: 0, stdout: "off\n", stderr: "", timedOut: false });
  });
});

describe("a build context", () => {
  test("has the hashed files with fixed permissions: scripts can be run, whatever the checkout's umask", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "context-"));
    writeContext("images/redis", folder);
    const modes = readdirSync(folder)
      .toSorted()
      .map((name) => [name, (statSync(path.join(folder, name)).mode & 0o777).toString(8)]);
    rmSync(folder, { recursive: true });
    expect(modes).toEqual([
      ["Dockerfile", "644"],
      ["docker-entrypoint.sh", "755"],
    ]);
  });
});

describe("progress", () => {
  test("reads as a sentence", () => {
    expect(sentence({ image: "collector", step: "compiling", detail: "312 packages", seconds: 140.4 })).toBe(
      "collector: compiling, 312 packages, 140 s",
    );
    expect(sentence({ image: "redis", step: "ready", seconds: 0 })).toBe("redis: ready, 0 s");
  });
});

describe("the compilation", () => {
  test("counts the modules that are downloaded", () => {
    const meter = modules();
    expect(meter("go: warning")).toEqual({});
    meter("go: downloading go.uber.org/zap v1.27.1");
    expect(meter("go: downloading golang.org/x/sys v0.40.0")).toEqual({ detail: "2 modules" });
  });

  test("says how many of all packages it has begun, those of an interrupted build included", () => {
    const meter = packages();
    expect(meter("go: downloading go1.26.11")).toEqual({});
    expect(meter("compiling 1000 of 2000 packages")).toMatchObject({ detail: "1000 of 2000 packages" });
    expect(meter("internal/abi")).toMatchObject({ detail: "1001 of 2000 packages" });
    expect(meter("go.uber.org/zap/zapcore")).toMatchObject({ detail: "1002 of 2000 packages" });
    expect(meter("ok game-scheduler-otel/images/programs/dropoverflow 0.4s")).toMatchObject({
      detail: "1002 of 2000 packages",
    });
  });
});

describe("npm run images", () => {
  test("makes everything by default, and with published bases only the collector and what nobody publishes", () => {
    expect(wanted()).toEqual({ source: "local", names: imageNames });
    expect(wanted("--official")).toEqual({
      source: "official",
      names: [
        "collector",
        "console",
        "instrumentation",
        "browser",
        "example-python",
        "example-frontend",
        "other-python",
        "other-node",
      ],
    });
  });

  test("makes what it is asked for", () => {
    expect(wanted("--only", "redis, postgres")).toEqual({ source: "local", names: ["redis", "postgres"] });
  });

  test("refuses an image that does not exist in one sentence with those that do", () => {
    expect(() => wanted("--only", "redis,mysql")).toThrow(
      '--only names "mysql", which is no image: use base, go, postgres, redis, rabbitmq, nginx, python, node, collector, jaeger, prometheus, victorialogs, vmalert, ',
    );
  });
});

test("with --json what took how long stands beside the JSON, which is alone on standard output", () => {
  const printed = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const aside: string[] = [];
  const took = (...argv: string[]) =>
    reportOfTook(readArguments(argv, "images", { cold: "flag", json: "flag" }), (line) => aside.push(line))([
      { name: "base", from: 0, to: 12 },
    ]);
  took("--json");
  took();
  expect([aside.length, printed.mock.calls.length]).toEqual([0, 0]);
  took("--cold", "--json");
  expect([aside.length, printed.mock.calls.length]).toEqual([1, 0]);
  took("--cold");
  expect([aside.length, printed.mock.calls.length]).toEqual([1, 1]);
  expect(printed.mock.calls[0]?.[0]).toContain("12 s  base");
  printed.mockRestore();
});
