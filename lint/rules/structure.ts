/** What refers to what: a collector whose references lead nowhere does not start. */
import { nearest } from "../../config/nearest.ts";
import { SECTIONS } from "../../pipeline/component.ts";
import { atLeast, KEY_RANGES, keyExists } from "../../pipeline/versions.ts";
import { CONNECTORS, GONE, isKnown, namesOf, rolesOf, SIGNALS_OF, spelling } from "../known.ts";
import { at, type Config, listOf, MEMBERS, type Member, recordOf, textsOf, typeOf } from "../model.ts";
import { isRecord, SECTION_NAMES } from "../read.ts";
import type { Rule } from "../rule.ts";

const SIGNALS = ["traces", "metrics", "logs", "profiles"];
const ROLE_OF: Readonly<Record<Member, "receiver" | "processor" | "exporter">> = {
  receivers: "receiver",
  processors: "processor",
  exporters: "exporter",
};

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
        for (const member of MEMBERS)
          for (const [i, id] of pipeline[member].entries())
            if (pipeline[member].indexOf(id) < i)
              yield { path: [...pipeline.path, member, i], message: `${id} is named twice`, fix: "remove one of them" };
    },
  },
  {
    id: "unused-component",
    severity: "warning",
    explain: "A component that no pipeline names does nothing: it was forgotten in the pipeline, or is left over.",
    bad: "processors:\n  batch: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [debug]}\n",
    good: "processors:\n  batch: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [batch], exporters: [debug]}\n",
    *find(config) {
      if (config.pipelines.length === 0) return;
      const all = JSON.stringify(config.root);
      for (const { role, id, type, path } of config.components) {
        // debug is left in many files for the day on which it is needed
        if (role === "extension" || /^(debug|nop)$/.test(type)) continue;
        const used = role === "connector" ? [...MEMBERS] : ([`${role}s`] as Member[]);
        if (used.some((member) => config.using(member, id).length > 0)) continue;
        // receiver_creator, loadbalancing and routing name others in their settings
        if (all.split(JSON.stringify(id)).length > 2) continue;
        yield {
          path,
          message: `${id} is configured and used in no pipeline`,
          fix: "name it in a pipeline, or remove it",
        };
      }
    },
  },
  {
    id: "undefined-extension",
    severity: "error",
    explain: "service.extensions names an extension that is not configured.",
    bad: "service:\n  extensions: [health_check]\n",
    good: "extensions:\n  health_check: {}\nservice:\n  extensions: [health_check]\n",
    *find(config) {
      for (const [i, id] of config.extensions.entries())
        if (config.find("extension", id) === undefined)
          yield {
            path: ["service", "extensions", i],
            message: `the extension ${id} is not configured`,
            fix: "configure it in extensions, or remove it from the list",
          };
    },
  },
  {
    id: "extension-not-started",
    severity: "warning",
    explain: "An extension runs only where service.extensions names it.",
    bad: "extensions:\n  health_check: {}\nservice:\n  pipelines: {}\n",
    good: "extensions:\n  health_check: {}\nservice:\n  extensions: [health_check]\n  pipelines: {}\n",
    *find(config) {
      if (config.root.service === undefined) return;
      for (const { id, path } of config.of("extension"))
        if (!config.extensions.includes(id))
          yield {
            path,
            message: `the extension ${id} is configured and not started`,
            fix: "name it in service.extensions, or remove it",
          };
    },
  },
  {
    id: "unknown-component",
    severity: "error",
    explain: "The contrib distribution has no component of that name; the collector ends with “unknown type”.",
    bad: "processors:\n  memorylimiter: {check_interval: 1s, limit_mib: 100}\n",
    good: "processors:\n  memory_limiter: {check_interval: 1s, limit_mib: 100}\n",
    *find(config) {
      for (const { role, kind, type, path } of config.components) {
        if (isKnown(role, kind) || GONE.some((gone) => gone.role === role && gone.type === type)) continue;
        const roles = rolesOf(kind).filter((other) => other !== role);
        if (roles.length > 0 && spelling(role, kind) === undefined) continue;
        const guess = spelling(role, kind) ?? nearest(kind, namesOf(role));
        yield {
          path,
          message: `there is no ${role} ${kind}`,
          fix: guess === undefined ? "check its name, or use a distribution that has it" : `write ${guess}`,
        };
      }
    },
  },
  {
    id: "wrong-section",
    severity: "error",
    explain: "A component stands in a section for components of another kind.",
    bad: "exporters:\n  batch: {}\n",
    good: "processors:\n  batch: {}\n",
    *find(config) {
      for (const { role, kind, type, section, path } of config.components) {
        if (isKnown(role, kind) || GONE.some((gone) => gone.role === role && gone.type === type)) continue;
        const [other] = spelling(role, kind) === undefined ? rolesOf(kind).filter((each) => each !== role) : [];
        if (other !== undefined)
          yield { path, message: `${kind} is a ${other} and stands in ${section}`, fix: `move it to ${other}s` };
      }
    },
  },
  {
    id: "component-id",
    severity: "error",
    explain: "An id is a type, or a type and a name with one slash between them.",
    bad: "exporters:\n  otlp/: {endpoint: 'a:4317'}\n",
    good: "exporters:\n  otlp/a: {endpoint: 'a:4317'}\n",
    *find(config) {
      for (const { id, path } of config.components) {
        if (/^[A-Za-z]\w{0,62}(\/[^\s/][^\n]*)?$/.test(id.replace(/\s*\/\s*/, "/")) && !/\$\{/.test(id)) continue;
        yield { path, message: `"${id}" cannot be an id`, fix: "write type or type/name" };
      }
    },
  },
  {
    id: "removed-component",
    severity: "error",
    explain: "The component was removed from the collector, which ends with “unknown type”.",
    bad: "exporters:\n  logging: {}\n",
    good: "exporters:\n  debug: {}\n",
    *find(config, { version }) {
      for (const { role, type, kind, path } of config.components) {
        const gone = GONE.find((each) => each.role === role && each.type === type);
        if (gone === undefined || !atLeast(version, gone.since)) continue;
        const fix = /^(use|set) /.test(gone.instead) ? gone.instead : `use ${gone.instead}`;
        yield { path, message: `the ${role} ${kind} was removed from the collector`, fix };
      }
    },
  },
  {
    id: "key-of-other-version",
    severity: "error",
    explain: "A collector does not start over a key that its version does not know yet, or no more.",
    bad: "receivers:\n  prometheus: {use_start_time_metric: true}\n",
    good: "processors:\n  metricstarttime: {}\n",
    *find(config, { version }) {
      for (const range of KEY_RANGES)
        for (const { settings, path } of config.of(range.role, typeOf(range.kind))) {
          const keys = range.key.split(".");
          const value = at(settings, ...keys);
          if (value === undefined || keyExists(range, version)) continue;
          if (range.value !== undefined && !range.value.test(String(value))) continue;
          const when = range.since === undefined ? `was removed in ${range.until}` : `is of ${range.since} and newer`;
          yield {
            path: [...path, ...keys],
            message: `${range.key} ${when}, and this is ${version}`,
            fix: range.instead,
          };
        }
    },
  },
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
];

function reaches(config: Config, from: string, to: string, seen: Set<string>): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  const exporters = config.pipelines.find(({ id }) => id === from)?.exporters ?? [];
  const connectors = exporters.filter((id) => config.find("connector", id) !== undefined);
  const next = config.pipelines.filter(({ receivers }) => receivers.some((id) => connectors.includes(id)));
  return next.some(({ id }) => id === to || reaches(config, id, to, seen));
}
