import { profilesTaken } from "../vendors/profiles.ts";
import { backendsOf } from "./backends.ts";
import { OWN_COLLECTOR, type PlainConfig } from "./schema.ts";
import { instrumentationOf, type ServiceConfig } from "./services.ts";

/** Whether its SDK is the one that this program puts in from outside, which alone can sample it. */
export const isInjected = (service: ServiceConfig): boolean =>
  service.kind === "python" && instrumentationOf(service) === "inject";

/** The services that are sampled. */
export function sampled({ profiles, services }: Pick<PlainConfig, "profiles" | "services">): readonly ServiceConfig[] {
  if (!profiles.enabled) return [];
  return services.filter((one) => isInjected(one) && (profiles.services?.includes(one.name) ?? true));
}

const OFF = "or switch them off with: pulumi config set --path profiles.enabled false";

/** Where profiles cannot be carried, redacted or stored. */
export function profileProblems(plain: PlainConfig): readonly string[] {
  if (!plain.profiles.enabled) return [];
  return [...collectorProblem(plain), ...backendProblem(plain), ...serviceProblems(plain)];
}

function collectorProblem({ collector: { engine, image } }: PlainConfig): readonly string[] {
  if (engine !== "otelcol")
    return [`profiles.enabled: Grafana Alloy forwards no profiles as OTLP. Set collector.engine to otelcol, ${OFF}`];
  if (image !== OWN_COLLECTOR)
    return [
      `profiles.enabled: only the collector that this repository builds redacts profiles, whose file names and threads may name people. Set collector.image to ${OWN_COLLECTOR}, ${OFF}`,
    ];
  return [];
}

/** With several backends, those that take profiles get them. */
function backendProblem(plain: PlainConfig): readonly string[] {
  const verdicts = backendsOf(plain).map((kind) => profilesTaken(kind, plain.otlp.profiles));
  if (verdicts.some((verdict) => verdict === true)) return [];
  return [
    `profiles.enabled: no backend of this stack takes them (${verdicts.join("; ")}). Allowed: backend lgtm, or otlp with otlp.profiles, also beside another as extraBackends; ${OFF.replace(/^or /, "")}`,
  ];
}

function serviceProblems({ profiles, services }: PlainConfig): readonly string[] {
  const can = services.filter(isInjected).map(({ name }) => name);
  if (can.length === 0)
    return [
      `profiles.enabled: no service of this stack can be sampled. Allowed: kind python with instrumentation inject; add one, ${OFF}`,
    ];
  return (profiles.services ?? []).flatMap((name, i) =>
    can.includes(name)
      ? []
      : [
          `profiles.services[${i}]: ${name} is no service that can be sampled. Allowed: ${can.join(", ")}. Set it with: pulumi config set --path 'profiles.services[${i}]' ${can[0]}`,
        ],
  );
}
