import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { BackendProfile, ExporterProfile } from "../../../pipeline/backend-profile.ts";
import { buildPipeline } from "../../../pipeline/build.ts";
import { checkPipeline } from "../../../pipeline/checks/index.ts";
import { errorsOf } from "../../../pipeline/checks/rule.ts";
import type { Component } from "../../../pipeline/component.ts";
import type { PipelineInput, Source } from "../../../pipeline/input.ts";
import type { PipelineGraph } from "../../../pipeline/model.ts";
import { renderCollector } from "../../../pipeline/render/collector.ts";
import { SIGNALS } from "../../../pipeline/signal.ts";
import { atLeast } from "../../../pipeline/versions.ts";
import { importCollector } from "../../support/import-collector.ts";
import { targetOf } from "./inputs.ts";

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/).filter((n) => n !== "collector");
const text = fc
  .string({ unit: "grapheme-ascii", minLength: 1, maxLength: 20 })
  .filter((s) => !/\$\{.*\}/.test(s) && s === s.trim());
const secret = name.map((n) => ({ secret: n }));
const version = fc.integer({ min: 141, max: 159 }).map((minor) => `0.${minor}.0`);

const source: fc.Arbitrary<Source> = fc.oneof(
  fc.record({
    kind: fc.constant("postgres" as const),
    name,
    endpoint: name.map((h) => `${h}.pg:5432`),
    user: text,
    passwordSecret: name,
    databases: fc.array(name, { maxLength: 3 }),
    tls: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("redis" as const), name, endpoint: name.map((h) => `${h}.redis:6379`) }),
  fc.record({ kind: fc.constant("rabbitmq" as const), name, endpoint: name.map((h) => `${h}:15692`) }),
  fc.record({ kind: fc.constant("nginx" as const), name, endpoint: name.map((h) => `http://${h}/stub_status`) }),
  fc.record({
    kind: fc.constant("docker" as const),
    name,
    endpoint: name.map((h) => `http://${h}:2375`),
    labels: fc.dictionary(name, text, { minKeys: 1, maxKeys: 2 }),
  }),
  fc.record({ kind: fc.constant("host" as const), name, hostName: text }),
);

const exporter: fc.Arbitrary<ExporterProfile> = fc
  .record({
    signals: fc.subarray([...SIGNALS], { minLength: 1 }),
    endpoint: fc.oneof(
      name.map((h) => `https://${h}.example.org`),
      secret,
    ),
    headers: fc.dictionary(name, fc.oneof(secret, text), { maxKeys: 2 }),
    basicAuth: fc.option(fc.record({ user: fc.oneof(text, secret), password: secret }), { nil: undefined }),
    temporality: fc.constantFrom("cumulative" as const, "delta" as const),
    histograms: fc.constantFrom("explicit" as const, "exponential" as const),
    maxRequestBytes: fc.option(fc.integer({ min: 100_000, max: 20_000_000 }), { nil: undefined }),
    maxAttributeLength: fc.option(fc.integer({ min: 64, max: 8192 }), { nil: undefined }),
    sampleRateAttribute: fc.option(fc.constant("SampleRate"), { nil: undefined }),
  })
  .map(({ basicAuth, maxRequestBytes, maxAttributeLength, sampleRateAttribute, ...rest }) => ({
    ...rest,
    ...(basicAuth === undefined ? {} : { basicAuth }),
    ...(maxRequestBytes === undefined ? {} : { maxRequestBytes }),
    ...(maxAttributeLength === undefined ? {} : { maxAttributeLength }),
    ...(sampleRateAttribute === undefined ? {} : { sampleRateAttribute }),
  }));

const backend: fc.Arbitrary<BackendProfile> = fc.record({ name, exporters: fc.tuple(exporter) });

const input: fc.Arbitrary<PipelineInput> = version.chain((v) =>
  fc
    .record({
      environment: text,
      namespace: text,
      collector: fc.record({
        memoryMiB: fc.integer({ min: 128, max: 8192 }),
        version: fc.constant(v),
        distribution: fc.constantFrom("own", "upstream"),
      }),
      sources: fc.uniqueArray(source, {
        selector: (s) => s.name,
        maxLength: 5,
      }),
      backends: fc.uniqueArray(backend, { selector: (b) => b.name, minLength: 1, maxLength: 3 }),
      sampling: fc.oneof(
        fc.constant({ mode: "all" as const }),
        fc.record({
          mode: fc.constant("tail" as const),
          baselinePercent: fc.integer({ min: 0, max: 100 }),
          slowMs: fc.integer({ min: 1, max: 9999 }),
        }),
        fc.record({ mode: fc.constant("all" as const), ceiling: fc.integer({ min: 10, max: 9999 }) }),
        fc.record({ mode: fc.constant("head" as const), baselinePercent: fc.integer({ min: 0, max: 100 }) }),
      ),
      privacy: fc.record({
        patterns: fc.array(fc.constantFrom("\\bGS-\\d+$", "a{3,}", "'\"[$]"), { maxLength: 2 }),
        keep: fc.array(text, { maxLength: 2 }),
        ...(atLeast(v, "0.147.0") ? { hashKey: secret } : {}),
      }),
      outageBudgetSeconds: fc.integer({ min: 0, max: 86_400 }),
    })
    .map((record): PipelineInput => record),
);

describe("whatever is configured", () => {
  test("what we build has no error", () => {
    fc.assert(
      fc.property(input, (i) => {
        expect(errorsOf(checkPipeline(buildPipeline(i), targetOf(i)))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test("it is rendered the same twice, and reads back as what it was", () => {
    fc.assert(
      fc.property(input, (i) => {
        const pipeline = buildPipeline(i);
        const yaml = renderCollector(pipeline, i.collector.version);
        expect(renderCollector(buildPipeline(structuredClone(i)), i.collector.version)).toBe(yaml);
        expect(importCollector(yaml)).toEqual(withoutComments(pipeline));
      }),
      { numRuns: 60 },
    );
  });
});

/** Comments are for people and are not read back. */
function withoutComments(pipeline: PipelineGraph): PipelineGraph {
  const bare = ({ why: _, ...component }: Component): Component => component;
  return {
    receivers: pipeline.receivers.map(bare),
    processors: pipeline.processors.map(bare),
    connectors: pipeline.connectors.map(bare),
    exporters: pipeline.exporters.map(bare),
    extensions: pipeline.extensions.map(bare),
    service: pipeline.service,
  };
}
