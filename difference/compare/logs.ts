import type { Inventory, LogShape } from "../inventory/model.ts";
import { isSteady } from "../steady.ts";
import { attributeChanges } from "./attributes.ts";
import { enumerated, type Finding, type Sentence, type Severity, say, type What } from "./finding.ts";

export function logFindings(base: Inventory, head: Inventory, left: ReadonlySet<string>): readonly Finding[] {
  const of = ({ logs }: Inventory): readonly LogShape[] => logs.filter(({ service }) => !left.has(service));
  const [before, after] = [of(base), of(head)];
  const gone = before.filter((shape) => isSteady(shape, base.rounds) && !find(after, shape));
  const come = after.filter((shape) => isSteady(shape, head.rounds) && !find(before, shape));
  return [
    ...presence(gone, "vanished"),
    ...presence(come, "appeared"),
    ...before.flatMap((was) => {
      const is = find(after, was);
      return is === undefined ? [] : changes(was, is, base.rounds, head.rounds);
    }),
  ];
}

const find = (shapes: readonly LogShape[], { service, scope, severity }: LogShape): LogShape | undefined =>
  shapes.find((shape) => shape.service === service && shape.scope === scope && shape.severity === severity);

function presence(shapes: readonly LogShape[], what: "vanished" | "appeared"): readonly Finding[] {
  const groups = Map.groupBy(shapes, ({ service }) => service);
  return [...groups].map(([service, group]) => {
    const names = enumerated(group.map(title));
    return what === "vanished"
      ? finding(what, "changes", service, say`${service}: no more log records of ${names}`)
      : finding(what, "adds", service, say`${service}: new log records of ${names}`);
  });
}

const title = ({ scope, severity }: LogShape): string => `${scope === "" ? "no logger" : scope} (${severity})`;

function finding(what: What, severity: Severity, service: string, sentence: Sentence): Finding {
  return { what, severity, signal: "logs", service, sentence };
}

function changes(was: LogShape, is: LogShape, before: number, after: number): readonly Finding[] {
  const { service } = was;
  const attributes = attributeChanges(
    { attributes: was.fields, count: was.count, steady: (seen) => isSteady(seen, before) },
    { attributes: is.fields, count: is.count, steady: (seen) => isSteady(seen, after) },
  ).flatMap(({ key, how }): readonly Finding[] => {
    switch (how.is) {
      case "vanished":
        return [
          finding(
            "vanished",
            "changes",
            service,
            say`${service}: field ${key} is gone from log records of ${title(was)}`,
          ),
        ];
      case "appeared":
        return [finding("appeared", "adds", service, say`${service}: new field ${key} in log records of ${title(is)}`)];
      case "type":
        return [
          finding(
            "type",
            "changes",
            service,
            say`${service}: field ${key} in log records of ${title(was)} was ${how.from} and is ${how.to}`,
          ),
        ];
      default:
        return [];
    }
  });
  if (isSteady(was.traced, before) && is.traced.count === 0) {
    const sentence = say`${service}: log records of ${title(was)} carry no trace id any more (${was.traced.count} of ${was.count} did)`;
    return [finding("untraced", "breaks", service, sentence), ...attributes];
  }
  const untraced = Object.entries(was.fields).flatMap(([key, use]) => {
    const now = is.fields[key];
    const all = use.traced === use.count && isSteady(use, before);
    return all && now !== undefined && now.count > 0 && now.traced === 0 ? [key] : [];
  });
  if (untraced.length === 0) return attributes;
  const sentence = say`${service}: log records of ${title(was)} with ${enumerated(untraced)} carry no trace id any more`;
  return [finding("untraced", "breaks", service, sentence), ...attributes];
}
