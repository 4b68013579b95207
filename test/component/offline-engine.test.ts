import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { recordProgram } from "../../offline/engine.ts";
import { launch } from "../../offline/launcher.ts";
import { isSecret, UNKNOWN } from "../../offline/properties.ts";
import { maskSecrets, unwrap } from "../../offline/secrets.ts";
import { loadStackConfig } from "../../offline/stack-config.ts";
import { program, record, touched } from "../support/engine.ts";

const projectDir = join(import.meta.dirname, "..", "support", "fixtures", "program");
const CANARY = "canary-7f3a";
const run = (config: Record<string, string> = {}, preview = false) =>
  program({ projectDir, config: { mode: "good", ...config }, secrets: { token: CANARY }, preview });
const container = "docker:index/container:Container";

describe("a recording of the untouched program", () => {
  test("has every resource under its URN, the stack first", async () => {
    const { registrations, exitCode } = await run();
    const urn = (chain: string) => `urn:pulumi:dev::fixture::${chain}`;
    expect(exitCode).toBe(0);
    expect(registrations.map((r) => r.urn)).toEqual([
      urn("pulumi:pulumi:Stack::fixture-dev"),
      urn("docker:index/network:Network::network"),
      urn("docker:index/remoteImage:RemoteImage::app-image"),
      urn("fixture:components:Service$docker:index/container:Container::app-0"),
      urn("fixture:components:Service$docker:index/container:Container::app-1"),
      urn("fixture:components:Service$docker:index/volume:Volume::app-0-data"),
      urn("fixture:components:Service$docker:index/volume:Volume::app-1-data"),
      urn("fixture:components:Service::app-0"),
      urn("fixture:components:Service::app-1"),
      urn("random:index/randomPassword:RandomPassword::db-password"),
    ]);
  });

  test("has parents, options, aliases, hooks and dependencies", async () => {
    const recorded = await run();
    const app = recorded.byName("app-1", container);
    expect(recorded.parentOf(app)?.type).toBe("fixture:components:Service");
    expect(recorded.byName("app-0-data").options.protect).toBe(true);
    expect(app.options).toMatchObject({
      deleteBeforeReplace: true,
      replaceOnChanges: ["healthcheck"],
      ignoreChanges: ["hostname"],
      aliases: [{ name: "old-app-1" }],
      hooks: { afterCreate: ["healthy"] },
      customTimeouts: { create: "2m" },
      propertyDependencies: { networksAdvanced: [recorded.byName("network").urn] },
    });
    expect(app.options.dependsOn).toContain(recorded.byName("app-0", container).urn);
    expect(recorded.byName("db-password").options.additionalSecretOutputs).toEqual(["bcryptHash", "result"]);
    expect(recorded.recording.hooks).toEqual([{ name: "healthy", onDryRun: false }]);
  });

  test("traces computed values back: image, network, generated password", async () => {
    const { container: named, outputs } = {
      container: (await run()).container("app-0"),
      outputs: (await run()).outputs,
    };
    expect(named.image).toBe("fixture/app:1");
    expect(named.env).toEqual({ MODE: "plain", URL: "postgres://app:generated-db-password@db/app" });
    expect(named.files["/run/secrets/token"]).toBe(CANARY);
    expect(outputs.first).toBe(named.registration.id);
  });

  test("keeps secrets wrapped, also what is made from them", async () => {
    const recorded = await run();
    const { inputs } = recorded.byName("app-0", container);
    expect(maskSecrets(inputs.envs ?? null)).toEqual(["MODE=plain", "[secret]"]);
    expect(isSecret(recorded.recording.outputs.secretUrl)).toBe(true);
    expect(unwrap(recorded.recording.outputs.secretUrl ?? null)).toBe(`https://${CANARY}@example.invalid`);
    expect(recorded.leaks(CANARY)).toEqual([]);
    expect(recorded.leaks("generated-db-password")).toEqual([]);
  });

  test("finds the leak of a program that goes round its secrets", async () => {
    const recorded = await run({ mode: "leak" });
    const leaking = recorded.byName("leak");
    expect(
      recorded
        .leaks(CANARY)
        .filter((leak) => leak.urn === leaking.urn)
        .map((leak) => leak.path),
    ).toEqual(["inputs.labels[0].value", "outputs.labels[0].value"]);
  });

  test("is the same at every run", async () => {
    const again = await recordProgram({
      projectDir,
      stack: "dev",
      config: configOf().config,
      secretKeys: configOf().secretKeys,
      preview: false,
    });
    expect(again.registrations).toEqual((await run()).registrations);
  });
});

