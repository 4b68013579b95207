import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { PropertyMap } from "../../offline/properties.ts";
import { unwrap } from "../../offline/secrets.ts";
import { hostRoot } from "../../pipeline/scrapers.ts";
import { judge } from "../../policy/judge.ts";
import { stackOf } from "../../policy/stack.ts";
import { BACKENDS } from "../../vendors/kinds.ts";
import { alloyProblems, canCheck } from "../support/alloy.ts";
import { type ProgramRun, record } from "../support/engine.ts";
import { COMBINATIONS, type Combination, HIDDEN, previewOf, RECIPIENT, STORES } from "../support/matrix.ts";
import { KINDS } from "./backends/cases.ts";

const STACKS = ["dev", "other"] as const;

/** Previewed by `npm test`: one combination a backend, the stacks in turn. `npm run test:matrix` previews each on both stacks. */
const SAMPLE = BACKENDS.map((backend, index) => {
  const own = COMBINATIONS.filter((row) => row.backend === backend);
  return { stack: STACKS[index % STACKS.length] ?? "dev", row: own[(index + 1) % own.length] as Combination };
});
const ALL = STACKS.flatMap((stack) => COMBINATIONS.map((row) => ({ stack, row })));
const PREVIEWED = (process.env.MATRIX === "all" ? ALL : SAMPLE).map(({ stack, row }) => {
  const switches = Object.entries(row).map(([name, value]) => (name === "backend" ? value : `${name} ${value}`));
  return [`${stack} on ${switches.join(", ")}`, stack, row] as const;
});

/** Backends that show boards; the others are only sent to. */
const SHOWS = KINDS.filter((kind) => !["datadog", "elastic", "otlp"].includes(kind));

/** What each switch leaves in a program: in names, options and inputs of its resources, its boards and rules among them. */
const TRACES: Readonly<Record<string, RegExp>> = {
  postgres: /.{0,40}postgres.{0,20}/i,
  redis: /.{0,40}redis(?!Evicts).{0,20}/i,
  rabbitmq: /.{0,40}rabbit.{0,20}/i,
  sampling: /.{0,40}tail[._]sampling.{0,20}/,
  hostMetrics: new RegExp(`.{0,40}(${hostRoot}|system[._](cpu|memory|filesystem|disk|network|paging)).{0,20}`),
  containerMetrics: /.{0,40}(docker_stats|container[._](cpu|memory|network|pids|restarts)).{0,20}/,
  containerLogs: /.{0,40}(dockerlogs|container logs).{0,20}/,
};

/** What the collector is made of for each switch. */
const COMPONENTS: Readonly<Record<string, string>> = {
  postgres: "receivers postgresql/postgres",
  redis: "receivers redis/redis",
  rabbitmq: "receivers prometheus/rabbitmq",
  sampling: "processors trace_sampler",
  hostMetrics: "receivers hostmetrics",
  containerMetrics: "receivers docker_stats",
  containerLogs: "receivers dockerlogs",
};

/** The same in Alloy, which has no component for the others; without a parameter of its own, a scrape is named by its job. */
const ALLOY_COMPONENTS: Readonly<Record<string, RegExp>> = {
  rabbitmq: /^prometheus\.scrape "rabbitmq/m,
  sampling: /^otelcol\.processor\.tail_sampling "/m,
};
const ALLOY_FILE = "/etc/alloy/config.alloy";

/** Files that are the same in every stack, whatever is on, and the collector's, which is judged by its components. */
const SAME_EVERYWHERE = [
  "/etc/otelcol/config.yaml",
  ALLOY_FILE,
  "/otel-lgtm/prometheus.yaml",
  "/etc/prometheus/prometheus.yml",
];
const CONSOLE_STACK = "/etc/nginx/console/stack.json";

/** The other team's services all send their own records. */
const nothingToRead = (row: Combination, stack: string): boolean =>
  stack !== "dev" && STORES.every((store) => row[store] !== "managed");

const isOn = (row: Combination, name: string, stack: string): boolean =>
  !(name === "containerLogs" && nothingToRead(row, stack)) &&
  !["none", "off", "all"].includes(row[name as keyof Combination]);

const isMeasured = (row: Combination, name: string, stack: string): boolean =>
  isOn(row, name, stack) && (row.storeMetrics === "on" || !isStore(name));

const isStore = (name: string): boolean => STORES.some((store) => store === name);

/** Everything the program registered and gave out, as one text a resource; a component's inputs are those of its resources once more. */
function texts({ registrations, outputs }: ProgramRun): readonly string[] {
  const resources = registrations.map(({ urn, custom, options, inputs }) => {
    const { uploads, ...rest } = custom ? (unwrap(inputs) as PropertyMap) : {};
    const files = Array.isArray(uploads)
      ? uploads
          .filter((upload) => !SAME_EVERYWHERE.includes(String(Object(upload).file)))
          .map((upload) => (Object(upload).file === CONSOLE_STACK ? withoutRunbooks(Object(upload).content) : upload))
      : uploads;
    return JSON.stringify({ urn, options, ...rest, files });
  });
  return [...resources, JSON.stringify(outputs)];
}

/** A page of advice names every store that can be the cause. */
function withoutRunbooks(stack: string): string {
  const { runbooks, ...models } = JSON.parse(stack) as { readonly runbooks: object };
  expect(Object.keys(runbooks).length).toBeGreaterThan(5);
  return JSON.stringify(models);
}

