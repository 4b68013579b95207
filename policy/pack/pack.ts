/**
 * The rules of this room as a policy pack of Pulumi: `pulumi preview --policy-pack policy/pack`. Errors are mandatory, warnings advisory.
 */
import * as policy from "@pulumi/policy";
import { messageOf, RULES } from "../judge.ts";
import type { Rule } from "../rule.ts";
import { secretsOf } from "../stack.ts";
import { Seen } from "./seen.ts";

const seen = new Seen(secretsOf({ config: configuration() }));

new policy.PolicyPack("game-scheduler-otel", {
  description: "What a stack of game-scheduler-otel is held to",
  policies: [memory(), ...RULES.map(policyOf)],
});

/**
 * Pulumi gives rules resources with all secrets opened. Only a remediation sees which values are secret; this one remembers them and changes nothing. The
 * engine asks it first.
 */
function memory(): policy.ResourceValidationPolicy {
  return {
    name: "remembers-secrets",
    description: "Changes nothing: remembers which inputs are secret, for the other rules",
    enforcementLevel: "remediate",
    remediateResource: (args) => seen.remember(args),
  };
}

function policyOf(rule: Rule): policy.ResourceValidationPolicy | policy.StackValidationPolicy {
  const common = {
    name: rule.id,
    description: rule.explain,
    enforcementLevel: rule.severity === "error" ? ("mandatory" as const) : ("advisory" as const),
  };
  switch (rule.needs) {
    case "resource":
      return {
        ...common,
        validateResource: (args, report) => {
          for (const finding of rule.find(seen.stack(args.urn))) report(messageOf(finding));
        },
      };
    case "stack":
      return {
        ...common,
        validateStack: (_, report) => {
          for (const finding of rule.find(seen.stack())) report(messageOf(finding), finding.resource.urn);
        },
      };
    default:
      return rule.needs satisfies never;
  }
}

/** The stack's configuration, decrypted, as Pulumi hands it to a policy pack: by full key. */
function configuration(): Readonly<Record<string, string>> {
  return JSON.parse(process.env.PULUMI_CONFIG ?? "{}") as Readonly<Record<string, string>>;
}
