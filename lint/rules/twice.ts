/** What is stored, or counted, twice because two pipelines do it. */
import { at, type Config, listOf, type Pipeline, placesOf, recordOf, textOf, textsOf } from "../model.ts";
import type { Rule } from "../rule.ts";

/** Processors that may let a part through alone: two pipelines may share data out between them. */
const TAKES_PARTS =
  /^(filter|tailsampling|probabilisticsampler|routing|logdedup|interval|transform|metricstransform|groupbytrace|cumulativetodelta|deltatocumulative)$/;

/** Processors behind which there are small parts again. */
const SPLITS =
  /^(filter|tailsampling|groupbytrace|groupbyattrs|probabilisticsampler|interval|logdedup|unroll|remotetap)$/;

/** Exporters that print, and connectors whose pipelines decide themselves what they take. */
const HARMLESS = /^(debug|logging|nop|routing|failover|roundrobin|forward)$/;

const takesAll = (config: Config, { processors }: Pipeline): boolean =>
  !processors.some((id) => TAKES_PARTS.test(config.typeIn(id)));

/** What both take, of that which comes from outside: a connector may give each its part. */
const sharedSource = (config: Config, one: Pipeline, other: Pipeline): string | undefined =>
  one.receivers.find((id) => other.receivers.includes(id) && config.find("connector", id) === undefined);

const sharedEnd = (config: Config, one: Pipeline, other: Pipeline): string | undefined =>
  one.exporters.find((id) => other.exporters.includes(id) && !HARMLESS.test(config.typeIn(id)));

/** The connector that hands all of one pipeline to the other. */
const handedOn = (config: Config, one: Pipeline, other: Pipeline): string | undefined =>
  one.exporters.find((id) => other.receivers.includes(id) && config.find("connector", id)?.type === "forward");

