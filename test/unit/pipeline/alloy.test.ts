import { describe, expect, test } from "vitest";
import { buildPipeline } from "../../../pipeline/build.ts";
import type { PipelineInput } from "../../../pipeline/input.ts";
import { renderAlloy } from "../../../pipeline/render/alloy/index.ts";
import { alloyProblems, canCheck } from "../../support/alloy.ts";
import { anyOtlp, onAlloy } from "./inputs.ts";

const rendered = (more: Partial<PipelineInput> = {}): string => renderAlloy(buildPipeline({ ...onAlloy, ...more }));

/** One block of a file, by its first line. */
function block(text: string, name: string): string {
  const from = text.indexOf(`${name} {\n`);
  return text.slice(from, text.indexOf("\n}", from) + 2);
}

describe("the pipeline as Alloy's components", () => {
  const text = rendered();

  test("a processor is one component for each pipeline it is in, and forward connectors vanish", () => {
    expect(text).not.toContain("forward/");
    expect(block(text, 'otelcol.processor.batch "traces_sampled"')).toContain(
      "traces = [otelcol.exporter.otlphttp.cloud.input, otelcol.processor.transform.traces_to_delta_cloud.input]",
    );
    expect(block(text, 'otelcol.receiver.otlp "default"')).toContain(
      [
        "\t\ttraces  = [otelcol.processor.memory_limiter.traces_in.input]",
        "\t\tmetrics = [otelcol.processor.memory_limiter.metrics_apps.input]",
        "\t\tlogs    = [otelcol.processor.memory_limiter.logs_in.input]",
      ].join("\n"),
    );
  });

  test("metrics are derived from spans before sampling, and take the way of metrics", () => {
    expect(block(text, 'otelcol.processor.redaction "traces_in_privacy"')).toContain(
      [
        "otelcol.connector.spanmetrics.default.input,",
        "otelcol.connector.spanmetrics.exponential.input,",
        "otelcol.connector.servicegraph.default.input,",
        "otelcol.processor.tail_sampling.traces_sampled.input,",
      ].join("\n\t\t\t"),
    );
    expect(block(text, 'otelcol.connector.servicegraph "default"')).toContain(
      "metrics = [otelcol.processor.filter.metrics_in_clock.input]",
    );
  });

  test("a scrape knows the type of what it reads, and hands on what its rules leave", () => {
    expect(block(text, 'prometheus.scrape "rabbitmq"')).toContain("honor_metadata  = true");
    expect(block(text, 'prometheus.scrape "rabbitmq"')).toContain(
      "forward_to      = [prometheus.relabel.rabbitmq.receiver]",
    );
    expect(block(text, 'prometheus.relabel "rabbitmq"')).toContain("[otelcol.receiver.prometheus.rabbitmq.receiver]");
  });

  test("what nginx says of a page's service becomes its resource, whatever the browser sent", () => {
    expect(block(text, 'otelcol.processor.attributes "traces_browser_resource"')).toContain(
      'from_context = "metadata.x-otel-service"',
    );
    expect(block(text, 'otelcol.processor.transform "traces_browser_resource"')).toContain(
      'set(resource.attributes["service.name"], attributes["alloy.request.service.name"])',
    );
  });

  test("the queue is on the volume, and an exporter holds back and repeats as the collector's does", () => {
    expect(block(text, 'otelcol.exporter.otlphttp "cloud"')).toContain(
      "storage           = otelcol.storage.file.queue.handler",
    );
    expect(block(text, 'otelcol.exporter.otlphttp "cloud"')).toContain('max_elapsed_time = "0s"');
    expect(block(text, 'otelcol.storage.file "queue"')).toContain('directory        = "/var/lib/alloy/data/queue"');
  });

  test.skipIf(!canCheck())("Alloy's syntax package reads it, and knows every name in it", () => {
    expect(alloyProblems({ all: text, other: rendered({ sampling: { mode: "head", baselinePercent: 5 } }) })).toEqual(
      [],
    );
  });
});

