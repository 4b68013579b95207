/** Keys of operators that nothing reads, and lines that no operator of a row gets. */
import { nearest } from "../../config/nearest.ts";
import { OPERATORS } from "../keys/operators.ts";
import { at, listOf, textOf, textsOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { strangeKeys } from "./keys.ts";
import { listsOf } from "./operators.ts";

/** What people call a key that has another name here. */
const MEANT: Readonly<Record<string, string>> = {
  timezone: "location",
  time_zone: "location",
  tz: "location",
  format: "layout",
  layout_format: "layout",
  time_format: "layout",
  pattern: "regex",
  regexp: "regex",
  expression: "expr",
  condition: "if",
  when: "if",
  source: "from",
  destination: "to",
  target: "to",
  separator: "delimiter",
  columns: "header",
  field: "parse_from",
  from: "parse_from",
  to: "parse_to",
  mappings: "mapping",
  levels: "mapping",
  timeout: "force_flush_period",
};

/** Whether routes leave nothing over: one that holds for all, one that is another's opposite, or the three ways in which logs of containers are written. */
const leaveNothing = (routes: readonly unknown[]): boolean =>
  routes.some(
    (route) =>
      /^\s*(true\b|not\b|!)|!=\s*(nil|null)\b/.test(textOf(at(route, "expr"))) ||
      /docker|cri-?o|containerd/.test([at(route, "output")].flat().map(wordOf).join(" ")),
  );

export const operatorKeyRules: readonly Rule[] = [
  {
    id: "operator-key",
    severity: "warning",
    explain:
      "An operator ignores a key that it does not have, without a word: a time zone that is not called location is not used, and a pattern that is not called regex is none.",
    bad: "receivers:\n  filelog: {include: [/srv/a.log], operators: [{type: json_parser, timestamp: {parse_from: attributes.ts, layout: '%Y-%m-%d %H:%M:%S', timezone: Europe/Berlin}}]}\n",
    good: "receivers:\n  filelog: {include: [/srv/a.log], operators: [{type: json_parser, timestamp: {parse_from: attributes.ts, layout: '%Y-%m-%d %H:%M:%S', location: Europe/Berlin}}]}\n",
    *find(config) {
      for (const list of listsOf(config))
        for (const { type, settings, path } of list) {
          const shape = Object.hasOwn(OPERATORS, type) ? OPERATORS[type] : undefined;
          if (shape === undefined) continue;
          for (const found of strangeKeys(settings, shape, path)) {
            const meant = Object.hasOwn(MEANT, found.key) ? MEANT[found.key] : undefined;
            const guess = meant !== undefined && found.keys.includes(meant) ? meant : nearest(found.key, found.keys);
            yield {
              path: found.path,
              message: `${type} has no key ${found.key}${found.path.length > path.length + 1 ? " here" : ""}, and ignores it`,
              fix: `write ${guess ?? found.keys.filter((key) => !/^(id|type|output)$/.test(key)).join(", ")}`,
            };
          }
        }
    },
  },
  {
    id: "router-without-default",
    severity: "warning",
    explain: "A record that matches no route of a router is dropped, without a word; default says where those go.",
    bad: "receivers:\n  filelog: {include: [/srv/a.log], operators: [{type: router, routes: [{expr: 'body matches \"^{\"', output: json}, {expr: 'body matches \"^ts=\"', output: pairs}]}, {type: json_parser, id: json, output: end}, {type: key_value_parser, id: pairs}, {type: noop, id: end}]}\n",
    good: "receivers:\n  filelog: {include: [/srv/a.log], operators: [{type: router, default: end, routes: [{expr: 'body matches \"^{\"', output: json}, {expr: 'body matches \"^ts=\"', output: pairs}]}, {type: json_parser, id: json, output: end}, {type: key_value_parser, id: pairs}, {type: noop, id: end}]}\n",
    *find(config) {
      for (const list of listsOf(config))
        for (const { type, settings, path } of list) {
          if (type !== "router" || textOf(settings.default) !== "" || textsOf(settings.default).length > 0) continue;
          const routes = listOf(settings.routes);
          // with one route alone a router is a filter
          if (routes.length < 2 || leaveNothing(routes)) continue;
          yield {
            path: [...path, "routes"],
            message: "records that match none of the routes are dropped",
            fix: "set default to the id of an operator behind, such as one of type noop",
          };
        }
    },
  },
  {
    id: "route-falls-through",
    severity: "warning",
    explain:
      "An operator without output hands on to the next one of the list: what one route has parsed goes through the parser of the next route as well, which fails on it.",
    bad: "receivers:\n  filelog: {include: [/srv/a.log], operators: [{type: router, default: end, routes: [{expr: 'body matches \"^{\"', output: json}, {expr: 'body matches \"^ts=\"', output: pairs}]}, {type: json_parser, id: json}, {type: key_value_parser, id: pairs}, {type: noop, id: end}]}\n",
    good: "receivers:\n  filelog: {include: [/srv/a.log], operators: [{type: router, default: end, routes: [{expr: 'body matches \"^{\"', output: json}, {expr: 'body matches \"^ts=\"', output: pairs}]}, {type: json_parser, id: json, output: end}, {type: key_value_parser, id: pairs}, {type: noop, id: end}]}\n",
    *find(config) {
      for (const list of listsOf(config)) {
        const heads = new Set(
          list
            .filter(({ type }) => type === "router")
            .flatMap(({ settings }) => listOf(settings.routes).flatMap((route) => [at(route, "output")].flat())),
        );
        for (const [i, { type, settings, path }] of list.entries()) {
          const next = list[i + 1];
          if (next === undefined || !PARSES.test(type) || !PARSES.test(next.type)) continue;
          const isOpen = settings.output === undefined && next.settings.if === undefined;
          const reads = [settings, next.settings].map(({ parse_from }) => textOf(parse_from ?? "body"));
          if (isOpen && heads.has(settings.id) && heads.has(next.settings.id) && reads[0] === reads[1])
            yield {
              path,
              message: `what ${textOf(settings.id)} has parsed goes through ${textOf(next.settings.id)} too`,
              fix: "set output to the operator behind the routes",
            };
        }
      }
    },
  },
];

const PARSES = /^(json|regex|csv|key_value|syslog|uri|json_array)_parser$/;
