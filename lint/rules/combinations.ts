/** Components that are right by themselves and work against each other. */
import { impliedBy } from "../implies.ts";
import { at, listOf, textOf, textsOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { listsOf } from "./operators.ts";

/** Detectors of a platform, and those of the machines below it, which answer there as well. */
const PLATFORMS: readonly (readonly [platform: RegExp, machine: RegExp])[] = [
  [/^(eks|ecs|elastic_?beanstalk|lambda)$/, /^ec2$/],
  [/^aks$/, /^azure$/],
];

/** Receivers whose records belong to no trace. */
const WITHOUT_TRACE =
  /^(filelog|journald|syslog|tcplog|udplog|windowseventlog|k8sevents|k8sobjects|fluentforward|webhookevent)$/;

/** What a line of a routing table asks, however it is written. */
const routed = (text: string): string => text.replace(/^route\(\)\s*(?:where\s*)?/, "");

export const combinationRules: readonly Rule[] = [
  {
    id: "detector-order",
    severity: "warning",
    explain:
      "Of two detectors that know one attribute the first one wins: a machine's before the platform's names the platform wrongly (ec2 before eks: aws_ec2).",
    bad: "processors:\n  resourcedetection: {detectors: [env, ec2, eks]}\n",
    good: "processors:\n  resourcedetection: {detectors: [env, eks, ec2]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "resourcedetection")) {
        const detectors = textsOf(settings.detectors);
        for (const [platform, machine] of PLATFORMS) {
          const [first, second] = [
            detectors.findIndex((one) => machine.test(one)),
            detectors.findIndex((one) => platform.test(one)),
          ];
          if (first >= 0 && second > first)
            yield {
              path: [...path, "detectors", first],
              message: `${detectors[first]} answers before ${detectors[second]}`,
              fix: `name ${detectors[second]} first`,
            };
        }
      }
    },
  },
  {
    id: "interval-of-deltas",
    severity: "warning",
    explain: "interval joins cumulative points, of which the last one counts; deltas pass through it as they are.",
    bad: "service:\n  pipelines:\n    metrics: {receivers: [otlp], processors: [cumulativetodelta, interval], exporters: [otlp]}\n",
    good: "service:\n  pipelines:\n    metrics: {receivers: [otlp], processors: [interval, cumulativetodelta], exporters: [otlp]}\n",
    *find(config) {
      for (const { processors, path } of config.pipelines) {
        const types = processors.map((id) => config.typeIn(id));
        const [delta, interval] = [types.indexOf("cumulativetodelta"), types.indexOf("interval")];
        if (delta >= 0 && interval > delta)
          yield {
            path: [...path, "processors", interval],
            message: `${processors[interval]} gets deltas, which it does not join`,
            fix: `name it before ${processors[delta]}`,
          };
      }
    },
  },
  {
    id: "rate-of-cumulative",
    severity: "warning",
    explain:
      "deltatorate makes rates of deltas: sums that grow from the start on, as receivers have them, pass through as they are.",
    bad: "receivers:\n  hostmetrics: {scrapers: {network: {}}}\nprocessors:\n  deltatorate: {metrics: [system.network.io]}\nservice:\n  pipelines:\n    metrics: {receivers: [hostmetrics], processors: [deltatorate], exporters: [debug]}\n",
    good: "receivers:\n  hostmetrics: {scrapers: {network: {}}}\nprocessors:\n  cumulativetodelta: {}\n  deltatorate: {metrics: [system.network.io]}\nservice:\n  pipelines:\n    metrics: {receivers: [hostmetrics], processors: [cumulativetodelta, deltatorate], exporters: [debug]}\n",
    *find(config) {
      for (const { processors, receivers, path } of config.pipelines) {
        const types = processors.map((id) => config.typeIn(id));
        const rate = types.indexOf("deltatorate");
        const isCumulative =
          receivers.length > 0 &&
          receivers.every((id) =>
            /^(hostmetrics|prometheus|prometheussimple|kubeletstats|dockerstats)$/.test(config.typeIn(id)),
          );
        if (
          rate >= 0 &&
          isCumulative &&
          !types.slice(0, rate).some((type) => /^(cumulativetodelta|transform)$/.test(type))
        )
          yield {
            path: [...path, "processors", rate],
            message: `${processors[rate]} gets cumulative sums of ${receivers.join(", ")}`,
            fix: "name cumulativetodelta before it",
          };
      }
    },
  },
  {
    id: "sampled-twice",
    severity: "warning",
    explain:
      "A second probabilistic sampler with the same seed keeps what the first one kept, so that the lower share holds; with another seed the shares multiply.",
    bad: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [probabilistic_sampler/a, probabilistic_sampler/b], exporters: [otlp]}\n",
    good: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [probabilistic_sampler/a], exporters: [otlp]}\n",
    *find(config) {
      for (const { processors, path } of config.pipelines) {
        const all = processors.flatMap((id, i) => (config.typeIn(id) === "probabilisticsampler" ? [i] : []));
        const [, second] = all;
        if (second !== undefined)
          yield {
            path: [...path, "processors", second],
            message: "what is sampled here was sampled before",
            fix: "keep one of them",
          };
      }
    },
  },
  {
    id: "records-without-trace",
    severity: "warning",
    explain:
      "The sampler decides on a record by its trace id; lines of files and events have none, and with fail_closed (the default) all of them are dropped.",
    bad: "receivers:\n  filelog: {include: [/srv/a.log]}\nprocessors:\n  probabilistic_sampler: {sampling_percentage: 10}\nservice:\n  pipelines:\n    logs: {receivers: [filelog], processors: [probabilistic_sampler], exporters: [debug]}\n",
    good: "receivers:\n  filelog: {include: [/srv/a.log]}\nprocessors:\n  probabilistic_sampler: {sampling_percentage: 10, attribute_source: record, from_attribute: log.record.id}\nservice:\n  pipelines:\n    logs: {receivers: [filelog], processors: [probabilistic_sampler], exporters: [debug]}\n",
    *find(config) {
      for (const { id, settings, path } of config.of("processor", "probabilisticsampler"))
        for (const { signal, receivers } of config.using("processors", id)) {
          const isBlind = receivers.length > 0 && receivers.every((one) => WITHOUT_TRACE.test(config.typeIn(one)));
          const parsed = JSON.stringify(receivers.map((one) => config.find("receiver", one)?.settings.operators ?? []));
          if (
            signal !== "logs" ||
            !isBlind ||
            settings.attribute_source === "record" ||
            settings.fail_closed === false ||
            textOf(settings.from_attribute) !== ""
          )
            continue;
          if (/trace_parser|trace_id/.test(parsed)) continue;
          yield {
            path,
            message: `${receivers.join(", ")} gives records without a trace id, by which ${id} decides`,
            fix: "set attribute_source: record and from_attribute",
          };
        }
    },
  },
  {
    id: "apm-without-connector",
    severity: "warning",
    explain:
      "The Datadog exporter makes no APM statistics of spans: without the connector datadog in the pipeline of traces there are no hits, errors and latencies there.",
    bad: "exporters:\n  datadog: {api: {key: '${env:DD}'}}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [datadog]}\n",
    good: "connectors:\n  datadog/connector: {}\nexporters:\n  datadog: {api: {key: '${env:DD}'}}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [datadog/connector, datadog]}\n    metrics: {receivers: [datadog/connector], exporters: [datadog]}\n",
    *find(config) {
      if (config.of("connector", "datadog").length > 0) return;
      for (const { id } of config.of("exporter", "datadog"))
        for (const { signal, path, exporters } of config.using("exporters", id))
          if (signal === "traces")
            yield {
              path: [...path, "exporters", exporters.indexOf(id)],
              message: `nothing counts the spans that ${id} sends`,
              fix: "name the connector datadog beside it, and as receiver of a pipeline of metrics",
            };
    },
  },
  {
    id: "route-behind-all",
    severity: "warning",
    explain:
      "The first line of a routing table that matches takes the data: lines behind one that matches everything, or all that they match, get nothing. So it is with the routes of the operator router.",
    bad: "connectors:\n  routing: {default_pipelines: [traces/a], table: [{context: resource, condition: 'true', pipelines: [traces/a]}, {context: resource, condition: 'attributes[\"env\"] == \"b\"', pipelines: [traces/b]}]}\n",
    good: 'connectors:\n  routing: {default_pipelines: [traces/a], table: [{context: resource, condition: \'attributes["env"] == "b"\', pipelines: [traces/b]}]}\n',
    *find(config) {
      for (const { settings, path } of config.of("connector", "routing")) {
        const table = listOf(settings.table);
        const conditions = table.map((item) => textOf(at(item, "condition") ?? at(item, "statement")).trim());
        const all = table.findIndex(
          (item, i) => /^(true|route\(\)( where true)?)$/.test(conditions[i] ?? "") && at(item, "action") !== "copy",
        );
        if (all >= 0 && all < table.length - 1)
          yield {
            path: [...path, "table", all],
            message: "this line takes everything, and those behind it nothing",
            fix: "write it as default_pipelines",
          };
        for (const [i, condition] of conditions.entries()) {
          const first = conditions.findIndex(
            (other, j) =>
              j < i &&
              other !== "" &&
              condition !== "" &&
              at(table[j], "context") === at(table[i], "context") &&
              at(table[j], "action") !== "copy" &&
              impliedBy(routed(other), routed(condition)),
          );
          if (first >= 0 && first !== all)
            yield {
              path: [...path, "table", i],
              message:
                conditions[first] === condition
                  ? "a line before has the same condition, and takes all of it"
                  : `a line before, ${conditions[first]}, takes all that this one matches`,
              fix:
                conditions[first] === condition
                  ? "name both pipelines in one line"
                  : "write the narrower condition before the wider one",
            };
        }
      }
      for (const list of listsOf(config))
        for (const { type, settings, path } of list) {
          const routes = type === "router" ? listOf(settings.routes) : [];
          for (const [i, route] of routes.entries()) {
            const own = textOf(at(route, "expr"));
            const taken = routes.slice(0, i).map((one) => textOf(at(one, "expr")));
            if (own !== "" && taken.some((one) => one !== "" && impliedBy(one, own)))
              yield {
                path: [...path, "routes", i],
                message: "a route before takes all that this one matches",
                fix: "write the narrower route before the wider one",
              };
          }
        }
      for (const { settings, path } of config.of("connector", "failover")) {
        const levels = listOf(settings.priority_levels).map((level) => textsOf(level).join());
        for (const [i, level] of levels.entries())
          if (level !== "" && levels.indexOf(level) < i)
            yield {
              path: [...path, "priority_levels", i],
              message: "this level is the same as one before",
              fix: "name other pipelines",
            };
      }
    },
  },
  {
    id: "endpoint-of-balancer",
    severity: "warning",
    explain: "loadbalancing takes the addresses from its resolver: an endpoint below protocol is replaced.",
    bad: "exporters:\n  loadbalancing: {protocol: {otlp: {endpoint: 'sampler:4317', tls: {insecure: true}}}, resolver: {dns: {hostname: sampler}}}\n",
    good: "exporters:\n  loadbalancing: {protocol: {otlp: {tls: {insecure: true}}}, resolver: {dns: {hostname: sampler, port: '4317'}}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter", "loadbalancing"))
        if (textOf(at(settings, "protocol", "otlp", "endpoint")) !== "")
          yield {
            path: [...path, "protocol", "otlp", "endpoint"],
            message: "this endpoint is not used",
            fix: "remove it, and name hosts in resolver",
          };
    },
  },
];
