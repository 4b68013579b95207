import { type LogPattern, type Recording, record } from "../../parity/evaluate/recorded/recording.ts";
import { ALERT_CASES, type AlertCase, CHATTER, LOG_CASES } from "./alert-cases.ts";

type Series = Readonly<Record<string, string>>;

const ALL = [...ALERT_CASES, ...LOG_CASES];

/** A whole system that is well: the quiet series of all cases together, each series once. */
const HEALTHY: Series = Object.assign({}, ...ALL.map(({ quiet }) => quiet).toReversed());
const HEALTHY_LOGS: readonly LogPattern[] = LOG_CASES.flatMap(({ logs }) => logs?.quiet ?? []);

/** When a case is looked at, in seconds. */
export function lookedAt({ minutes }: AlertCase): number {
  return (minutes ?? 40) * 60;
}

/** The whole system, with the one trouble of the case in it. */
export function troubled({ firing, logs, minutes }: AlertCase): Recording {
  const series = { ...HEALTHY, ...firing };
  return living(record(series, [CHATTER, ...(logs?.firing ?? HEALTHY_LOGS)], (minutes ?? 40) * 60));
}

/** The whole system without trouble, for so many minutes. */
export function healthy(minutes: number): Recording {
  return living(record(HEALTHY, [CHATTER, ...HEALTHY_LOGS], minutes * 60));
}

/** The same of one objective alone, which is judged over what it counts and nothing else. */
export function counted(series: Series, logs: readonly LogPattern[], minutes: number): Recording {
  return record(series, logs, minutes * 60);
}

/** A service that is gone sends nothing of its own; what the collector once counted of its spans goes on being reported. */
function living(recording: Recording): Recording {
  const presence = recording.reports.filter(({ metric }) => metric.source === "presence");
  const key = (service: string | undefined, at: number): string => `${service} ${at}`;
  const services = new Set(presence.map(({ attributes }) => attributes["service.name"]));
  const alive = new Set(presence.map(({ attributes, at }) => key(attributes["service.name"], at)));
  const own = (source: string): boolean => source.startsWith("sdk:") || source.startsWith("instrumentation:");
  const reports = recording.reports.filter(({ metric, attributes, at }) => {
    const service = attributes["service.name"];
    return !own(metric.source) || !services.has(service) || alive.has(key(service, at));
  });
  return { ...recording, reports };
}
