/** Sections and pipelines, and what these name. */
import { nearest } from "../../config/nearest.ts";
import { SECTIONS } from "../../pipeline/component.ts";
import { SIGNALS } from "../known.ts";
import { at, MEMBERS, ROLE_OF, recordOf } from "../model.ts";
import { isRecord, SECTION_NAMES } from "../read.ts";
import type { Rule } from "../rule.ts";

export const structureRules: readonly Rule[] = [
  {
    id: "unknown-section",
    severity: "error",
    explain: "The collector refuses a section that it does not know.",
    bad: "recievers:\n  otlp: {}\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {}}}\n",
    *find({ root }) {
      for (const name of Object.keys(root)) {
        if ((SECTION_NAMES as readonly string[]).includes(name)) continue;
        const guess = nearest(name, SECTION_NAMES);
        const fix = guess === undefined ? "remove it; anchors may stand inside the sections" : `write ${guess}`;
        yield { path: [name], message: `"${name}" is no section of a collector's configuration`, fix };
      }
    },
  },
  {
    id: "section-not-a-mapping",
    severity: "error",
    explain: "Sections are mappings from the id of a component to its settings; a list is refused.",
    bad: "receivers:\n  - otlp\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {}}}\n",
    *find({ root }) {
      for (const name of SECTION_NAMES) {
        const value = root[name];
        if (value !== undefined && value !== null && !isRecord(value))
          yield {
            path: [name],
            message: `${name} is not a mapping`,
            fix: "write each component as a key with its settings below it",
          };
      }
    },
  },
  {
    id: "settings-not-a-mapping",
    severity: "error",
    explain: "The settings of a component are a mapping, or nothing.",
    bad: "processors:\n  batch: 10s\n",
    good: "processors:\n  batch: {timeout: 10s}\n",
    *find({ root }) {
      for (const [section] of SECTIONS)
        for (const [id, value] of Object.entries(recordOf(root[section])))
          if (value !== null && value !== undefined && !isRecord(value))
            yield {
              path: [section, id],
              message: `the settings of ${id} are not a mapping`,
              fix: "write its settings as keys and values",
            };
    },
  },
  {
    id: "no-pipelines",
    severity: "error",
    explain: "Without a pipeline in service.pipelines nothing is received, and the collector does not start.",
    bad: "service: {}\n",
    good: "service:\n  pipelines: {}\n",
    *find({ root, pipelines }) {
      const service = root.service;
      if (Array.isArray(at(service, "pipelines")))
        yield {
          path: ["service", "pipelines"],
          message: "pipelines are a mapping from their names",
          fix: "write traces: and so on without - before it",
        };
      if (pipelines.length > 0 || at(service, "pipelines") !== undefined) return;
      const hasComponents = SECTIONS.some(([section]) => root[section] !== undefined);
      if (service === undefined && !hasComponents) return;
      // A file may be one of several that are merged; with a service it is the one that says what runs.
      yield {
        path: ["service"],
        message: "no pipeline is configured",
        fix: "list receivers and exporters under service.pipelines",
      };
    },
  },
  {
    id: "pipeline-name",
    severity: "error",
    explain:
      "A pipeline is called after the signal it carries, in the plural: traces, metrics, logs, with /name behind it where there are several.",
    bad: "service:\n  pipelines:\n    trace: {receivers: [otlp], exporters: [otlp]}\n",
    good: "service:\n  pipelines:\n    traces/app: {receivers: [otlp], exporters: [otlp]}\n",
    *find({ pipelines }) {
      for (const { signal, id, path } of pipelines) {
        if (SIGNALS.includes(signal)) continue;
        const guess = nearest(signal, SIGNALS) ?? SIGNALS.find((name) => name.startsWith(signal.slice(0, 3)));
        const fix = guess === undefined ? `name it after ${SIGNALS.join(", ")}` : `write ${id.replace(signal, guess)}`;
        yield { path, message: `"${signal}" is no signal`, fix };
      }
    },
  },
  {
    id: "pipeline-key",
    severity: "error",
    explain: "A pipeline has receivers, processors and exporters; connectors are named among receivers and exporters.",
    bad: "service:\n  pipelines:\n    traces: {receivers: [otlp], connectors: [spanmetrics], exporters: [otlp]}\n",
    good: "service:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [spanmetrics, otlp]}\n",
    *find({ root, pipelines }) {
      for (const { id, path } of pipelines)
        for (const key of Object.keys(recordOf(at(root, "service", "pipelines", id)))) {
          if ((MEMBERS as readonly string[]).includes(key)) continue;
          const guess = nearest(key, MEMBERS);
          const fix =
            key === "connectors"
              ? "name a connector among exporters of one pipeline and receivers of another"
              : `write ${guess ?? "one of receivers, processors, exporters"}`;
          yield { path: [...path, key], message: `a pipeline has no ${key}`, fix };
        }
    },
  },
  {
    id: "pipeline-list",
    severity: "error",
    explain: "Receivers, processors and exporters of a pipeline are lists of ids.",
    bad: "service:\n  pipelines:\n    traces: {receivers: otlp, exporters: [otlp]}\n",
    good: "service:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [otlp]}\n",
    *find({ root, pipelines }) {
      for (const { id, path } of pipelines)
        for (const member of MEMBERS) {
          const value = at(root, "service", "pipelines", id, member);
          if (value === undefined || value === null) continue;
          if (!Array.isArray(value))
            yield { path: [...path, member], message: `${member} is not a list`, fix: "write it as [id, id]" };
          else if (value.some((item) => typeof item !== "string"))
            yield {
              path: [...path, member],
              message: `${member} holds something that is no id`,
              fix: "list the ids of components, one text each",
            };
        }
    },
  },
  {
    id: "extensions-list",
    severity: "error",
    explain: "service.extensions is a list of ids.",
    bad: "service:\n  extensions: health_check\n",
    good: "extensions:\n  health_check: {}\nservice:\n  extensions: [health_check]\n",
    *find({ root }) {
      const value = at(root, "service", "extensions");
      if (
        value !== undefined &&
        value !== null &&
        !(Array.isArray(value) && value.every((id) => typeof id === "string"))
      )
        yield { path: ["service", "extensions"], message: "extensions is no list of ids", fix: "write it as [id, id]" };
    },
  },
  {
    id: "service-key",
    severity: "error",
    explain: "service has extensions, pipelines and telemetry; everything else is refused.",
    bad: "service:\n  pipeline: {}\n",
    good: "service:\n  pipelines: {}\n",
    *find({ root }) {
      const known = ["extensions", "pipelines", "telemetry"];
      for (const key of Object.keys(recordOf(root.service)))
        if (!known.includes(key))
          yield {
            path: ["service", key],
            message: `service has no ${key}`,
            fix: `write ${nearest(key, known) ?? known.join(", ")}`,
          };
    },
  },
  {
    id: "empty-pipeline",
    severity: "error",
    explain: "A pipeline without a receiver or without an exporter is refused.",
    bad: "service:\n  pipelines:\n    traces: {receivers: [otlp], exporters: []}\n",
    good: "service:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [debug]}\n",
    *find({ root, pipelines }) {
      for (const { id, path } of pipelines)
        for (const member of ["receivers", "exporters"] as const) {
          const value = at(root, "service", "pipelines", id, member);
          if (value === undefined || value === null || (Array.isArray(value) && value.length === 0))
            yield { path, message: `pipeline ${id} has no ${member}`, fix: "add one, or remove the pipeline" };
        }
    },
  },
  {
    id: "undefined-component",
    severity: "error",
    explain: "A pipeline names a component that is not configured; the collector does not start.",
    bad: "receivers:\n  otlp: {protocols: {grpc: {}}}\nexporters:\n  debug: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [batch], exporters: [debug]}\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {}}}\nprocessors:\n  batch: {}\nexporters:\n  debug: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [batch], exporters: [debug]}\n",
    *find(config) {
      for (const pipeline of config.pipelines)
        for (const member of MEMBERS)
          for (const [i, id] of pipeline[member].entries()) {
            const own = config.find(ROLE_OF[member], id);
            if (own !== undefined || (member !== "processors" && config.find("connector", id) !== undefined)) continue;
            const known = config.components.filter(
              ({ role }) => role === ROLE_OF[member] || (member !== "processors" && role === "connector"),
            );
            const elsewhere = config.components.find((each) => each.id === id);
            const guess = nearest(
              id,
              known.map((each) => each.id),
            );
            const fix = elsewhere
              ? `${id} stands in ${elsewhere.section}: move it, or name another`
              : guess === undefined
                ? `configure it in ${member}`
                : `write ${guess}, or configure it in ${member}`;
            yield { path: [...pipeline.path, member, i], message: `${id} is not configured in ${member}`, fix };
          }
    },
  },
  {
    id: "duplicate-in-pipeline",
    severity: "error",
    explain: "A pipeline that names a component twice is refused.",
    bad: "service:\n  pipelines:\n    traces: {receivers: [otlp, otlp], exporters: [debug]}\n",
    good: "service:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [debug]}\n",
    *find({ pipelines }) {
      for (const pipeline of pipelines)
        for (const member of MEMBERS) {
          const named = new Set<string>();
          for (const [i, id] of pipeline[member].entries()) {
            if (named.has(id))
              yield { path: [...pipeline.path, member, i], message: `${id} is named twice`, fix: "remove one of them" };
            named.add(id);
          }
        }
    },
  },
];
