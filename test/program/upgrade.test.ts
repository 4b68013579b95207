import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { FORMER_KEYS } from "../../config/former-keys.ts";
import type { Change, Step } from "../../offline/compare.ts";
import { readProjectFile } from "../../offline/project-file.ts";
import { recorded } from "../../offline/recorded.ts";
import type { Registration } from "../../offline/registration.ts";
import { CASES, type Case, settingsOf } from "../../upgrades/cases.ts";
import { readChangelog } from "../../upgrades/changelog.ts";
import { lost, planUpgrade } from "../../upgrades/plan.ts";
import { readRelease, releases } from "../../upgrades/release.ts";
import { consequenceOf } from "../../upgrades/words.ts";
import { launchInHost } from "../support/recorder/launch.ts";

const projectDir = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "upgrade-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const release = readRelease("0.1.0");
const of = (name: string): Case => CASES.find((one) => one.name === name) as Case;
const madeOf = ({ name }: Case): readonly Registration[] => release.recordings[name] ?? [];

const plans = new Map<string, Promise<readonly Change[]>>();

/** The upgrade of a stack of 0.1.0: its own file with the program of today. */
function upgraded(one: Case): Promise<readonly Change[]> {
  const known = plans.get(one.name) ?? plan(one);
  plans.set(one.name, known);
  return known;
}

async function plan(one: Case): Promise<readonly Change[]> {
  const stackFile = join(folder, `${one.stack}.yaml`);
  writeFileSync(stackFile, release.stackFiles[one.stack] ?? "");
  const given = { projectDir, stack: one.stack, stackFile, set: settingsOf(one, "0123456789abcdef") };
  return planUpgrade(madeOf(one), await recorded(given, launchInHost));
}

/** `what: why` of the containers that a step is about. */
const reasons = (changes: readonly Change[], step: Step): readonly string[] =>
  changes
    .filter((change) => change.step === step && change.registration.type.endsWith(":Container"))
    .flatMap((change) => consequenceOf(change) ?? [])
    .map(({ what, why }) => (/^(service|store) /.test(what) ? `${what}: ${why}` : what))
    .sort();

const names = (changes: readonly Change[], step: Step): readonly string[] =>
  changes.filter((change) => change.step === step).map(({ registration: { name } }) => name);

const MOUNT = "mount /instrumentation";
const NGINX = "/usr/local/share/opentelemetry-nginx";
/** Paths of health checks are longer now, and long assignments have no names in a release's file. */
const INSTRUMENTATION = `variable OTEL_PYTHON_EXCLUDED_URLS, environment, ${MOUNT}`;

describe("a stack of release 0.1.0, upgraded", { timeout: 120_000 }, () => {
  test.each(CASES)("$name loses no protected resource, no data and no generated password", async (one) => {
    expect(madeOf(one).length).toBeGreaterThan(50);
    expect(lost(await upgraded(one), madeOf(one))).toEqual([]);
  });

  test("restarts services only for their new instrumentation, and of the stores PostgreSQL, for its log's form, and RabbitMQ, for a health check that ends", async () => {
    expect(reasons(await upgraded(of("dev")), "replace")).toEqual([
      ...["console", "grafana", "jaeger", "prometheus", "victorialogs", "vmalert"].map((name) => `backend ${name}`),
      "container docker-api",
      ...["api", "bot"].map((name) => `service ${name}: ${INSTRUMENTATION}`),
      `service frontend: ${["otel.js", "http.conf"].map((name) => `file ${NGINX}/${name}`).join(", ")}, ${MOUNT}`,
      ...["notification", "status"].map((name) => `service ${name}: ${INSTRUMENTATION}`),
      "store postgres: command",
      "store rabbitmq: healthcheck",
      ...["the collector", "the deployment marker", "the instrumentation"],
    ]);
  });

  test("leaves a service alone that has no instrumentation from here: another team's gateway, the simulator of Discord", async () => {
    const changes = await upgraded(of("other"));
    expect(reasons(changes, "replace").filter((text) => text.startsWith("service"))).toEqual([
      `service web: ${INSTRUMENTATION}`,
      `service worker: ${INSTRUMENTATION}`,
    ]);
    expect([...names(changes, "delete"), ...names(changes, "create")]).not.toContain("gateway");
    expect(names(await upgraded(of("dev")), "update")).not.toContain("discord");
  });

  test.each(CASES)(
    "$name gives up the network of the proxy to the Docker API, and nothing else on the engine",
    async (one) => {
      const deleted = (await upgraded(one)).filter(({ step }) => step === "delete");
      const docker = deleted.filter(({ registration: { type } }) => type.startsWith("docker:"));
      expect(docker.map(({ registration: { name } }) => name)).toEqual(["network-docker-api"]);
      // a deployment marker of Honeycomb's is a new one each time, and the former stays there
      expect(deleted.length - docker.length).toBe(one.name === "dev on honeycomb" ? 1 : 0);
    },
  );
});

describe("releases", () => {
  test("know every key that is declared today, or what took its place is said", () => {
    const declared = readProjectFile(projectDir).config.map(({ key }) => key.split(":").pop());
    const gone = release.configKeys.filter((key) => !declared.includes(key));
    expect(gone.filter((key) => FORMER_KEYS[key] === undefined)).toEqual([]);
  });

  test("have a number in CHANGELOG.md and package.json, and each earlier one what it made", () => {
    const changelog = readChangelog(readFileSync(join(projectDir, "CHANGELOG.md"), "utf8"));
    const { version } = JSON.parse(readFileSync(join(projectDir, "package.json"), "utf8"));
    const [present, ...earlier] = changelog.map((each) => each.version).filter((each) => each !== "Unreleased");
    expect(present).toBe(version);
    expect(releases()).toEqual(earlier.reverse());
    expect(changelog.find((each) => each.version === release.version)?.date).toBe("2026-11-28");
  });
});