/** `receivers postgresql/postgres`: every component of the collector. */
function componentsOf(run: ProgramRun): readonly string[] {
  const { files } = run.container("collector");
  const config = parse(files["/etc/otelcol/config.yaml"] ?? "") as Readonly<Record<string, object>>;
  return ["receivers", "processors", "connectors", "exporters", "extensions"].flatMap((section) =>
    Object.keys(config[section] ?? {}).map((id) => `${section} ${id}`),
  );
}

/** What Alloy gets in the combinations that have it. */
const alloyFiles = new Map<string, string>();

describe("a preview of stack", () => {
  test.concurrent.each(PREVIEWED)("%s", { timeout: 300_000 }, async (_, stack, row) => {
    const run = await record(previewOf(stack, row));
    expect(run.errors).toEqual([]);
    expect(run.exitCode).toBe(0);
    // what a plan does not have is said by name, with its place in the docs; what exceeds its free tier likewise
    const ofPlan = [`(docs/backends.md#${row.backend})`, "what is free ("];
    // what Alloy does less than the collector of this repository
    if (row.engine === "alloy") ofPlan.push("does not have the privacy processor", "refused-key-loses");
    expect(run.warnings.filter((warning) => !ofPlan.some((said) => warning.includes(said)))).toEqual([]);

    expect(judge(stackOf(run.recording, { config: {} }))).toEqual([]);

    const secrets = Object.keys(run.container("collector").files).filter((path) => path.startsWith("/run/secrets/"));
    if (row.engine === "alloy") {
      const file = run.container("collector").files[ALLOY_FILE] ?? "";
      for (const [name, component] of Object.entries(ALLOY_COMPONENTS))
        expect(component.test(file), name).toBe(isMeasured(row, name, stack));
      alloyFiles.set(`${stack} ${Object.values(row).join(" ")}`.replaceAll(/\W+/g, "-"), file);
    } else {
      const components = componentsOf(run);
      for (const [name, component] of Object.entries(COMPONENTS))
        expect(
          components.some((id) => id === component || id.startsWith(`${component}/`)),
          component,
        ).toBe(isMeasured(row, name, stack));
    }

    const all = texts(run);
    for (const [name, pattern] of Object.entries(TRACES)) {
      const found = all.flatMap((text) => pattern.exec(text)?.[0] ?? []);
      if (!isOn(row, name, stack)) expect(found, `${name} is off`).toEqual([]);
      else if (
        SHOWS.includes(row.backend) &&
        isMeasured(row, name, stack) &&
        !(name === "sampling" && row.engine === "alloy")
      )
        expect(found.length, `${name} is on`).toBeGreaterThan(0);
    }

    const containers = run.containers().map(({ name }) => name);
    for (const store of STORES) {
      expect(containers.includes(store), store).toBe(row[store] === "managed");
      const password = `canary-${store}Password`;
      // the login of a service, so only where one names the store
      const used = all.some((text) => text.includes(password));
      if (row[store] !== "existing") expect(used, password).toBe(false);
      else if (stack === "dev") expect(used, password).toBe(true);
      if (row[store] === "none") expect(secrets.filter((path) => path.includes(store))).toEqual([]);
    }

    const notified = row.calibration === "off" ? row.contact : "none";
    const has = (address: string) => all.some((text) => text.includes(address));
    expect(has(RECIPIENT.email), "e-mail").toBe(notified === "email");
    expect(has(RECIPIENT.webhook), "webhook").toBe(!["email", "none"].includes(notified));
    for (const secret of HIDDEN) expect(run.leaks(secret), secret).toEqual([]);
  });
});

test.skipIf(!canCheck())("Alloy's own syntax package reads the files of all its combinations", () => {
  expect(alloyFiles.size).toBeGreaterThan(0);
  expect(alloyProblems(Object.fromEntries(alloyFiles))).toEqual([]);
});

describe("the matrix", () => {
  test("has every backend with every value of every switch, and every two switches with every two values", () => {
    const names = Object.keys(COMBINATIONS[0] ?? {}) as (keyof Combination)[];
    const values = (name: keyof Combination) => [...new Set(COMBINATIONS.map((row) => row[name]))];
    const missing = names.flatMap((a, i) =>
      names.slice(i + 1).flatMap((b) =>
        values(a).flatMap((x) =>
          values(b)
            .filter((y) => !COMBINATIONS.some((row) => row[a] === x && row[b] === y))
            .map((y) => `${x}, ${y}`),
        ),
      ),
    );
    const all = ["discord", "slack", "email", "webhook"];
    expect([values("backend").length, values("contact").length]).toEqual([8, 5]);
    // exactly the contacts that a backend cannot notify, and what Alloy cannot do: refused, see test/unit/config/parse.test.ts and alloy.test.ts
    expect(missing.sort()).toEqual(
      ["datadog", "elastic", "otlp"]
        .flatMap((kind) => all.map((contact) => `${kind}, ${contact}`))
        .concat("lgtm, email", ...["alloy, on", "alloy, on", "alloy, on"])
        .sort(),
    );
  });

  test("is sampled with every backend and both stacks", () => {
    expect(SAMPLE.map(({ row }) => row.backend)).toEqual(BACKENDS);
    expect(new Set(SAMPLE.map(({ stack }) => stack))).toEqual(new Set(STACKS));
  });
});
