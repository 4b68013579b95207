import { array, record, words } from "../../boards-page/stores/http.ts";

/** An alert that fires, or that will when it lasts. */
export interface Alert {
  readonly key: string;
  /** Id of its rule. */
  readonly rule: string;
  readonly state: "firing" | "pending";
  readonly severity: string;
  readonly title: string;
  readonly description: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Labels that tell it from others of its rule. */
  readonly labels: Readonly<Record<string, string>>;
  /** Why Alertmanager notifies nobody of it: a person silenced it, or another alert that fires says it all. */
  readonly suppressed?: "silenced" | "inhibited";
}

/** Answers of Prometheus and Alertmanager as one list. Pure. */
export function mergedAlerts(evaluated: unknown, sent: unknown): readonly Alert[] {
  const known = new Map<string, Alert>();
  for (const one of array(record(record(evaluated).data).alerts).map(record)) {
    const alert = alertOf(
      one.labels,
      one.annotations,
      String(one.activeAt),
      one.state === "pending" ? "pending" : "firing",
    );
    known.set(alert.key, alert);
  }
  for (const one of array(sent).map(record)) {
    const alert = alertOf(one.labels, one.annotations, String(one.startsAt), "firing");
    known.set(alert.key, { ...(known.get(alert.key) ?? alert), ...suppressed(record(one.status)) });
  }
  const rank = ({ state, severity }: Alert): number => (state === "firing" ? 0 : 2) + (severity === "page" ? 0 : 1);
  return [...known.values()].sort((a, b) => rank(a) - rank(b) || b.since - a.since);
}

function suppressed({ state, silencedBy }: Readonly<Record<string, unknown>>): Pick<Alert, "suppressed"> {
  if (state !== "suppressed") return {};
  return { suppressed: array(silencedBy).length > 0 ? "silenced" : "inhibited" };
}

function alertOf(labelled: unknown, annotated: unknown, since: string, state: Alert["state"]): Alert {
  const { alertname = "", rule = "", severity = "", environment: _, calibration: __, ...labels } = words(labelled);
  const { summary = alertname, description = "" } = words(annotated);
  return {
    key: JSON.stringify([alertname, ...Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]),
    rule,
    state,
    severity,
    title: summary,
    description,
    labels,
    since: Date.parse(since),
  };
}
