import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const example = join(import.meta.dirname, "../../../example");
const read = (path: string): string => readFileSync(join(example, path), "utf8");

function filesBelow(folder: string, ending: string): readonly string[] {
  return readdirSync(join(example, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(folder, path))
    .sort();
}

const sources = [...filesBelow("python/game_scheduler", ".py"), ...filesBelow("python/discord_simulator", ".py")];
const pinned = new Map(
  read("python/requirements.txt")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [name = "", version = ""] = line.split("==");
      return [name.toLowerCase(), version] as const;
    }),
);

describe("the reference workload", () => {
  test("has the four services and the simulator as modules that can be started", () => {
    const started = [
      "python/game_scheduler/api/__main__.py",
      "python/game_scheduler/bot/__main__.py",
      "python/game_scheduler/notification.py",
      "python/game_scheduler/status.py",
      "python/discord_simulator/__main__.py",
    ];
    expect(sources).toEqual(expect.arrayContaining(started));
    for (const path of started) expect(read(path)).toContain('if __name__ == "__main__":');
  });

  test("contains no telemetry code: what arrives comes from instrumentation alone", () => {
    const telling = sources.filter((path) => /opentelemetry|otel|traceparent|prometheus_client/i.test(read(path)));
    expect(telling).toEqual([]);
  });

  test("publishes only in the one form its instrumentation can wrap", () => {
    const calls = sources.flatMap((path) => [...read(path).matchAll(/_exchange\.publish\(([^)]*)\)/g)]);
    expect(calls.map(([, args]) => args)).toEqual(["message, routing_key=key, timeout=_CONFIRMED_WITHIN"]);
  });

  test("checks health with the standard library only, so that a check starts fast and is never instrumented", () => {
    const imports = [...read("python/game_scheduler/health.py").matchAll(/^(?:from|import) (\S+)/gm)].map(([, n]) => n);
    expect(imports).toEqual(["os", "socket", "sys", "time"]);
  });

  test("writes no secret into what it logs: no log line takes a token or an address", () => {
    const lines = sources.flatMap((path) => [...read(path).matchAll(/\blog\.\w+\(.*/g)].map(([line]) => line));
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.filter((line) => /token\b(?!")|_url\b|player\b(?!s)/.test(line))).toEqual([]);
  });
});

describe("the requirements of the Python image", () => {
  test("are pinned exactly, every one", () => {
    expect(pinned.size).toBeGreaterThan(30);
    expect([...pinned].filter(([, version]) => !/^\d+(\.\d+)+[a-z0-9.]*$/.test(version))).toEqual([]);
  });

  test("pin everything that is asked for in requirements.in", () => {
    const asked = read("python/requirements.in")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => line.replace(/\[.*\]/, "").split(/[<=]/)[0] ?? "");
    expect(asked).toHaveLength(8);
    expect(asked.filter((name) => !pinned.has(name.toLowerCase()))).toEqual([]);
  });

  test("keep to the ranges the instrumentations accept", () => {
    expect(pinned.get("sqlalchemy")).toMatch(/^2\.0\./);
    expect(pinned.get("aio-pika")).toMatch(/^10\./);
    expect(pinned.get("aiohttp")).toMatch(/^3\./);
  });

  test("bring no OpenTelemetry but the API that FastAPI requires", () => {
    expect([...pinned.keys()].filter((name) => name.startsWith("opentelemetry"))).toEqual(["opentelemetry-api"]);
  });
});

describe("the images of the workload", () => {
  const dockerfiles = ["python/Dockerfile", "frontend/Dockerfile"];

  test.each(dockerfiles)("%s needs no BuildKit", (path) => {
    expect(read(path)).not.toMatch(/--mount|--chmod|--link|<<|# syntax/);
  });

  test("run as the users the containers are started with", () => {
    const users = dockerfiles.map((path) =>
      read(path)
        .match(/^USER (\S+)$/gm)
        ?.at(-1),
    );
    expect(users).toEqual(["USER 10001:10001", "USER 101:101"]);
  });

  test("let nginx find a replaced API container, and start before it", () => {
    const config = read("frontend/nginx/nginx.conf");
    expect(config).toContain("set $api http://api:8000;");
    expect(config).toContain("resolver 127.0.0.11");
  });

  test("keep query strings and client addresses out of the access log", () => {
    const format = read("frontend/nginx/nginx.conf").match(/log_format json[^;]*;/)?.[0] ?? "";
    expect(format).toContain('"url.path":"$uri"');
    expect(format).not.toMatch(/\$(request_uri|args|query_string|remote_addr|request |http_user_agent)/);
  });
});
