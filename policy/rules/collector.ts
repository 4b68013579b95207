/** What leaves a collector: nothing that was not redacted. */
import { type Container, containersOf, knownText, knownTexts, mapsOf } from "../containers.ts";
import { type Exit, exitsOf } from "../exits.ts";
import type { Rule } from "../rule.ts";

export const unredactedExit: Rule = {
  id: "unredacted-exit",
  severity: "error",
  explain:
    "What a collector exports without a privacy or redaction processor holds the passwords, tokens and people's names that applications log. Allowed: redaction before every exporter, or an exporter to a collector of the same stack, which redacts.",
  needs: "stack",
  *find(stack) {
    const collectors = containersOf(stack).flatMap((container) =>
      container.uploads.flatMap(({ file, content }) => {
        const exits = exitsOf(content);
        return exits === undefined ? [] : [{ container, file, exits }];
      }),
    );
    const names = new Set(collectors.flatMap(({ container }) => namesOf(container)));
    for (const { container, file, exits } of collectors) {
      const open = exits.filter((exit) => !exit.redacted && !leadsTo(names, exit));
      for (const exporter of new Set(open.map((exit) => exit.exporter))) {
        yield {
          resource: container.resource,
          at: `uploads[${file}]`,
          message: `telemetry reaches the exporter ${exporter} without redaction`,
          fix: "add a privacy or redaction processor to every pipeline that ends there",
        };
      }
    }
  },
};

/** Every name that a container has on its networks. */
function namesOf({ resource, inputs }: Container): readonly string[] {
  const aliases = mapsOf(inputs.networksAdvanced).flatMap((network) => knownTexts(network.aliases));
  return [resource.name, ...aliases, ...[inputs.name, inputs.hostname].flatMap((name) => knownText(name) ?? [])];
}

/** Whether another collector of the stack stands at its address. */
function leadsTo(names: ReadonlySet<string>, { endpoint }: Exit): boolean {
  const host = /^(?:\w+:\/\/)?(\[[^\]]*\]|[^:/]+)/.exec(endpoint ?? "")?.[1];
  return host !== undefined && names.has(host);
}
