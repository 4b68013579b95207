import { nearest } from "./nearest.ts";
import type { PlainConfig } from "./schema.ts";

/** What `npm run release` asks for, it asks of a published service. Pure. */
export function requestProblems({ services, guard }: PlainConfig): readonly string[] {
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
