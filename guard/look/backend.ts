import { messageOf } from "../../cli/failure.ts";
import type { BackendQuery } from "../../vendors/query.ts";
import { activeAlerts } from "../../verify/alerts.ts";
import type { StackOutputs } from "../../verify/outputs.ts";
import { querierFor } from "../../verify/queriers/index.ts";
import type { Querier, Work } from "../../verify/query.ts";
import type { Observation } from "../observation.ts";

export type BackendLook = Pick<
  Observation,
  "work" | "errorRecords" | "alerts" | "canaries" | "silent" | "silentBackends"
>;

/** So many of a service's newest spans and records are searched for canaries. */
const SEARCHED = 200;

/**
 * What the backends of a stack say since an instant. A backend without numbers of that kind gives none.
 * @param canaries texts that must not be in any span or log record
 */
export async function lookAtBackends(
  { query, system }: Pick<StackOutputs, "query" | "system">,
  since: Date,
  canaries: readonly string[],
): Promise<BackendLook> {
  const services = system.services.map(({ name }) => name);
  const looks = await Promise.all(query.map((one) => lookAt(one, services, system.environment, since, canaries)));
  return {
    // the same telemetry is on all of them: the first that counts it
    work: looks.find(({ work }) => Object.keys(work).length > 0)?.work ?? {},
    errorRecords: looks.find(({ errorRecords }) => Object.keys(errorRecords).length > 0)?.errorRecords ?? {},
    alerts: looks.flatMap(({ alerts }) => alerts),
    canaries: [...new Set(looks.flatMap((look) => look.canaries))],
    silent: [...new Set(looks.flatMap(({ silent }) => silent))],
    silentBackends: looks.flatMap(({ silentBackends }) => silentBackends),
  };
}

async function lookAt(
  query: BackendQuery,
  services: readonly string[],
  environment: string | undefined,
  since: Date,
  canaries: readonly string[],
): Promise<BackendLook> {
  const querier = querierFor(query);
  const silent = new Set<string>();
  const asked = async <T>(question: Promise<T> | undefined, otherwise: T): Promise<T> => {
    try {
      return (await question) ?? otherwise;
    } catch (error) {
      silent.add(`${querier.name} cannot be asked: ${messageOf(error)}`);
      return otherwise;
    }
  };
  const [work, errors, alerts, found] = await Promise.all([
    asked(querier.work?.({ environment, since }), new Map<string, Work>()),
    asked(querier.errorRecords?.({ since }), new Map<string, number>()),
    asked(query.kind === "jaeger" ? activeAlerts(query) : undefined, []),
    Promise.all(services.map((service) => asked(searched(querier, service, since, canaries), []))),
  ]);
  const ours = new Set(services);
  return {
    work: Object.fromEntries([...work].filter(([service]) => ours.has(service))),
    errorRecords: Object.fromEntries([...errors].filter(([service]) => ours.has(service))),
    alerts: alerts.filter(({ state }) => state === "firing"),
    canaries: found.flat(),
    silent: [...silent],
    silentBackends: silent.size > 0 ? [querier.name] : [],
  };
}

/** Places with a canary. One span and one record are asked for in any case: so it is known whether the backend answers. */
async function searched(
  querier: Querier,
  service: string,
  since: Date,
  canaries: readonly string[],
): Promise<readonly string[]> {
  const limit = canaries.length > 0 ? SEARCHED : 1;
  const holds = (text: string): boolean => canaries.some((canary) => text.includes(canary));
  const spans = await querier.traces({ service, since, limit });
  const records =
    canaries.length > 0 && querier.recordTexts
      ? await querier.recordTexts({ service, since, limit })
      : await querier.logs({ service, since, limit: 1 }).then(() => []);
  return [
    ...spans
      .filter((span) => span.service === service && holds(JSON.stringify([span.name, span.attributes])))
      .map(({ name }) => `span "${holds(name) ? "(its name)" : name}" of ${service}`),
    ...records.filter(holds).map(() => `log record of ${service}`),
  ];
}
