import { type Capabilities, capabilities } from "../vendors/capabilities.ts";
import { BACKENDS, type BackendKind } from "../vendors/kinds.ts";
import { backendsOf } from "./backends.ts";
import { collectorProblems } from "./collector-rules.ts";
import { profileProblems } from "./profile-rules.ts";
import { requestProblems } from "./request-rules.ts";
import type { PlainConfig } from "./schema.ts";
import { DUMMY } from "./secret-values.ts";
import { sameNames, serviceProblems } from "./service-rules.ts";
import type { Settings } from "./settings.ts";
import { swarmProblems } from "./swarm-rules.ts";
import { telemetryProblems } from "./telemetry-rules.ts";

/** Rules between keys, which no single shape can hold. Pure. */
export function stackRuleProblems(plain: PlainConfig, { stack, values, secretKeys }: Settings): readonly string[] {
  return [
    ...sameNames(plain, stack),
    ...requestProblems(plain),
    ...telemetryProblems(plain),
    ...collectorProblems(plain, values),
    ...profileProblems(plain),
    ...serviceProblems(plain, secretKeys.has("services")),
    ...backendNamedTwice(plain),
    ...contactProblem(plain),
    ...heartbeatProblem(plain, values),
    ...swarmProblems(plain),
  ];
}

const table: Readonly<Record<BackendKind, Capabilities>> = capabilities;

/** It would be sent to once: whoever wrote the name meant another backend, or has moved and left it. */
function backendNamedTwice({ backend, extraBackends }: PlainConfig): readonly string[] {
  const twice = extraBackends.findIndex((kind, at) => kind === backend || extraBackends.indexOf(kind) < at);
  if (twice < 0) return [];
  const kind = extraBackends[twice];
  const where = kind === backend ? "is backend already" : "stands there twice";
  return [
    `extraBackends: ${kind} ${where}. Allowed: each backend once; name another one with: pulumi config set --path 'extraBackends[${twice}]' <backend>; or remove it with: pulumi config rm --path 'extraBackends[${twice}]'`,
  ];
}

/** A contact that no backend of the stack notifies would wait for alerts that never come. */
function contactProblem(plain: PlainConfig): readonly string[] {
  const { contact, smtp } = plain.alerts;
  if (contact === "none") return [];
  const own = backendsOf(plain);
  const able = BACKENDS.filter((kind) => table[kind].contacts.includes(contact));
  if (contact === "email" && smtp === undefined && own.includes("jaeger"))
    return [
      "alerts.smtp: not set, but backend jaeger sends the e-mails of alerts.contact email by a mail server of yours. Set it with: pulumi config set --path alerts.smtp.server <host>:587, and alerts.smtp.from likewise",
    ];
  if (own.some((kind) => able.includes(kind))) return [];
  return [
    `alerts.contact: "${contact}" cannot be notified by ${own.join(" or ")}. Allowed: none, or one of ${able.join(", ")} as backend or among extraBackends. Notify nobody with: pulumi config set --path alerts.contact none`,
  ];
}

/** The same for the service that waits for the dead-man's switch. */
function heartbeatProblem(plain: PlainConfig, { heartbeatWebhook }: Settings["values"]): readonly string[] {
  const own = backendsOf(plain);
  const able = BACKENDS.filter((kind) => table[kind].heartbeat);
  if (!heartbeatWebhook || heartbeatWebhook.startsWith(DUMMY) || own.some((kind) => able.includes(kind))) return [];
  return [
    `heartbeatWebhook: is set, but ${own.join(" and ")} cannot post the dead-man's switch. Allowed: one of ${able.join(", ")} as backend or among extraBackends. Remove it with: pulumi config rm heartbeatWebhook`,
  ];
}
