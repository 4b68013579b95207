import * as grafana from "@pulumi/grafana";
import type * as pulumi from "@pulumi/pulumi";
import {
  type GrafanaRulesConfig,
  renderGrafanaRules,
  ruleGroupName,
} from "../../../dashboards/render/grafana/rules.ts";
import { type RuleInput, ruleInput } from "./rule-input.ts";
import { type TokenEnd, tokenExpiryRule } from "./token-expiry.ts";
import { usageRules } from "./usage-alerts.ts";

export interface RulesArgs {
  readonly config: GrafanaRulesConfig;
  readonly folder: pulumi.Input<string>;
  /** Tokens that end. */
  readonly tokens: readonly TokenEnd[];
}

/** Inspections, burn rates, the account's usage and the ends of tokens: a rule group each. */
export function makeRules(name: string, { config, folder, tokens }: RulesArgs, at: pulumi.CustomResourceOptions): void {
  const make = (group: string, intervalSeconds: number, rules: readonly RuleInput[]) =>
    new grafana.alerting.RuleGroup(
      `${name}-${group}`,
      { name: ruleGroupName(group, config), folderUid: folder, intervalSeconds, rules: [...rules] },
      // Rules keep their uids: a second group with them would take them from the first, whose deletion then fails.
      { ...at, deleteBeforeReplace: true },
    );
  for (const { id, intervalSeconds, rules } of renderGrafanaRules(config))
    make(id, intervalSeconds, rules.map(ruleInput));
  make("usage", 600, usageRules(config).map(ruleInput));
  const ends = tokens.map((token) => tokenExpiryRule(token, config));
  if (ends.length > 0) make("tokens", 600, ends);
}
