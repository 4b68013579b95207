import { Failure } from "../cli/failure.ts";
import type { BackendQuery } from "../vendors/query.ts";
import { type Access, at, getJson } from "../verify/http.ts";
import { type Json, list, object, text } from "../verify/json.ts";
import { accessTo, dataSource } from "../verify/queriers/grafana-cloud.ts";

/** A Prometheus that holds a stack's metrics, and which of its series are the stack's. */
export interface Metrics {
  readonly url: string;
  readonly access: Access;
  /** Selects every series of the stack; on its own it begins with a brace. */
  readonly selector: string;
}

/** The first backend of a stack whose metrics are in a Prometheus. @throws Failure where none is */
export function metricsOf(query: readonly BackendQuery[], environment: string): Metrics {
  for (const one of query) {
    if (one.kind === "jaeger" || one.kind === "lgtm")
      return { url: one.prometheus, access: {}, selector: '{__name__!=""}' };
    if (one.kind === "grafana-cloud") {
      const selector = `{deployment_environment_name=${JSON.stringify(environment)}}`;
      return { url: dataSource(one, one.prometheus), access: accessTo(one), selector };
    }
  }
  const kinds = query.map(({ kind }) => kind).join(", ");
  throw new Failure(
    `Nothing can be measured on ${kinds}, which have no Prometheus to ask: look at the vendor's own page of usage, or run the stack on jaeger.`,
  );
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** An instant query. */
export async function ask({ url, access }: Metrics, query: string): Promise<readonly Sample[]> {
  const answer = object(object(await getJson(at(url, "/api/v1/query", { query }), access)).data);
  return list(answer.result).map((one) => {
    const { metric, value } = object(one);
    return { labels: labelsIn(object(metric)), value: Number(text(list(value)[1])) };
  });
}

/** Labels of every series of one metric that had a point in the last minutes. */
export async function seriesOf(
  { url, access, selector }: Metrics,
  metric: string,
): Promise<readonly Sample["labels"][]> {
  const start = String(Math.floor(Date.now() / 1000) - 300);
  const match = `${selector.slice(0, -1)},__name__=${JSON.stringify(metric)}}`;
  const answer = object(await getJson(at(url, "/api/v1/series", { "match[]": match, start }), access));
  return list(answer.data).map((one) => labelsIn(object(one)));
}

const labelsIn = (labels: Json): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, text(value)]));
