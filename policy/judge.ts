import type { Diagnostic } from "../pipeline/checks/rule.ts";
import type { Finding, Rule, Stack } from "./rule.ts";
import { unredactedExit } from "./rules/collector.ts";
import { hostNamespace, memoryLimit, privileges, restartPolicy } from "./rules/containers.ts";
import { dockerSocket, hostFolder, protectedData } from "./rules/host.ts";
import { pinnedImage } from "./rules/images.ts";
import { loopbackPorts, publicOtlp } from "./rules/network.ts";
import { plainSecret } from "./rules/secrets.ts";

export { formatDiagnostic } from "../pipeline/checks/rule.ts";

/** All rules, in the order of docs/policy.md. */
export const RULES: readonly Rule[] = [
  plainSecret,
  unredactedExit,
  publicOtlp,
  loopbackPorts,
  dockerSocket,
  privileges,
  hostNamespace,
  hostFolder,
  protectedData,
  pinnedImage,
  memoryLimit,
  restartPolicy,
];

/** A broken rule, as a person reads it and as `--json` prints it. */
export interface Violation extends Diagnostic {
  readonly urn: string;
  /** Name of the resource in the program. */
  readonly resource: string;
}

export const pageOf = (id: string): string => `docs/policy.md#${id}`;

/**
 * Holds a stack to the rules. Sorted by severity, then by rule; pure. What is wrong with a component and, under its name, with the container that
 * it makes, is said once.
 */
export function judge(stack: Stack, rules: readonly Rule[] = RULES): readonly Violation[] {
  const found = rules.flatMap((rule) => [...rule.find(stack)].map((finding) => violation(rule, finding)));
  const distinct = new Map(found.toReversed().map((each) => [`${each.id} ${each.resource} ${each.message}`, each]));
  return [...distinct.values()].toReversed().toSorted((a, b) => rank(a) - rank(b));
}

const rank = ({ severity }: Violation): number => (severity === "error" ? 0 : 1);

export function violation({ id, severity }: Rule, { resource, at, message, fix }: Finding): Violation {
  const { urn, name } = resource;
  return { id, severity, urn, resource: name, place: `${name}.${at}`, message, fix, docs: pageOf(id) };
}

/** The same for a place that names rule and resource itself. */
export const messageOf = ({ at, message, fix }: Finding): string => `${at}: ${message}. Fix: ${fix}.`;
