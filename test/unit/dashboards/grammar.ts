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

export const promqlFaults = (query: string): readonly string[] => faults(promql, query);
export const logqlFaults = (query: string): readonly string[] => faults(logql, query);
export const traceqlFaults = (query: string): readonly string[] => faults(traceql, query);
