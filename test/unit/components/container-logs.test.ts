import { describe, expect, test } from "vitest";
import { loggedContainers } from "../../../components/container-logs.ts";
import { Scope } from "../../../components/docker/scope.ts";
import { parseSettings } from "../../../config/parse.ts";
import { settingsOf } from "../../../config/settings.ts";

const scope = new Scope({
  project: "games",
  stack: "dev",
  environment: "dev",
  namespace: "app",
  portOffset: 0,
  protect: true,
  engineIsLocal: true,
});

const logged = (settings: Readonly<Record<string, unknown>>) => {
  const config = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      `games:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  const { plain, problems } = parseSettings(settingsOf({ project: "games", stack: "dev", config, secretKeys: [] }));
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return loggedContainers(scope, plain, (name) => `registry.example/${name}:1.2`).map(
    ({ name, service, version, format, streams }) => [name, service, version, format, streams?.join(" ") ?? "both"],
  );
};

const image = "registry.example/x:3";
const none = { postgres: "none", redis: "none", rabbitmq: "none" };

describe("the containers whose logs are read", () => {
  test("are the stores made here, each in its own format", () => {
    expect(logged({ redis: "none" })).toEqual([
      ["games-dev-postgres", "postgres", "1.2", "postgresql", "both"],
      ["games-dev-rabbitmq", "rabbitmq", "1.2", "rabbitmq", "both"],
    ]);
  });

  test("are services that send no records, and nginx' error log", () => {
    const services = [
      { name: "api", image },
      { name: "web", kind: "nginx", image },
      { name: "tool", kind: "other", image },
      { name: "gate", kind: "other", instrumentation: "image", image },
      { name: "quiet", kind: "other", image, logs: "none" },
      { name: "bare", kind: "python", instrumentation: "off", image },
      { name: "both", kind: "node", image, logs: "container" },
    ];
    expect(logged({ ...none, services })).toEqual([
      ["games-dev-web", "web", "3", "nginx", "stderr"],
      ["games-dev-tool", "tool", "3", "text", "stdout stderr"],
      ["games-dev-gate", "gate", "3", "text", "stdout stderr"],
      ["games-dev-bare", "bare", "3", "text", "stdout stderr"],
      ["games-dev-both", "both", "3", "text", "stdout stderr"],
    ]);
  });

  test("are none where that is off, and a service that asks for it is refused then", () => {
    expect(logged({ containerLogs: false })).toEqual([]);
    const services = [{ name: "api", image, logs: "container" }];
    expect(() => logged({ containerLogs: false, services })).toThrow(
      'services[0].logs: "container" needs containerLogs, which is false, so nothing of api would be read. Set it with: pulumi config set containerLogs true',
    );
  });
});
