import * as pulumi from "@pulumi/pulumi";
import { type GrafanaRulesConfig, grafanaExpiryRule } from "../../../dashboards/render/grafana/rules.ts";
import { type RuleInput, ruleInput } from "./rule-input.ts";

/** A week: rotation is due for a week by then, and was missed. */
const WARN_DAYS = 7;

export interface TokenEnd {
  /** What ends, in a word or two. */
  readonly name: string;
  /** RFC 3339, as the provider gives it. */
  readonly endsAt: pulumi.Output<string>;
}

/** The rule that tells of a token's coming end. Only its query waits for the token; all the rest is known at preview. */
export function tokenExpiryRule({ name, endsAt }: TokenEnd, config: GrafanaRulesConfig): RuleInput {
  const endingAt = (seconds: number) => grafanaExpiryRule({ name, at: seconds, warnDays: WARN_DAYS }, config);
  const rule = endingAt(0);
  const model = endsAt.apply((text) => endingAt(secondsOf(name, text)).datas.find(asksMetrics)?.model ?? "");
  function asksMetrics({ datasourceUid }: { readonly datasourceUid: string }): boolean {
    return datasourceUid === config.dataSources.prometheus;
  }
  return { ...ruleInput(rule), datas: rule.datas.map((data) => (asksMetrics(data) ? { ...data, model } : data)) };
}

function secondsOf(name: string, text: string): number {
  const milliseconds = Date.parse(text);
  if (Number.isFinite(milliseconds)) return milliseconds / 1000;
  throw new pulumi.RunError(
    `The end of the ${name} is "${text}", which is no time. Expected RFC 3339, from the provider.`,
  );
}
