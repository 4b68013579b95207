import { Failure } from "../cli/failure.ts";
import type { BackendQuery } from "../vendors/query.ts";
import { getJson } from "./http.ts";
import { list, object, text } from "./json.ts";

/** An alert as the rules of a local backend say it now. */
export interface ActiveAlert {
  /** Name of the rule, as a person sees it: `QueueWithoutConsumer`. */
  readonly name: string;
  readonly state: "pending" | "firing";
  /** `page` or `ticket`. */
  readonly severity: string;
  /** What it is about: labels that differ between alerts of one rule, such as `queue=parcel-scans`. */
  readonly about: string;
}

export type AlertSource = Extract<BackendQuery, { kind: "jaeger" }>;

/** The backend of a stack whose rules can be asked here. @throws Failure when there is none. */
export function alertSource(query: readonly BackendQuery[]): AlertSource {
  const found = query.find((one): one is AlertSource => one.kind === "jaeger");
  if (found !== undefined) return found;
  throw new Failure(
    `The rules of ${query.map(({ kind }) => kind).join(", ")} run at the vendor: add the local backend, extraBackends: [jaeger], to have them judged here.`,
  );
}

/** Every alert that is pending or fires, of log records too; without the heartbeat, which fires as long as all is well. */
export async function activeAlerts({ prometheus }: Pick<AlertSource, "prometheus">): Promise<readonly ActiveAlert[]> {
  const answer = await getJson(new URL("/api/v1/alerts", prometheus));
  return list(object(object(answer).data).alerts)
    .map(object)
    .filter(({ labels }) => object(labels).severity !== "heartbeat")
    .map(({ state, labels }) => ({
      name: text(object(labels).alertname),
      state: text(state) === "firing" ? "firing" : "pending",
      severity: text(object(labels).severity),
      about: aboutOf(object(labels)),
    }));
}

/** Labels every alert of a stack has, and those of the rule itself. */
const COMMON = ["alertname", "severity", "rule", "environment", "deployment_environment_name"];

const aboutOf = (labels: Readonly<Record<string, unknown>>): string =>
  Object.entries(labels)
    .filter(([name]) => !COMMON.includes(name))
    .map(([name, value]) => `${name}=${text(value)}`)
    .sort()
    .join(", ");
