import { describe, expect, test } from "vitest";
import { formerKey } from "../../../config/former-keys.ts";
import type { Change } from "../../../offline/compare.ts";
import { asSecret } from "../../../offline/properties.ts";
import type { Registration } from "../../../offline/registration.ts";
import { between, readChangelog } from "../../../upgrades/changelog.ts";
import { asJson, asText, type Upgrade } from "../../../upgrades/notes.ts";
import { lost } from "../../../upgrades/plan.ts";
import { stored } from "../../../upgrades/stored.ts";
import { consequenceOf } from "../../../upgrades/words.ts";

const changelog = readChangelog(`# Changelog

## [Unreleased]

### Added

- Something.

## [0.3.0] - 2027-01-02

### To do

- First this,
  in two lines.
- Then that.

## [0.2.0] - 2026-12-01

### To do

- Once more.

## [0.1.0] - 2026-11-28
`);

const registration = (type: string, name: string, owner = "", options: Registration["options"] = {}): Registration => ({
  urn: `urn:pulumi:dev::p::${owner}${type}::${name}`,
  type,
  name,
  parent: "",
  custom: true,
  id: "",
  inputs: {},
  options,
  outputs: {},
});
const CONTAINER = "docker:index/container:Container";
const container = (name: string, component: string) =>
  registration(CONTAINER, name, `game-scheduler-otel:${component}$`);
const change = (step: Change["step"], of: Registration, ...paths: readonly string[]): Change => ({
  step,
  registration: of,
  properties: paths.map((path) => ({ path })),
});

describe("a changelog", () => {
  test("is read by version, heading and item", () => {
    expect(changelog.map(({ version, date }) => [version, date])).toEqual([
      ["Unreleased", ""],
      ["0.3.0", "2027-01-02"],
      ["0.2.0", "2026-12-01"],
      ["0.1.0", "2026-11-28"],
    ]);
    expect(changelog[1]?.items).toEqual({ "To do": ["First this, in two lines.", "Then that."] });
  });

  test("of an upgrade is what came after the release, oldest first, up to the version that comes", () => {
    expect(between(changelog, "0.1.0", "0.3.0").map(({ version }) => version)).toEqual(["0.2.0", "0.3.0"]);
    expect(between(changelog, "0.2.0", "0.3.0").map(({ version }) => version)).toEqual(["0.3.0"]);
    expect(between(changelog, "0.3.0", "0.3.0")).toEqual([]);
  });
});

describe("what a step of an upgrade means", () => {
  test.each([
    [
      change("replace", container("api", "components:Service"), "envs[LOG_LEVEL]", "volumes[/data].volumeName"),
      {
        what: "service api",
        why: "variable LOG_LEVEL, mount /data",
        meanwhile: "restarts: away until its new container runs",
      },
    ],
    [
      change("replace", container("postgres", "datastores:Postgres"), "command[5]", "command[6]"),
      {
        what: "store postgres",
        why: "command",
        meanwhile: "restarts: clients connect again; its data stays on its volume",
      },
    ],
    [
      change("replace", container("redis", "datastores:Redis")),
      {
        what: "store redis",
        why: "a network or volume that it uses is replaced",
        meanwhile: "restarts: clients connect again; its data stays on its volume",
      },
    ],
    [
      change("update", container("api", "components:Service"), "memory"),
      { what: "service api", why: "memory", meanwhile: "" },
    ],
  ])("is said with its reason", (step, expected) => {
    expect(consequenceOf(step)).toEqual({ step: step.step, ...expected });
  });

  test("is nothing for an image, which is only read", () => {
    expect(consequenceOf(change("replace", registration("docker:index/remoteImage:RemoteImage", "api-image")))).toBe(
      undefined,
    );
  });
});

describe("what cannot be undone", () => {
  const volume = "docker:index/volume:Volume";
  const [data, kept, password, plain] = [
    registration(volume, "postgres-data", "", { protect: true }),
    registration(volume, "jaeger-data", "", { retainOnDelete: true }),
    registration("random:index/randomPassword:RandomPassword", "postgres-app"),
    registration(volume, "instrumentation-data"),
  ];
  const names = (changes: readonly Change[]) =>
    lost(changes, [data, kept, password, plain]).map(({ registration: { name } }) => name);

  test("is a protected resource, a generated password, and a volume whose data is left behind", () => {
    const all = [data, kept, password, plain];
    expect(names(all.map((each) => change("replace", each)))).toEqual(["postgres-data", "jaeger-data", "postgres-app"]);
    expect(names(all.map((each) => change("delete", each)))).toEqual(["postgres-data", "postgres-app"]);
    expect(names(all.map((each) => change("update", each)))).toEqual([]);
  });
});

describe("the notes of an upgrade", () => {
  const changes = [
    change("replace", container("api", "components:Service"), "image"),
    change("delete", registration("docker:index/volume:Volume", "data", "", { protect: true })),
    ...["a", "b", "c", "d"].map((name) => change("update", registration("grafana:oss/dashboard:Dashboard", name), "x")),
  ];
  const upgrade: Upgrade = {
    stack: "prod",
    from: "0.1.0",
    to: "0.3.0",
    source: "stored",
    changes,
    changelog,
    lost: changes.slice(1, 2),
  };

  test("say first what would be lost, then what to do, then the steps", () => {
    expect(asText(upgrade).split("\n")).toEqual([
      ...["Upgrade of stack prod from 0.1.0 to 0.3.0 (stored)", ""],
      ...["LOST, so do not upgrade before you know why:", "  delete docker:Volume data", ""],
      ...["To do", "  - 0.2.0: Once more.", "  - 0.3.0: First this, in two lines.", "  - 0.3.0: Then that.", ""],
      ...["Deleted", "  docker:Volume data", ""],
      ...["Replaced", "  service api; image; restarts: away until its new container runs", ""],
      ...["Changed in place", "  4 × grafana:oss:Dashboard"],
    ]);
  });

  test("are the same for a program", () => {
    const { lost: gone, toDo, changes: steps } = JSON.parse(asJson(upgrade));
    expect([gone, toDo.length, steps.length]).toEqual([
      [{ step: "delete", type: "docker:index/volume:Volume", name: "data" }],
      3,
      6,
    ]);
  });
});

describe("what is stored of a release", () => {
  test("holds no secret and no long text, but whether they changed", () => {
    const of = (text: string) => ({
      ...registration(CONTAINER, "api"),
      inputs: { envs: asSecret(["KEY=canary-text"]), uploads: [{ file: "/a", content: text.repeat(100) }], memory: 64 },
    });
    const [first, second] = [stored({ registrations: [of("a")] }), stored({ registrations: [of("b")] })];
    expect(JSON.stringify(first)).not.toContain("canary");
    expect(first[0]?.inputs.memory).toBe(64);
    expect(JSON.stringify(first[0]?.inputs.envs)).toBe(JSON.stringify(second[0]?.inputs.envs));
    expect(JSON.stringify(first[0]?.inputs.uploads)).not.toBe(JSON.stringify(second[0]?.inputs.uploads));
  });
});

describe("a key of an earlier release", () => {
  test("is refused with the key that took its place", () => {
    const former = { tailBaseline: { since: "0.9.0", instead: "Set sampling.baseline." } };
    expect(formerKey("tailBaseline", former)).toBe(
      "tailBaseline: no such key since 0.9.0. Set sampling.baseline. Then remove it with: pulumi config rm tailBaseline",
    );
    expect(formerKey("sampling", former)).toBe(undefined);
    expect(formerKey("toString")).toBe(undefined);
  });
});
