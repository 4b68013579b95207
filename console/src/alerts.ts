import { getJson } from "../../boards-page/stores/http.ts";
import { type Alert, mergedAlerts } from "./merged-alerts.ts";
import { reasonOf, STORES } from "./stores.ts";

export interface FiringAlerts {
  readonly alerts: readonly Alert[];
  /** One sentence for each store that does not answer. */
  readonly away: readonly string[];
}

/**
 * What Prometheus evaluates, and what Alertmanager was sent where there is one; each alert once, the firing ones first.
 * @throws Error when none answers
 */
export async function firingAlerts(notifies: boolean): Promise<FiringAlerts> {
  const [evaluated, sent] = await Promise.allSettled([
    getJson(STORES.prometheus, "/api/v1/alerts", {}),
    notifies ? getJson(STORES.alertmanager, "/api/v2/alerts", {}) : [],
  ]);
  if (evaluated.status === "rejected" && (!notifies || sent.status === "rejected")) throw evaluated.reason;
  const of = (answer: PromiseSettledResult<unknown>): unknown =>
    answer.status === "fulfilled" ? answer.value : undefined;
  return {
    alerts: mergedAlerts(of(evaluated), of(sent)),
    away: [evaluated, sent].flatMap((answer) => (answer.status === "rejected" ? [reasonOf(answer.reason)] : [])),
  };
}
