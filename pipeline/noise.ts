import type { Processor } from "./components.ts";
import { ottlString } from "./ottl.ts";

/** Paths that only ask whether a service lives. Counts of requests leave out the same ones: a few health checks a minute outnumber the users of a night. */
export const HEALTH_PATHS =
  "/(api/)?(_?health|healthz|health[-_]?check|health/(live|ready)|actuator/health|ready|readyz|readiness|livez|liveness|alive|heartbeat|ping|up|stub_status)/?";
const HEALTH_PATH = `^${HEALTH_PATHS}$`;
const PATH_KEYS = ["url.path", "http.target", "http.route"];
const STATEMENT_KEYS = ["db.query.text", "db.statement"];

/**
 * Spans without information. Only leaves are dropped, so that no child loses its parent; a failed health check is kept, since it
 * has information.
 */
export function noiseFilter(): Processor<"filter"> {
  return {
    kind: "filter",
    name: "noise",
    settings: {
      error_mode: "ignore",
      traces: {
        span: [
          // "http send" and "http receive", made by the ASGI instrumentation inside every request
          'attributes["asgi.event.type"] != nil',
          ...PATH_KEYS.map(
            (key) => `IsMatch(attributes["${key}"], ${ottlString(HEALTH_PATH)}) and status.code != STATUS_CODE_ERROR`,
          ),
          // the queries of health checks to PostgreSQL and Redis; their parent is dropped above
          ...STATEMENT_KEYS.map(
            (key) =>
              `IsMatch(attributes["${key}"], ${ottlString("^(?i:select 1;?|ping)$")}) and status.code != STATUS_CODE_ERROR`,
          ),
          // what a worker asks its broker for by itself: marked where it is known who calls (instrumentation/python/inject, idle.py)
          'attributes["worker.idle"] == true and status.code != STATUS_CODE_ERROR',
          'name == "connect" and instrumentation_scope.name == "opentelemetry.instrumentation.sqlalchemy"',
        ],
      },
    },
  };
}

/** The host is observed once, by the collector; the same metrics from inside every application would be duplicates. */
export function appHostMetricsFilter(): Processor<"filter"> {
  return {
    kind: "filter",
    name: "app-host-metrics",
    settings: { error_mode: "ignore", metrics: { metric: ['IsMatch(name, "^system\\\\.")'] } },
  };
}

/** On a machine with other containers: only those that carry these labels, which the receiver has written into the resource. */
export function containerFilter(name: string, labels: Readonly<Record<string, string>>): Processor<"filter"> {
  const foreign = Object.entries(labels).map(
    ([key, value]) => `resource.attributes[${ottlString(key)}] != ${ottlString(value)}`,
  );
  return {
    kind: "filter",
    name: `from-${name}`,
    settings: { error_mode: "ignore", metrics: { metric: foreign } },
  };
}
