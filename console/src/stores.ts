import type { Span } from "../../boards-page/chart-options.ts";
import type { LocalBackend } from "../../boards-page/collect.ts";
import { stepFor } from "../../boards-page/collect.ts";
import { array, getJson, record, StoreError } from "../../boards-page/stores/http.ts";

const api = (store: string): string => `${window.location.origin}/api/${store}`;

/** Addresses of the stores behind this page's own proxy. */
export const STORES = {
  prometheus: api("prometheus"),
  jaeger: api("jaeger"),
  victorialogs: api("victorialogs"),
  alertmanager: api("alertmanager"),
} as const;

/** What panels are asked from. */
export function backend(
  time: Span,
  environment: string,
  service: string | undefined,
  metricsInterval: number,
): LocalBackend {
  return {
    prometheus: STORES.prometheus,
    logs: { kind: "victorialogs", url: STORES.victorialogs },
    traces: { kind: "jaeger", url: STORES.jaeger },
    environment,
    ...(service === undefined ? {} : { service }),
    ...time,
    stepSeconds: stepFor(time.from, time.to, metricsInterval),
  };
}

/** Why something cannot be shown, as a sentence for a person. */
export function reasonOf(error: unknown): string {
  if (error instanceof StoreError) {
    const said = record(parsed(error.said));
    const text = said.error ?? array(said.errors).map((one) => record(one).msg)[0];
    return typeof text === "string" ? text : error.said;
  }
  return error instanceof Error ? error.message : String(error);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Values of a label in that time. */
export async function labelValues(label: string, { from, to }: Span): Promise<readonly string[]> {
  const answer = await getJson(STORES.prometheus, `/api/v1/label/${label}/values`, {
    start: String(Math.floor(from / 1000)),
    end: String(Math.ceil(to / 1000)),
  });
  return array(record(answer).data).map(String);
}
