import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compare } from "../../../offline/compare.ts";
import type { Registration } from "../../../offline/registration.ts";
import type { ProgramArgs, ProgramRun } from "../../support/engine.ts";
import { HONEYCOMB_MAKING, nameOf, on, owned } from "./cases.ts";

/** What its account knows a key by; every one of them is told apart below. */
const KEY = /^(grafana|newrelic|honeycombio):.*(Token|Key)$/;

/** Backends that make keys, in the configuration in which they make all of theirs. */
const MAKING = {
  "grafana-cloud": {
    config: {
      grafanaCloud: { slug: "games", browserOrigins: ["https://games.example"], checkUrl: "https://games.example" },
    },
    preview: true,
  },
  "new-relic": {},
  honeycomb: HONEYCOMB_MAKING,
} as const satisfies Readonly<Record<string, ProgramArgs>>;
type Making = keyof typeof MAKING;

/** The key that the collector sends with, and the file that it reads it from. */
const SENT_WITH: Readonly<Record<Making, readonly [key: string, file: string]>> = {
  "grafana-cloud": ["grafana-cloud-write-token", "/run/secrets/grafana-cloud-token"],
  "new-relic": ["new-relic-license", "/run/secrets/new-relic-license-key"],
  honeycomb: ["honeycomb-ingest", "/run/secrets/honeycomb-ingest-key"],
};
const SENDING = Object.entries(SENT_WITH).map(([kind, [key, file]]) => [kind as Making, key, file] as const);

/** Deleted before their successors are made, since their names are taken once; nothing that the stack measures is sent with them. */
const WITHOUT_OVERLAP = [
  ...["frontend", "pulumi", "synthetics", "verify"].map((purpose) => `grafana-cloud-${purpose}-token`),
];

const keysOf = async (kind: Making, more: ProgramArgs = {}): Promise<readonly Registration[]> =>
  owned(await on(kind, { ...MAKING[kind], ...more }), kind).filter(({ type }) => KEY.test(type));

/** The same recording with another value in the place of what was made. */
const withNext = ({ recording }: ProgramRun, key: string) => {
  const text = JSON.stringify(recording.registrations);
  const made = new RegExp(`generated-${key}(?![\\w-])`, "g");
  return { registrations: JSON.parse(text.replace(made, `generated-${key}-2`)) as readonly Registration[] };
};

const names = (urns: readonly string[] | undefined) => (urns ?? []).map(nameOf);
const page = readFileSync(join(import.meta.dirname, "../../../docs/backends.md"), "utf8");

/** `pulumi up --replace <key>` as docs/backends.md#rotation describes it. The engine makes the successor first unless an option says otherwise. */
export function rotationTests(): void {
  describe("a key that the program makes", () => {
    test("is replaced by one that is there before it goes, unless nothing is sent with it and its name is taken once", async () => {
      const order = (await Promise.all((Object.keys(MAKING) as Making[]).map((kind) => keysOf(kind)))).flat();
      const first = order.filter(({ options }) => options.deleteBeforeReplace !== false);
      expect(first.map(({ name }) => name).sort()).toEqual(WITHOUT_OVERLAP);
      expect(new Set(first.map(({ options }) => options.deleteBeforeReplace))).toEqual(new Set([true]));
      const overlapping = order.filter((key) => !first.includes(key)).map(({ name }) => name);
      expect(overlapping.sort()).toEqual([
        "grafana-cloud-write-token",
        "honeycomb-configuration",
        "honeycomb-ingest",
        "new-relic-browser",
        "new-relic-license",
      ]);
    });

    test("may be replaced and does go: none is protected, and none is kept", async () => {
      for (const kind of Object.keys(MAKING) as Making[])
        for (const { name, options } of await keysOf(kind))
          expect([name, options.protect, options.retainOnDelete]).toEqual([name, undefined, undefined]);
    });

    test.each(SENDING)(
      "%s: the collector's file comes from %s, so it has the next one before this one goes",
      async (...[kind, key, file]) => {
        const run = await on(kind, { ...MAKING[kind], preview: false });
        const collector = run.container("collector");
        expect(collector.files[file]).toBe(`generated-${key}`);
        expect(names(collector.registration.options.propertyDependencies?.uploads)).toContain(key);
        expect(names(run.byName(key).options.dependsOn)).not.toContain("collector");
      },
    );

    test.each(SENDING)("%s: another %s replaces the collector, and leaves all else as it is", async (kind, key) => {
      const run = await on(kind, { ...MAKING[kind], preview: false });
      const steps = compare(run.recording, withNext(run, key));
      expect(steps.map(({ step, registration }) => `${step} ${registration.name}`)).toEqual(["replace collector"]);
    });

    test.each(SENDING)(
      "%s in a swarm: another %s is another secret, which the service takes before this one goes",
      async (...[kind, key]) => {
        const run = await on(kind, { ...MAKING[kind], preview: false, stack: "swarm" });
        const secrets = run
          .byType("docker:index/secret:Secret")
          .filter(({ options }) => names(options.propertyDependencies?.data).includes(key));
        expect(secrets.length).toBeGreaterThan(0);
        for (const { name, urn, options } of secrets) {
          expect([name, options.deleteBeforeReplace]).toEqual([name, false]);
          const users = run
            .byType("docker:index/service:Service")
            .filter((service) => service.options.dependsOn?.includes(urn));
          expect(users.length, name).toBeGreaterThan(0);
        }
      },
    );

    test("is named on the page about rotation as its URN ends", async () => {
      const section = /## Rotation\n(.*?)\n## /s.exec(page)?.[1] ?? "";
      const made = (await Promise.all((Object.keys(MAKING) as Making[]).map((kind) => keysOf(kind)))).flat();
      expect(made.length).toBe(9);
      expect(made.map(({ urn }) => nameOf(urn)).filter((name) => !section.includes(`\`${name}\``))).toEqual([]);
      expect(section).toContain("pulumi up --replace '<urn>'");
    });
  });
}
