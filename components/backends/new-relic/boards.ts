import * as newrelic from "@pulumi/newrelic";
import type { RulesConfig } from "../../../dashboards/render/context.ts";
import { renderNewRelicDashboard } from "../../../dashboards/render/new-relic/dashboard.ts";
import type { InAccount } from "./keys.ts";

/** One dashboard with a page a board. */
export function makeBoards(name: string, rules: RulesConfig, accountId: string, at: InAccount): void {
  const json = renderNewRelicDashboard({ ...rules, accountId: Number(accountId) });
  // Boards are long and generated: their text would drown everything else in a preview.
  new newrelic.OneDashboardJson(`${name}-boards`, { accountId, json }, { ...at, hideDiffs: ["json"] });
}
