import type { ComposeProject } from "./compose-project.ts";

/** A name as the stack's configuration allows it: lower-case letters, digits and dashes, at most 40, a letter first. Pure. */
export function nameFor(text: string): string {
  const words = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "");
  const name = (/^\d/.test(words) ? `app-${words}` : words).slice(0, 40).replace(/-+$/, "");
  return name === "" ? "service" : name;
}

/** All names by which others reach a service in Compose: its own, those of its networks, and those that others gave it by `links: [db:database]`. */
export function reachedAs(name: string, { services }: Pick<ComposeProject, "services">): readonly string[] {
  const { networks = {}, container_name } = services[name] ?? {};
  const linked = Object.values(services).flatMap(({ links = [] }) =>
    links.flatMap((link) => {
      const [target, alias] = link.split(":");
      return target === name && alias !== undefined ? [alias] : [];
    }),
  );
  const ofNetworks = Object.values(networks).flatMap((network) => network?.aliases ?? []);
  return [...new Set([name, container_name ?? name, ...linked, ...ofNetworks])];
}

/** Containers that the stack makes itself, whatever is configured. */
const OWN = ["collector", "deployment", "docker-api", "instrumentation", "postgres-monitor", "redis-monitor"];
/** Those of the backend on this machine. */
const BACKEND = ["alertmanager", "console", "grafana", "jaeger", "lgtm", "prometheus", "victorialogs", "vmalert"];
const TAKEN: ReadonlySet<string> = new Set([...OWN, ...BACKEND]);

/** Images of what the stack brings itself: collector, stores and pages of telemetry. */
const OBSERVABILITY =
  /(^|\/)(prometheus|alertmanager|grafana(-oss|-enterprise)?|loki|tempo|promtail|jaeger|all-in-one|opentelemetry-collector[\w-]*|otel-lgtm|zipkin|node-exporter|cadvisor|alloy|mimir|pyroscope)(:|@|$)/;

/** Whether a container of the stack's own is reached by that name: on a network capitals make no difference. */
export const isTaken = (host: string): boolean => TAKEN.has(host.toLowerCase());

/** Whether the stack has what this service is for, under the same name. */
export const isReplaced = (name: string, image: string): boolean =>
  TAKEN.has(nameFor(name)) && OBSERVABILITY.test(image);

/** A name for each service: its own as far as it can be, each once, none that the stack needs. */
export function serviceNames(services: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set(TAKEN);
  const names = new Map<string, string>();
  for (const service of services) {
    const base = nameFor(service);
    let name = base;
    if (TAKEN.has(name)) name = `app-${base}`.slice(0, 40);
    for (let count = 2; taken.has(name); count += 1) name = `${base.slice(0, 36)}-${count}`;
    taken.add(name);
    names.set(service, name);
  }
  return names;
}
