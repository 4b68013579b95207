import { describe, expect, test } from "vitest";
import { type ProgramArgs, program, touched } from "../support/engine.ts";

const run = (config: ProgramArgs["config"] = {}) => program({ config: { images: "local", ...config } });
const namesOf = (urns: readonly string[]) => urns.map((urn) => urn.split("::").at(-1));
const record = async (config?: ProgramArgs["config"]) =>
  JSON.parse((await run(config)).container("deployment").files["/deployment/record.json"] ?? "");

describe("the deployment marker", () => {
  test("is one log record that names commit, stack, versions and environment", async () => {
    const [{ resource, scopeLogs }] = (await record()).resourceLogs;
    const [{ body, attributes, eventName }] = scopeLogs[0].logRecords;
    const plain = (list: { key: string; value: { stringValue: string } }[]) =>
      Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue]));
    expect(eventName).toBe("deployment");
    expect(body.stringValue).toMatch(
      /^Deployed 0123456789ab on dev: discord, api, bot, notification, status [0-9a-f]{12}; frontend [0-9a-f]{12}$/,
    );
    expect(plain(attributes)).toEqual({
      "event.name": "deployment",
      "deployment.id": expect.stringMatching(/^[0-9a-f]{12}$/),
      "deployment.name": "dev",
      "vcs.ref.head.revision": "0123456789abcdef",
    });
    expect(plain(resource.attributes)).toEqual({
      "service.name": "deployment",
      "service.namespace": "game-scheduler",
      "deployment.environment.name": "dev",
    });
  });

  test("carries no time, so that an `up` without a change writes none", async () => {
    expect(JSON.stringify(await record())).not.toMatch(/timeUnixNano/i);
    expect(touched(await run(), await run())).toEqual({ create: [], update: [], replace: [], delete: [] });
  });

  test("is written again for a new commit, and nothing else is touched", async () => {
    const { replace, ...rest } = touched(await run(), await run({ commit: "fedcba9876543210" }));
    expect(namesOf(replace)).toEqual(["deployment"]);
    expect(rest).toEqual({ create: [], update: [], delete: [] });
  });

  test("is written again when the collector's configuration changes", async () => {
    const { replace } = touched(await run(), await run({ sampling: { mode: "tail" } }));
    expect(namesOf(replace)).toEqual(expect.arrayContaining(["collector", "deployment"]));
  });

  test("waits for everything that is deployed", async () => {
    const marker = (await run()).byName("deployment", "docker:index/container:Container");
    expect(namesOf(marker.options.dependsOn ?? [])).toEqual(
      expect.arrayContaining(["api", "bot", "collector", "discord", "frontend", "notification", "status"]),
    );
  });

  test("is reported missing where there is no Python service, whose image it runs in", async () => {
    const alone = await run({ services: [] });
    expect(alone.containers().map(({ name }) => name)).not.toContain("deployment");
    expect(alone.warnings).toEqual([
      "deployment marker: not written as telemetry: it runs in the image of a service of kind python, and there is none.",
    ]);
  });
});

describe("what the stack says about alerts and objectives", () => {
  const error = async (config: ProgramArgs["config"]) => (await run(config)).errors.join("\n");

  test("an objective that this stack has not is refused with the nearest and the known ones", async () => {
    expect(await error({ objectives: { "api-latencies": 0.9 } })).toContain(
      "objectives.api-latencies: no such objective in this stack; did you mean api-latency? Allowed: api-availability, api-latency, bot-success, notification-timeliness. Remove it with: pulumi config rm --path objectives.api-latencies",
    );
  });

  test.each(["discord", "slack", "webhook"])("contact %s needs its secret address", async (contact) => {
    expect(await error({ backend: "lgtm", alerts: { contact } })).toContain(
      `alertWebhook: not set, but alerts.contact is ${contact}. Set it with: pulumi config set --secret alertWebhook`,
    );
  });

  test("contact email needs an address", async () => {
    expect(await error({ backend: "new-relic", alerts: { contact: "email" } })).toContain(
      "alerts.email: not set, but alerts.contact is email.",
    );
  });

  test("a preview says how much of it the backend can show, and how much will be sent", async () => {
    const infos = (await run()).recording.diagnostics.filter(({ severity }) => severity === "info");
    // they come in no order
    expect(infos.map(({ message }) => message.trim()).sort()).toEqual([
      expect.stringMatching(/^cost on jaeger: about 3 \d{3} series, /),
      expect.stringMatching(/^jaeger: parity on jaeger: 100\.0 % \(\d+ exact, \d+ approximated, 0 not\)/),
    ]);
  });
});
