import { nearest } from "./nearest.ts";
import type { PlainConfig } from "./schema.ts";
import { sends } from "./services.ts";

/** Names that one key has from another: what they name must be there, and be called so everywhere. Pure. */
export const nameProblems = (plain: PlainConfig): readonly string[] => [
  ...otherNames(plain),
  ...unknownRequests(plain),
];

/** Boards, alerts and the proof look for a service by its name here. */
function otherNames({ services }: PlainConfig): readonly string[] {
  return services.flatMap((service, i) => {
    const said = service.env.OTEL_SERVICE_NAME;
    if (said === undefined || said === service.name || !sends(service)) return [];
    return [
      `services[${i}].env.OTEL_SERVICE_NAME: its telemetry would be called ${JSON.stringify(said)}, and boards, alerts and the proof look for ${service.name}. Remove the variable, or give the service that name`,
    ];
  });
}

/** What `npm run release` asks for, it asks of a published service. */
function unknownRequests({ services, guard }: PlainConfig): readonly string[] {
  const published = services.flatMap(({ name, publish }) => (publish === undefined ? [] : [name]));
  return guard.requests.flatMap((request, i) => {
    const name = request.split("/", 1)[0] ?? "";
    if (published.includes(name)) return [];
    const guess = nearest(name, published);
    const hint = guess === undefined ? "" : `; did you mean ${guess}?`;
    return [
      `guard.requests[${i}]: "${name}" is no service with a published port${hint || "."} Allowed: ${published.join(", ") || "none, since no service has publish"}`,
    ];
  });
}