describe("texts", () => {
  test.each([
    ["plain", '"plain"'],
    ["\\d+\\$", "`\\d+\\$`"],
    ['say "x"', '`say "x"`'],
    ["a`b\\d", '"a`b\\\\d"'],
    ['a`"', '"a`\\""'],
    ["line\n\\", '"line\\u000a\\\\"'],
  ])("%j is written %s", (pattern, written) => {
    expect(rendered({ privacy: { patterns: [pattern], keep: [] } })).toContain(`\t\t${written},\n`);
  });
});

describe("secrets", () => {
  test("a login is read from its files, a key for hashes through a component that hides it", () => {
    const text = rendered();
    expect(block(text, 'otelcol.auth.basic "cloud"')).toContain(
      'username_file = "/run/secrets/cloud-user"\n\t\tpassword_file = "/run/secrets/cloud-token"',
    );
    expect(text).toContain("hmac_key             = local.file.privacy_hash_key.content");
    expect(block(text, 'local.file "privacy_hash_key"')).toContain(
      'filename  = "/run/secrets/privacy-hash-key"\n\tis_secret = true',
    );
  });

  test("a header is added by a component that hides it, one with a word before it as a token of that scheme", () => {
    const text = rendered({ backends: [anyOtlp] });
    expect(block(text, 'otelcol.auth.bearer "otlp"')).toMatch(
      /scheme = "ApiKey"\n\theader = "authorization"\n\ttoken {2}= local\.file\.otlp_key\.content/,
    );
    expect(block(text, 'otelcol.auth.headers "otlp_metrics"')).toContain("value = local.file.otlp_key.content");
    const exporter = block(text, 'otelcol.exporter.otlphttp "otlp"');
    expect(exporter).toContain('"x-tenant" = "games"');
    expect(exporter).toContain('ca_file = "/run/secrets/otlp-ca"');
    expect(exporter).not.toContain("otlp-key");
  });

  test("an address that is known after its backend is a text, which may be shown", () => {
    expect(rendered()).toContain("endpoint    = convert.nonsensitive(local.file.cloud_endpoint.content)");
  });
});

test("what Alloy has no counterpart of is not rendered", () => {
  expect(() => rendered({ sources: [{ kind: "host", hostName: "x" }] })).toThrow(
    "Grafana Alloy has no counterpart of the receiver hostmetrics/host.",
  );
});

describe.skipIf(!canCheck())("the judge of files finds", () => {
  const batch = (body: string, label = "a") => `otelcol.processor.batch "${label}" {\n${body}}\n`;
  const output = "\toutput { }\n";
  test.each([
    ["what is no syntax", "otelcol.processor.batch {{\n", /bad\.alloy:1:26: expected identifier, got {/],
    [
      "a component that there is not",
      'otelcol.processor.resource "a" { }\n',
      /otelcol\.processor\.resource is no component of Alloy/,
    ],
    ["an argument that there is not", batch(`\tsize = 1\n\n${output}`), /there is no argument size/],
    ["a block that there is not", batch(`\tqueue { }\n\n${output}`), /there is no block queue/],
    ["what is missing", batch('\ttimeout = "1s"\n'), /output is missing/],
    [
      "a text for a number",
      batch(`\tsend_batch_size = "1"\n\n${output}`),
      /send_batch_size is a string and takes a number/,
    ],
    [
      "what is not there",
      batch("\toutput {\n\t\ttraces = [otelcol.processor.batch.b.input]\n\t}\n"),
      /otelcol\.processor\.batch\.b is not in this file/,
    ],
    [
      "what is not exported",
      batch("\toutput {\n\t\ttraces = [otelcol.processor.batch.a.handler]\n\t}\n"),
      /otelcol\.processor\.batch exports no handler/,
    ],
    [
      "a circle",
      batch("\toutput {\n\t\ttraces = [otelcol.processor.batch.a.input]\n\t}\n"),
      /otelcol\.processor\.batch\.a leads back to itself/,
    ],
    ["another format", 'otelcol.processor.batch "a" {\n  output { }\n}\n', /is not formatted as alloy fmt does it/],
  ])("%s", (_, bad, problem) => {
    expect(alloyProblems({ bad })).toEqual([expect.stringMatching(problem)]);
  });
});
