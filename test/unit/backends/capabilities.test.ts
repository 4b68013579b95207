import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { profile as grafanaCloud } from "../../../components/backends/grafana-cloud/profile.ts";
import { profile as honeycomb } from "../../../components/backends/honeycomb/profile.ts";
import { planWarnings } from "../../../components/backends/plan-warnings.ts";
import type { BackendProfile } from "../../../pipeline/backend-profile.ts";
import { type Capabilities, capabilities } from "../../../vendors/capabilities.ts";
import { BACKENDS, type BackendKind } from "../../../vendors/kinds.ts";
import { capabilityPage, renewed } from "../../support/capability-page.ts";
import { backendArgs, exportOnly } from "./arguments.ts";

const page = join(import.meta.dirname, "../../../docs/backends.md");

/** Without the padding that the formatter gives to tables. */
const squeezed = (text: string): string => text.replace(/ *\| */g, "|").replace(/-{3,}/g, "---");

describe("the table of capabilities", () => {
  test("is what the page says", () => {
    const written = readFileSync(page, "utf8");
    if (process.env.UPDATE_GOLDEN) writeFileSync(page, renewed(written));
    else expect(squeezed(written)).toBe(squeezed(renewed(written)));
  });

  test("has a section for every backend, each with a source and its date", () => {
    const text = capabilityPage();
    for (const kind of BACKENDS) expect(text).toContain(`### ${kind}\n`);
    expect(text.match(/^\| read in \| .+ \(20\d\d-\d\d\) \|$/gm)).toHaveLength(BACKENDS.length);
  });

  test("a page without its generated part is an error, not a page without a table", () => {
    expect(() => renewed("# Backends\n")).toThrow("docs/backends.md has no generated part");
  });
});

describe("what adapters do agrees with the table", () => {
  const within = ({ exporters }: BackendProfile, of: Capabilities): void => {
    for (const exporter of exporters) {
      for (const signal of exporter.signals) expect(of.signals).toContain(signal);
      if (of.temporality !== "either" && exporter.signals.includes("metrics"))
        expect(exporter.temporality ?? "cumulative").toBe(of.temporality);
      expect(of.compression).toContain(exporter.compression ?? "gzip");
      if (of.maxAttributeLength !== undefined) expect(exporter.maxAttributeLength).toBe(of.maxAttributeLength);
      if (of.maxRequestBytes !== undefined && exporter.signals.includes("metrics"))
        expect(exporter.maxRequestBytes).toBeLessThanOrEqual(of.maxRequestBytes);
    }
  };

  test("Grafana Cloud and Honeycomb", () => {
    within(grafanaCloud, capabilities["grafana-cloud"]);
    within(honeycomb("https://api.honeycomb.io", "metrics"), capabilities.honeycomb);
  });

  test.each(["datadog", "elastic"] as const)("%s", (kind) => {
    within(exportOnly(kind).profile, capabilities[kind]);
  });
});

describe("a preview warns", () => {
  const warnings = (kind: BackendKind, set: Parameters<typeof backendArgs>[0] = {}) =>
    planWarnings(kind, backendArgs(set).config);

  test("that an export-only backend gets no dashboards", () => {
    const sentence = (kind: string) =>
      `${kind}: telemetry is sent, but no dashboards, alerts or SLOs are made there; add a second backend with extraBackends. (docs/backends.md#${kind})`;
    expect(warnings("datadog")).toEqual([sentence("datadog")]);
    expect(warnings("elastic")).toEqual([sentence("elastic")]);
  });

  test("of what Honeycomb's free plan lacks, and of nothing on a paid one", () => {
    expect(warnings("honeycomb")).toEqual([
      "honeycomb: SLOs are not made, since honeycomb.plan is free. (docs/backends.md#honeycomb)",
      "honeycomb: only the 2 most important alerts are made, since honeycomb.plan is free. (docs/backends.md#honeycomb)",
    ]);
    expect(warnings("honeycomb", { honeycomb: { plan: "pro" } })).toEqual([]);
  });

  test("that something is measured which has no address to go to", () => {
    expect(warnings("otlp", { otlp: { logs: "http://loki:3100/otlp/v1/logs" }, sampling: { mode: "tail" } })).toEqual([
      "otlp: hostMetrics or containerMetrics is on, but otlp.metrics is not set, so no metric is sent. (docs/backends.md#otlp)",
      "otlp: sampling.mode is tail, but otlp.traces is not set, so no trace is sent. (docs/backends.md#otlp)",
    ]);
  });

  test.each(["http://localhost:4318", "http://127.0.0.1:4318", "http://[::1]:4318"])(
    "that %s is the collector's own container",
    (endpoint) => {
      expect(warnings("otlp", { otlp: { endpoint } })).toEqual([
        `otlp: otlp.endpoint is ${endpoint}, which in the collector's container is that container; give this machine's name or address in its network (under Docker Desktop: host.docker.internal). (docs/backends.md#otlp)`,
      ]);
    },
  );

  test.each(["grafana-cloud", "new-relic", "jaeger", "lgtm"] as const)("of nothing on %s", (kind) => {
    expect(warnings(kind)).toEqual([]);
  });
});
