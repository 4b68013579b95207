import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type ProgramRun, record } from "../support/engine.ts";
import { CASES } from "./backends/cases.ts";

const runWith = (backend: string, interval: number): Promise<ProgramRun> => {
  const { config, secrets } = CASES[backend as keyof typeof CASES] ?? {};
  return record({
    config: { images: "official", backend, ...config, "metrics.interval": interval },
    ...(secrets && { secrets }),
  });
};

/** Every value of a key, wherever it stands. */
function valuesOf(value: unknown, key: RegExp): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => (key.test(name) ? [child] : valuesOf(child, key)));
}

describe("with metrics.interval 60", () => {
  let run: ProgramRun;
  beforeAll(async () => {
    run = await runWith("jaeger", 60);
    expect(run.errors).toEqual([]);
  });

  test("the collector scrapes and counts spans each minute, itself included", () => {
    const config = parse(run.container("collector").files["/etc/otelcol/config.yaml"] ?? "");
    const every = valuesOf(config, /^(collection_interval|scrape_interval|metrics_flush_interval)$/);
    // PostgreSQL, Redis, two jobs of RabbitMQ, nginx, containers, host, the collector itself; span metrics and service graph
    expect(every.length).toBeGreaterThanOrEqual(9);
    expect(new Set(every)).toEqual(new Set(["60s"]));
  });

  test("services export each minute", () => {
    const said = run.containers().flatMap(({ inputs }) => inputs.envs ?? []);
    const intervals = said.filter((line) => String(line).startsWith("OTEL_METRIC_EXPORT_INTERVAL="));
    expect(intervals.length).toBeGreaterThan(0);
    expect(new Set(intervals)).toEqual(new Set(["OTEL_METRIC_EXPORT_INTERVAL=60000"]));
  });

  test("boards, verify and the estimate of cost know it", () => {
    const { outputs } = run;
    expect(outputs.facts).toMatchObject({ metricsInterval: 60 });
    expect(outputs.workload).toMatchObject({ metricsInterval: 60 });
    const stack = JSON.parse(run.container("console").files["/etc/nginx/console/stack.json"] ?? "");
    expect(stack.metricsInterval).toBe(60);
  });

  test("a silent collector is one that misses three points", () => {
    const rules = run
      .containers()
      .flatMap(({ files }) => Object.values(files))
      .join("\n");
    expect(rules).toMatch(/absent_over_time\(otelcol_process_uptime[\s\S]{0,100}\[180s\]/);
  });
});

test("Grafana is told, so that its windows hold four points", async () => {
  const boards = (run: ProgramRun) =>
    run.registrations
      .filter(({ type }) => type === "grafana:oss/dashboard:Dashboard")
      .map(({ inputs }) => JSON.stringify(inputs));
  const seldom = boards(await runWith("grafana-cloud", 60));
  expect(seldom.length).toBeGreaterThan(3);
  expect(seldom.some((board) => board.includes('interval\\":\\"60s') || board.includes('interval\\": \\"60s'))).toBe(
    true,
  );
});

test.each([4, 61, 15.5])("an interval of %s is refused in a sentence", async (interval) => {
  const { errors } = await runWith("jaeger", interval);
  expect(errors.join("\n")).toContain(`metrics.interval: ${interval} is not valid.`);
  expect(errors.join("\n")).toContain("Set it with: pulumi config set --path 'metrics.interval' <value>");
});
