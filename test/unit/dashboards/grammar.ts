import { parser as logql } from "@grafana/lezer-logql";
import { parser as traceql } from "@grafana/lezer-traceql";
import type { LRParser } from "@lezer/lr";
import { parser as promql } from "@prometheus-io/lezer-promql";

/** Grafana's variables stand where a duration or a text is expected. */
function withoutVariables(query: string): string {
  return query.replaceAll("$__rate_interval", "5m").replaceAll("$__auto", "5m").replaceAll("$__range", "1h");
}

/** Places where a query does not follow its grammar; none for a good one. */
function faults(parser: LRParser, query: string): readonly string[] {
  const text = withoutVariables(query);
  const found: string[] = [];
  parser.parse(text).iterate({
    enter(node) {
      if (node.type.isError) found.push(`at ${node.from}: ${text.slice(Math.max(0, node.from - 20), node.to + 20)}`);
    },
  });
  return found;
}

const TEXT = String.raw`"(?:[^"\\]|\\.)*"`;
const NUMBER = String.raw`-?[\d.]+(?:e-?\d+)?`;
const RANGE = String.raw`range\(-inf, (?:inf\)|${NUMBER}\])`;
const FILTER = [
  String.raw`_time:\d+[smhd]`,
  String.raw`_msg:\*${TEXT}\*`,
  String.raw`severity_number:>=\d+`,
  `${TEXT}:>${NUMBER}`,
  String.raw`!?${TEXT}:(?:=${TEXT}|~${TEXT}|\*|in\(${TEXT}(?:, ${TEXT})*\)|${RANGE})`,
].join("|");
const ALL = `(?:${FILTER})(?: (?:${FILTER}))*`;
const CALL = String.raw`(?:(?:rate|count)\(\)|quantile\(${NUMBER}, ${TEXT}\))(?: if \(${ALL}\))? as (?:value|v\d)`;
const FACTOR = String.raw`(?:v\d|${NUMBER})`;
const MATH = String.raw`\(*${FACTOR}(?:\)* (?:[-+*/]|default) \(*${FACTOR}\)*)*`;
/** What `compileLogsql` writes, pipe by pipe. */
const PIPES = [
  `stats (?:by \\(${TEXT}(?:, ${TEXT})*\\) )?${CALL}(?:, ${CALL})*`,
  String.raw`filter (?:value|v\d):>(?:0|=\d+)`,
  `math ${MATH} as value`,
  String.raw`delete v\d(?:, v\d)*`,
  String.raw`filter value:range\(-inf, inf\)`,
  String.raw`rename ${TEXT} as \w+(?:, ${TEXT} as \w+)*`,
  String.raw`first \d+ by \(value desc\)`,
];
const LOGSQL = new RegExp(`^(?:\\*|${ALL}(?: \\(${ALL}(?: or ${ALL})+\\))?)(?: \\| (?:${PIPES.join("|")}))*$`);

/** There is no parser of LogsQL for JavaScript: this one knows what we write and nothing else. VictoriaLogs itself reads all of it in `npm run parity`. */
export const logsqlFaults = (query: string): readonly string[] =>
  LOGSQL.test(query) ? [] : [`not as compileLogsql writes: ${query}`];

export const promqlFaults = (query: string): readonly string[] => faults(promql, query);
export const logqlFaults = (query: string): readonly string[] => faults(logql, query);
export const traceqlFaults = (query: string): readonly string[] => faults(traceql, query);
