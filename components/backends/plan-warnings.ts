import type { PlainConfig } from "../../config/schema.ts";
import { LOOPBACK } from "../../config/values.ts";
import { type Capabilities, capabilities } from "../../vendors/capabilities.ts";
import type { BackendKind } from "../../vendors/kinds.ts";

/** The part of the configuration that asks something of a backend's plan. */
export type Wishes = Pick<
  PlainConfig,
  "honeycomb" | "otlp" | "elastic" | "hostMetrics" | "containerMetrics" | "sampling"
>;

/** One sentence for each thing the configuration asks for and the backend, or its plan, does not have. Pure. */
export function planWarnings(
  kind: BackendKind,
  wishes: Wishes,
  of: Capabilities = capabilities[kind],
): readonly string[] {
  return [
    ...ownContainer(kind, wishes),
    ...missingSignals(kind, wishes),
    ...exportOnly(kind, of),
    ...smallPlan(kind, wishes, of),
  ].map((sentence) => `${kind}: ${sentence} (docs/backends.md#${kind})`);
}

/** A loopback address is the collector's own container, where no backend listens. */
function ownContainer(kind: BackendKind, { otlp, elastic }: Wishes): readonly string[] {
  const { endpoint, traces, metrics, logs } = otlp;
  const addresses = { otlp: { endpoint, traces, metrics, logs }, elastic: { endpoint: elastic.endpoint } };
  if (kind !== "otlp" && kind !== "elastic") return [];
  return Object.entries(addresses[kind])
    .filter(([, address]) => address !== undefined && LOOPBACK.test(new URL(address).hostname.replace(/^\[|\]$/g, "")))
    .map(
      ([key, address]) =>
        `${kind}.${key} is ${address}, which in the collector's container is that container; give this machine's name or address in its network (under Docker Desktop: host.docker.internal).`,
    );
}

function exportOnly(kind: BackendKind, { dashboards, alerts, slos }: Capabilities): readonly string[] {
  if (kind === "otlp" || dashboards !== "no" || alerts !== "no" || slos !== "no") return [];
  return [
    "telemetry is sent, but no dashboards, alerts or SLOs are made there; add a second backend with extraBackends.",
  ];
}

function smallPlan(kind: BackendKind, { honeycomb }: Wishes, { slos, maxAlerts }: Capabilities): readonly string[] {
  if (kind !== "honeycomb" || honeycomb.plan !== "free") return [];
  return [
    ...(slos === "paid plans" ? ["SLOs are not made, since honeycomb.plan is free."] : []),
    ...(maxAlerts !== undefined
      ? [`only the ${maxAlerts} most important alerts are made, since honeycomb.plan is free.`]
      : []),
  ];
}

/** Self-hosted addresses by signal: what has none is measured for nothing. */
function missingSignals(
  kind: BackendKind,
  { otlp, hostMetrics, containerMetrics, sampling }: Wishes,
): readonly string[] {
  const anyAddress = otlp.traces ?? otlp.metrics ?? otlp.logs;
  if (kind !== "otlp" || otlp.endpoint !== undefined || anyAddress === undefined) return [];
  return [
    ...(otlp.metrics === undefined && (hostMetrics || containerMetrics)
      ? ["hostMetrics or containerMetrics is on, but otlp.metrics is not set, so no metric is sent."]
      : []),
    ...(otlp.traces === undefined && sampling.mode === "tail"
      ? ["sampling.mode is tail, but otlp.traces is not set, so no trace is sent."]
      : []),
  ];
}