describe("a preview", () => {
  test("registers the same resources, with unknown ids and computed values", async () => {
    const [before, after] = [await run({}, true), await run()];
    expect(before.registrations.map((r) => r.urn)).toEqual(after.registrations.map((r) => r.urn));
    const { inputs, id } = before.byName("app-0", container);
    expect(id).toBe("");
    expect(inputs.image).toBe(UNKNOWN);
    expect(inputs.volumes).toEqual([{ containerPath: "/data", volumeName: "fixture-dev-app-0-data" }]);
    expect(before.recording.outputs.first).toBe(UNKNOWN);
    expect(before.outputs.plain).toBe("http://127.0.0.1:8080");
  });

  test("keeps a secret that is unknown a secret", async () => {
    const { envs } = (await run({}, true)).byName("app-0", container).inputs;
    expect(maskSecrets(envs ?? null)).toEqual(["MODE=plain", "[secret]"]);
  });
});

describe("a program with a mistake", () => {
  test("a RunError is its one sentence, without a stack", async () => {
    const { errors, exitCode } = await run({ mode: "run-error" });
    expect(errors).toEqual(['backend: "honeycom" is not known. Allowed: honeycomb.']);
    expect(exitCode).not.toBe(0);
  });

  test("two resources of one name are refused, as by the real engine", async () => {
    const { errors } = await run({ mode: "duplicate" });
    expect(errors.join()).toContain(
      "Duplicate resource URN 'urn:pulumi:dev::fixture::docker:index/network:Network::network'; try giving it a unique name",
    );
  });

  test("no secret is repeated in a message", async () => {
    const { errors } = await run({ mode: "tell" });
    expect(errors.join()).toContain("the token is [secret]");
    expect(errors.join()).not.toContain(CANARY);
  });

  test("one that never ends is ended and reported", async () => {
    const started = Date.now();
    const { config, secretKeys } = configOf({ mode: "hang" });
    const recording = await recordProgram({ projectDir, stack: "dev", config, secretKeys, timeoutMs: 3_000 });
    expect(recording.diagnostics.at(-1)?.message).toContain("did not end within 3 s");
    expect(recording.exitCode).not.toBe(0);
    expect(Date.now() - started).toBeLessThan(20_000);
  });

  test("what it logs and prints is in the diagnostics, with the resource it is about", async () => {
    const recorded = await run({ mode: "log" });
    const about = recorded.byName("app-0", "fixture:components:Service").urn;
    expect(recorded.recording.diagnostics).toEqual([
      { severity: "warning", message: "watch this", urn: about },
      { severity: "info", message: "printed by the program", urn: "" },
    ]);
    expect(recorded.exitCode).toBe(0);
  });
});

describe("what a change touches", () => {
  test("nothing, when nothing changes", async () => {
    expect(touched(await run(), await run())).toEqual({ create: [], update: [], replace: [], delete: [] });
  });

  test("a new image replaces the containers of that image and no other resource", async () => {
    const [before, after] = [await run(), await run({ image: "fixture/app:2" })];
    expect(touched(before, after)).toEqual({
      create: [],
      update: [],
      replace: [
        before.byName("app-image").urn,
        before.byName("app-0", container).urn,
        before.byName("app-1", container).urn,
      ],
      delete: [],
    });
  });

  test("one replica less is a deletion of what it had", async () => {
    const steps = touched(await run(), await run({ replicas: "1" }));
    expect(steps.delete.map((urn) => urn.split("::").pop())).toEqual(["app-1", "app-1-data"]);
    expect([...steps.create, ...steps.update, ...steps.replace]).toEqual([]);
  });
});

test("runs side by side do not mix", async () => {
  const runs = await Promise.all(["a:1", "b:1"].map((image) => run({ image, replicas: "1" })));
  expect(runs.map((r) => r.container("app-0").image)).toEqual(["a:1", "b:1"]);
});

function configOf(config: Record<string, string> = {}) {
  const set = Object.entries({ mode: "good", ...config }).map(([path, value]) => ({ path, value, secret: false }));
  return loadStackConfig({ projectDir, stack: "dev", set: [...set, { path: "token", value: CANARY, secret: true }] });
}

describe("the host, in which tests run this project's program many times", () => {
  test.each(["jaeger", "grafana-cloud"])(
    "records on %s what the SDK's launcher does in a process of its own",
    async (backend) => {
      const args = {
        config: { backend, images: "official", grafanaCloud: { slug: "games" } },
        secrets: { grafanaCloudToken: CANARY },
      };
      await record(args);
      const [hosted, own] = await Promise.all([record(args), record({ ...args, launch })]);
      expect(own.exitCode).toBe(0);
      expect(own.registrations.length).toBeGreaterThan(50);
      expect(hosted.recording).toEqual(own.recording);
    },
  );

  test("shows a mistake in the configuration as the launcher does", async () => {
    const args = { config: { backend: "otlp" } };
    const [hosted, own] = await Promise.all([record(args), record({ ...args, launch })]);
    expect(own.errors).toEqual([expect.stringContaining("otlp.endpoint: not set")]);
    expect([hosted.exitCode, hosted.errors]).toEqual([own.exitCode, own.errors]);
  });
});
