/** Names of components: whether they exist, are used, and in which version. */
import { nearest } from "../../config/nearest.ts";
import { atLeast, KEY_RANGES, keyExists, RENAMINGS } from "../../pipeline/versions.ts";
import { GONE, isKnown, namesOf, rolesOf, spelling, UNRELEASED } from "../known.ts";
import { at, MEMBERS, type Member, typeOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";

/** Before it no component had a second name. */
const FIRST_RENAMED = "0.144.0";

export const componentRules: readonly Rule[] = [
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
    id: "name-of-newer-version",
    severity: "error",
    explain:
      "Since 0.144 components get names with underscores, one after the other; the old ones still work. A collector from before does not know the new one.",
    bad: "# collector 0.141\nexporters:\n  otlp_http: {endpoint: 'https://a.example'}\n",
    good: "# collector 0.141\nexporters:\n  otlphttp: {endpoint: 'https://a.example'}\n",
    *find(config, { version }) {
      for (const { role, kind, path } of config.components) {
        const old = spelling(role, kind);
        if (old === undefined || old === kind || !isKnown(role, kind)) continue;
        const since = RENAMINGS.find((each) => each.role === role && each.name === kind)?.since ?? FIRST_RENAMED;
        if (!atLeast(version, since))
          yield {
            path,
            message: `${kind} is a name of ${since} or newer, and this is ${version}`,
            fix: `write ${old}`,
          };
      }
    },
  },
  {
    id: "in-no-distribution",
    severity: "warning",
    explain:
      "The component is in contrib's repository and in none of its distributions: a collector that nobody built with it ends with “unknown type”.",
    bad: "processors:\n  logstransform: {operators: [{type: json_parser}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/a.log], operators: [{type: json_parser}]}\n",
    *find(config) {
      for (const { role, kind, type, path } of config.components)
        if (UNRELEASED.includes(type))
          yield {
            path,
            message: `no published collector has the ${role} ${kind}`,
            fix:
              type === "logstransform"
                ? "use operators of the receiver, or the transform processor"
                : "use a collector that was built with it",
          };
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
          if (range.value !== undefined && !range.value.test(wordOf(value))) continue;
          const when = range.since === undefined ? `was removed in ${range.until}` : `is of ${range.since} and newer`;
          yield {
            path: [...path, ...keys],
            message: `${range.key} ${when}, and this is ${version}`,
            fix: range.instead,
          };
        }
    },
  },
];
