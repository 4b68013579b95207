/** Connectors and signals: what goes into a pipeline, and where it leads. */
import { CONNECTORS, SIGNALS, SIGNALS_OF } from "../known.ts";
import { at, type Config, listOf, MEMBERS, ROLE_OF, textsOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { conditionsOf } from "./inverted.ts";

export const connectorRules: readonly Rule[] = [
  {
    id: "connector-one-side",
    severity: "error",
    explain:
      "A connector is the exporter of one pipeline and the receiver of another; with one side missing the collector does not start.",
    bad: "connectors:\n  spanmetrics: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [spanmetrics]}\n",
    good: "connectors:\n  spanmetrics: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [spanmetrics]}\n    metrics: {receivers: [spanmetrics], exporters: [debug]}\n",
    *find(config) {
      for (const { id, path } of config.of("connector")) {
        const [into, from] = [config.using("exporters", id).length, config.using("receivers", id).length];
        if ((into === 0) === (from === 0)) continue;
        const missing = into > 0 ? "receiver" : "exporter";
        yield {
          path,
          message: `the connector ${id} is the ${missing} of no pipeline`,
          fix: `name it among the ${missing}s of another pipeline`,
        };
      }
    },
  },
  {
    id: "connector-signal",
    severity: "error",
    explain: "A connector takes certain signals and gives certain others: spanmetrics takes traces and gives metrics.",
    bad: "connectors:\n  spanmetrics: {}\nservice:\n  pipelines:\n    metrics/a: {receivers: [otlp], exporters: [spanmetrics]}\n    metrics/b: {receivers: [spanmetrics], exporters: [debug]}\n",
    good: "connectors:\n  spanmetrics: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [spanmetrics]}\n    metrics: {receivers: [spanmetrics], exporters: [debug]}\n",
    *find(config) {
      for (const { id, type } of config.of("connector")) {
        const kind = CONNECTORS[type];
        const into = config.using("exporters", id);
        const takes = kind?.takes ?? SIGNALS;
        // those that are not listed pass on the signal that they take
        const gives = kind?.gives ?? [...new Set(into.map(({ signal }) => signal))];
        for (const { signal, path, exporters, id: pipeline } of into)
          if (!takes.includes(signal) && SIGNALS.includes(signal))
            yield {
              path: [...path, "exporters", exporters.indexOf(id)],
              message: `${id} takes no ${signal}, and ${pipeline} carries them`,
              fix: `name it in a pipeline of ${takes.join(" or ")}`,
            };
        for (const { signal, path, receivers, id: pipeline } of config.using("receivers", id))
          if (!gives.includes(signal) && SIGNALS.includes(signal) && into.length > 0)
            yield {
              path: [...path, "receivers", receivers.indexOf(id)],
              message: `${id} gives no ${signal}, and ${pipeline} carries them`,
              fix: `name it in a pipeline of ${gives.join(" or ")}`,
            };
      }
    },
  },
  {
    id: "service-graph-of-half-pairs",
    severity: "warning",
    explain:
      "An edge of the service graph is a client span and its server span: with one of the two kinds dropped before, no edge is ever complete.",
    bad: "processors:\n  filter: {traces: {span: ['kind == SPAN_KIND_CLIENT']}}\nconnectors:\n  servicegraph: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [filter], exporters: [servicegraph]}\n    metrics: {receivers: [servicegraph], exporters: [debug]}\n",
    good: "connectors:\n  servicegraph: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [servicegraph]}\n    metrics: {receivers: [servicegraph], exporters: [debug]}\n",
    *find(config) {
      for (const pipeline of config.pipelines.filter(({ exporters }) =>
        exporters.some((id) => config.find("connector", id)?.type === "servicegraph"),
      ))
        for (const id of pipeline.processors) {
          const filter = config.find("processor", id);
          if (filter?.type !== "filter") continue;
          for (const { path, text } of conditionsOf(filter.settings, filter.path))
            if (/^\s*(span\.)?kind(\.string)?\s*==\s*(SPAN_KIND_(CLIENT|SERVER)|"(Client|Server)"|[23])\s*$/.test(text))
              yield {
                path,
                message: `${id} drops one span of each pair before servicegraph`,
                fix: "feed servicegraph from a pipeline before this filter",
              };
        }
    },
  },
  {
    id: "counted-after-filter",
    severity: "warning",
    explain: "Rates and errors of spans are counted wrong behind a filter that drops one status or the servers' spans.",
    bad: "processors:\n  filter: {traces: {span: ['status.code != STATUS_CODE_ERROR']}}\nconnectors:\n  spanmetrics: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [filter], exporters: [spanmetrics]}\n    metrics: {receivers: [spanmetrics], exporters: [debug]}\n",
    good: "connectors:\n  spanmetrics: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [spanmetrics]}\n    metrics: {receivers: [spanmetrics], exporters: [debug]}\n",
    *find(config) {
      for (const pipeline of config.pipelines.filter(({ exporters }) =>
        exporters.some((id) => config.find("connector", id)?.type === "spanmetrics"),
      ))
        for (const id of pipeline.processors) {
          const filter = config.find("processor", id);
          if (filter?.type !== "filter") continue;
          for (const { path, text } of conditionsOf(filter.settings, filter.path))
            if (/^\s*(span\.)?(status\.code\s*[!=]=\s*STATUS_CODE_\w+|kind\s*==\s*SPAN_KIND_SERVER)\s*$/.test(text))
              yield {
                path,
                message: `${id} drops spans that spanmetrics must count`,
                fix: "feed spanmetrics from a pipeline before this filter",
              };
        }
    },
  },
  {
    id: "signal-mismatch",
    severity: "error",
    explain:
      "A component that does not carry a pipeline's signal stops the collector: “telemetry type is not supported”.",
    bad: "receivers:\n  hostmetrics: {scrapers: {cpu: {}}}\nservice:\n  pipelines:\n    traces: {receivers: [hostmetrics], exporters: [debug]}\n",
    good: "receivers:\n  hostmetrics: {scrapers: {cpu: {}}}\nservice:\n  pipelines:\n    metrics: {receivers: [hostmetrics], exporters: [debug]}\n",
    *find(config) {
      for (const pipeline of config.pipelines)
        for (const member of MEMBERS)
          for (const [i, id] of pipeline[member].entries()) {
            if (config.find(ROLE_OF[member], id) === undefined) continue;
            const carries = SIGNALS_OF[`${ROLE_OF[member]}/${config.typeIn(id)}`];
            if (carries === undefined || carries.includes(pipeline.signal) || !SIGNALS.includes(pipeline.signal))
              continue;
            yield {
              path: [...pipeline.path, member, i],
              message: `${id} carries ${carries.join(" and ")}, not ${pipeline.signal}`,
              fix: `name it in a pipeline of ${carries.join(" or ")}`,
            };
          }
    },
  },
  {
    id: "pipeline-cycle",
    severity: "error",
    explain: "Pipelines that feed each other through connectors in a circle stop the collector.",
    bad: "connectors:\n  forward: {}\nservice:\n  pipelines:\n    traces: {receivers: [forward], exporters: [forward]}\n",
    good: "connectors:\n  forward: {}\nservice:\n  pipelines:\n    traces/in: {receivers: [otlp], exporters: [forward]}\n    traces/out: {receivers: [forward], exporters: [debug]}\n",
    *find(config) {
      for (const pipeline of config.pipelines)
        if (reaches(config, pipeline.id, pipeline.id, new Set()))
          yield {
            path: pipeline.path,
            message: `pipeline ${pipeline.id} feeds itself through connectors`,
            fix: "remove one of the connectors from the circle",
          };
    },
  },
  {
    id: "undefined-pipeline",
    severity: "error",
    explain:
      "A routing, failover or round robin connector names a pipeline that does not exist, or that does not receive from it.",
    bad: "connectors:\n  routing: {default_pipelines: [traces/none], table: []}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [routing]}\n",
    good: "connectors:\n  routing: {default_pipelines: [traces/a], table: [{statement: route(), pipelines: [traces/a]}]}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [routing]}\n    traces/a: {receivers: [routing], exporters: [debug]}\n",
    *find(config) {
      for (const { id, settings, path } of config.of("connector", "routing", "failover")) {
        const lists = [
          ["default_pipelines"],
          ...listOf(settings.table).map((_, i) => ["table", i, "pipelines"]),
          ...listOf(settings.priority_levels).map((_, i) => ["priority_levels", i]),
        ];
        for (const list of lists)
          for (const [i, name] of textsOf(at(settings, ...list)).entries()) {
            const pipeline = config.pipelines.find((each) => each.id === name);
            if (pipeline?.receivers.includes(id)) continue;
            const message =
              pipeline === undefined ? `there is no pipeline ${name}` : `${name} does not receive from ${id}`;
            yield {
              path: [...path, ...list, i],
              message,
              fix: pipeline === undefined ? "configure it in service.pipelines" : `name ${id} among its receivers`,
            };
          }
      }
    },
  },
  {
    id: "route-of-other-signal",
    severity: "error",
    explain:
      "A line of a routing table is asked in its context: one of logs is asked of no span, and all goes to the default.",
    bad: "connectors:\n  routing: {default_pipelines: [traces/a], table: [{context: log, condition: 'severity_number > 12', pipelines: [traces/b]}]}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [routing]}\n    traces/a: {receivers: [routing], exporters: [otlp]}\n    traces/b: {receivers: [routing], exporters: [otlp]}\n",
    good: "connectors:\n  routing: {default_pipelines: [traces/a], table: [{context: span, condition: 'name == \"a\"', pipelines: [traces/b]}]}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [routing]}\n    traces/a: {receivers: [routing], exporters: [otlp]}\n    traces/b: {receivers: [routing], exporters: [otlp]}\n",
    *find(config) {
      const signals: Readonly<Record<string, string>> = {
        span: "traces",
        metric: "metrics",
        datapoint: "metrics",
        log: "logs",
      };
      for (const { id, settings, path } of config.of("connector", "routing")) {
        const into = config.using("exporters", id);
        for (const [i, item] of listOf(settings.table).entries()) {
          const signal = signals[wordOf(at(item, "context") ?? "")];
          if (signal !== undefined && into.length > 0 && into.every((one) => one.signal !== signal))
            yield {
              path: [...path, "table", i, "context"],
              message: `${id} gets ${into[0]?.signal}, which have no ${wordOf(at(item, "context"))}`,
              fix: "write the context of this signal, or resource",
            };
        }
      }
    },
  },
  {
    id: "routing-without-default",
    severity: "warning",
    explain:
      "What matches no line of a routing table goes to default_pipelines; without these it is dropped without a word.",
    bad: 'connectors:\n  routing: {table: [{condition: \'attributes["env"] == "a"\', pipelines: [traces/a]}]}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [routing]}\n    traces/a: {receivers: [routing], exporters: [debug]}\n',
    good: 'connectors:\n  routing: {default_pipelines: [traces/a], table: [{condition: \'attributes["env"] == "a"\', pipelines: [traces/a]}]}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [routing]}\n    traces/a: {receivers: [routing], exporters: [debug]}\n',
    *find(config) {
      for (const { id, settings, path } of config.of("connector", "routing")) {
        if (listOf(settings.default_pipelines).length > 0 || typeof settings.default_pipelines === "string") continue;
        const table = listOf(settings.table);
        // copies beside another way out lose nothing
        const isCopy =
          table.every((item) => at(item, "action") === "copy") ||
          config.using("exporters", id).every(({ exporters }) => exporters.length > 1);
        const takesAll = table.some((item) =>
          /^(true|route\(\)( where true)?)$/.test(wordOf(at(item, "condition") ?? at(item, "statement")).trim()),
        );
        if (table.length > 0 && !isCopy && !takesAll)
          yield {
            path,
            message: `what matches no line of ${id} is dropped`,
            fix: "set default_pipelines",
          };
      }
    },
  },
];

function reaches(config: Config, from: string, to: string, seen: Set<string>): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  const exporters = config.pipelines.find(({ id }) => id === from)?.exporters ?? [];
  const connectors = exporters.filter((id) => config.find("connector", id) !== undefined);
  const next = config.pipelines.filter(({ receivers }) => receivers.some((id) => connectors.includes(id)));
  return next.some(({ id }) => id === to || reaches(config, id, to, seen));
}