export const twiceRules: readonly Rule[] = [
  {
    id: "pipeline-twice",
    severity: "warning",
    explain:
      "Two pipelines of one signal that take from the same receiver and send to the same exporter store twice what both let through: all that one takes, where the other one takes everything. So do a pipeline and the one that it forwards to.",
    bad: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [batch], exporters: [otlp]}\n    traces/b: {receivers: [otlp], processors: [filter, batch], exporters: [otlp]}\n",
    good: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [batch], exporters: [otlp]}\n",
    *find(config) {
      for (const [i, one] of config.pipelines.entries())
        for (const other of config.pipelines.slice(0, i)) {
          if (other.signal !== one.signal) continue;
          const [before, after] = handedOn(config, one, other) === undefined ? [other, one] : [one, other];
          const [forward, both] = [handedOn(config, before, after), sharedEnd(config, before, after)];
          if (forward !== undefined && both !== undefined && takesAll(config, after)) {
            yield {
              path: before.path,
              message: `${before.id} sends to ${both}, and so does ${after.id}, which gets the same by ${forward}`,
              fix: `remove ${both} from one of them`,
            };
            break;
          }
          const [source, end] = [sharedSource(config, one, other), sharedEnd(config, one, other)];
          const isSame = one.processors.join() === other.processors.join();
          if (source === undefined || end === undefined) continue;
          if (!isSame && !takesAll(config, one) && !takesAll(config, other)) continue;
          yield {
            path: one.path,
            message: `${one.id} and ${other.id} both send to ${end} what ${source} receives`,
            fix: "remove one of them, or let each take another part",
          };
          break;
        }
    },
  },
  {
    id: "batched-twice",
    severity: "warning",
    explain:
      "A second batch processor in a pipeline waits once more for what the first one has put together: data is later, and nothing is gained.",
    bad: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [batch, batch/large], exporters: [otlp]}\n",
    good: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [batch/large], exporters: [otlp]}\n",
    *find(config) {
      for (const pipeline of config.pipelines) {
        const [first, second] = placesOf(config, pipeline, "batch");
        if (first === undefined || second === undefined) continue;
        // what is taken apart between them may be put together anew
        const between = pipeline.processors.slice(first + 1, second);
        if (between.some((id) => SPLITS.test(config.typeIn(id)))) continue;
        yield {
          path: [...pipeline.path, "processors", second],
          message: `what ${pipeline.processors[first]} has put together waits in ${pipeline.processors[second]} again`,
          fix: "keep one of them",
        };
      }
    },
  },
  {
    id: "measured-twice",
    severity: "warning",
    explain:
      "Two receivers that measure the same, in pipelines that lead to one exporter, send each series twice: values of both are mixed, and counters jump.",
    bad: "receivers:\n  hostmetrics: {scrapers: {cpu: {}}}\n  hostmetrics/b: {scrapers: {cpu: {}, memory: {}}}\nservice:\n  pipelines:\n    metrics: {receivers: [hostmetrics, hostmetrics/b], exporters: [otlp]}\n",
    good: "receivers:\n  hostmetrics: {scrapers: {cpu: {}}}\n  hostmetrics/b: {scrapers: {memory: {}}}\nservice:\n  pipelines:\n    metrics: {receivers: [hostmetrics, hostmetrics/b], exporters: [otlp]}\n",
    *find(config) {
      const all = config.of("receiver", "hostmetrics");
      for (const [i, one] of all.entries())
        for (const other of all.slice(0, i)) {
          if (one.settings.root_path !== other.settings.root_path) continue;
          const shared = Object.keys(recordOf(one.settings.scrapers)).find(
            // of processes, disks and file systems each may take its own
            (name) =>
              /^(cpu|memory|load|paging|system|processes)$/.test(name) &&
              at(other.settings, "scrapers", name) !== undefined,
          );
          const ends = config.using("receivers", other.id).flatMap(({ exporters }) => exporters);
          const isBoth = config
            .using("receivers", one.id)
            .some(({ exporters }) => exporters.some((id) => ends.includes(id) && !HARMLESS.test(config.typeIn(id))));
          if (shared !== undefined && isBoth)
            yield {
              path: [...one.path, "scrapers", shared],
              message: `${other.id} measures ${shared} as well`,
              fix: "remove it from one of them",
            };
        }
    },
  },
  {
    id: "failover-to-the-same",
    severity: "warning",
    explain: "A level of failover that sends to the address which has just failed fails with it.",
    bad: "connectors:\n  failover: {priority_levels: [[traces/a], [traces/b]]}\nexporters:\n  otlp/a: {endpoint: 'store.example:4317'}\n  otlp/b: {endpoint: 'store.example:4317'}\nservice:\n  pipelines:\n    traces/a: {receivers: [failover], exporters: [otlp/a]}\n    traces/b: {receivers: [failover], exporters: [otlp/b]}\n",
    good: "connectors:\n  failover: {priority_levels: [[traces/a], [traces/b]]}\nexporters:\n  otlp/a: {endpoint: 'store.example:4317'}\n  otlp/b: {endpoint: 'other.example:4317'}\nservice:\n  pipelines:\n    traces/a: {receivers: [failover], exporters: [otlp/a]}\n    traces/b: {receivers: [failover], exporters: [otlp/b]}\n",
    *find(config) {
      const addressesOf = (level: unknown): readonly string[] =>
        config.pipelines
          .filter(({ id }) => textsOf(level).includes(id))
          .flatMap(({ exporters }) => exporters)
          .map((id) => textOf(config.find("exporter", id)?.settings.endpoint));
      for (const { settings, path } of config.of("connector", "failover")) {
        const levels = listOf(settings.priority_levels).map(addressesOf);
        for (const [i, level] of levels.entries()) {
          const before = levels.slice(0, i).flat();
          if (level.length > 0 && level.every((address) => address !== "" && before.includes(address)))
            yield {
              path: [...path, "priority_levels", i],
              message: `this level sends to ${level.join(", ")}, as one before it does`,
              fix: "name another address",
            };
        }
      }
    },
  },
];
