import type { Inventory, Seen, SpanShape } from "../inventory/model.ts";
import { isSteady } from "../steady.ts";
import { type AttributeChange, attributeChanges, grew } from "./attributes.ts";
import { enumerated, type Finding, type Sentence, type Severity, say, type What } from "./finding.ts";

/** How many more names a library may give its spans before somebody has to look. */
const MORE_NAMES = 3;

/** @param left services that are compared as a whole */
export function spanFindings(base: Inventory, head: Inventory, left: ReadonlySet<string>): readonly Finding[] {
  const of = ({ spans }: Inventory): readonly SpanShape[] => spans.filter(({ service }) => !left.has(service));
  const [before, after] = [of(base), of(head)];
  const gone = before.filter((shape) => isSteady(shape, base.rounds) && !has(after, shape));
  const come = after.filter((shape) => isSteady(shape, head.rounds) && !has(before, shape));
  const both = before.flatMap((was) => {
    const is = after.find(({ id }) => id === was.id);
    return is === undefined ? [] : [{ was, is }];
  });
  return [
    ...shapeFindings(gone, after, "vanished"),
    ...shapeFindings(come, before, "appeared"),
    ...nameFindings(base, head, left),
    ...attributeFindings(both, base.rounds, head.rounds),
    ...both.flatMap(({ was, is }) => eventFindings(was, is, base.rounds, head.rounds)),
    ...both.flatMap(({ was, is }) => errorFindings(was, is, base.rounds, head.rounds)),
    ...traceFindings(both, base, head),
  ];
}

const has = (shapes: readonly SpanShape[], { id }: SpanShape): boolean => shapes.some((shape) => shape.id === id);

/** A span as a person knows it: `server span "GET /api/games"`. */
export const spanTitle = ({ kind, name, id }: Pick<SpanShape, "kind" | "name" | "id">): string =>
  `${name ?? `rare span ${id}`} (${kind})`;

/** Shapes of one service and library together; where the other side has none of that library, the library is what is gone or new. */
function shapeFindings(
  shapes: readonly SpanShape[],
  others: readonly SpanShape[],
  what: "vanished" | "appeared",
): readonly Finding[] {
  const groups = Map.groupBy(shapes, ({ service, scope }) => JSON.stringify([service, scope]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { service, scope } = first;
    const names = enumerated(group.map(spanTitle));
    const whole = !others.some((other) => other.service === service && other.scope === scope);
    const kinds = group.length === 1 ? "1 kind" : `${group.length} kinds`;
    const sentence =
      what === "vanished"
        ? whole
          ? say`${service}: no span of ${scope} any more; there were ${number(kinds)}: ${names}`
          : say`${service}: ${number(group.length === 1 ? "a span is" : "spans are")} gone: ${names}`
        : whole
          ? say`${service}: ${scope} makes spans now: ${names}`
          : say`${service}: new spans: ${names}`;
    return [finding(what, what === "vanished" ? "changes" : "adds", service, sentence)];
  });
}

/** Words, not a name. */
const number = (words: string): Sentence => ({ words: [words], names: [] });

function finding(what: What, severity: Severity, service: string, sentence: Sentence): Finding {
  return { what, severity, signal: "traces", service, sentence };
}

function nameFindings(base: Inventory, head: Inventory, left: ReadonlySet<string>): readonly Finding[] {
  return head.names.flatMap(({ service, scope, kind, names: to }) => {
    const before = base.names.find((one) => one.service === service && one.scope === scope && one.kind === kind);
    if (left.has(service) || before === undefined || !grew(before.names, to, MORE_NAMES)) return [];
    const sentence = say`${service}: ${scope} gives its ${number(kind)} spans ${to} names where there were ${before.names}: an id in the name, which every metric made from spans multiplies by`;
    return [finding("cardinality", "changes", service, sentence)];
  });
}

interface Pair {
  readonly was: SpanShape;
  readonly is: SpanShape;
}

/** The same change of the same attribute on several spans of a service is one finding. */
function attributeFindings(both: readonly Pair[], before: number, after: number): readonly Finding[] {
  const changes = both.flatMap(({ was, is }) =>
    attributeChanges(
      { ...was, steady: (seen) => isSteady(seen, before) },
      { ...is, steady: (seen) => isSteady(seen, after) },
    ).map((change) => ({ change, shape: was.name === undefined ? is : was })),
  );
  const groups = Map.groupBy(changes, ({ change: { key, how }, shape: { service } }) =>
    JSON.stringify([service, key, { ...how, share: 0 }]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { change, shape } = first;
    const on = enumerated(
      group.map((one) => spanTitle(one.shape)),
      3,
    );
    return attributeFinding(change, shape.service, on);
  });
}

function attributeFinding({ key, how }: AttributeChange, service: string, on: Sentence): readonly Finding[] {
  switch (how.is) {
    case "vanished":
      return [finding("vanished", "changes", service, say`${service}: attribute ${key} is gone from ${on}`)];
    case "appeared":
      return [finding("appeared", "adds", service, say`${service}: new attribute ${key} on ${on}`)];
    case "rarer": {
      const share = Math.round(how.share * 100);
      return [
        finding("vanished", "changes", service, say`${service}: attribute ${key} is on ${share} % only of ${on}`),
      ];
    }
    case "type": {
      const sentence = say`${service}: attribute ${key} was ${how.from} and is ${how.to} on ${on}`;
      return [finding("type", "changes", service, sentence)];
    }
    case "value-vanished": {
      const sentence = say`${service}: no span has ${key} ${how.value} any more among ${on}`;
      return [finding("vanished", "changes", service, sentence)];
    }
    case "value-appeared":
      return [finding("appeared", "adds", service, say`${service}: ${key} is ${how.value} now on some of ${on}`)];
    case "values":
      return [];
    default:
      return how satisfies never;
  }
}

function eventFindings(was: SpanShape, is: SpanShape, before: number, after: number): readonly Finding[] {
  const { service } = was;
  const gone = missing(was.events, is.events, before);
  const come = missing(is.events, was.events, after);
  return [
    ...gone.map((name) =>
      finding("vanished", "changes", service, say`${service}: event ${name} is gone from ${spanTitle(was)}`),
    ),
    ...come.map((name) => finding("appeared", "adds", service, say`${service}: new event ${name} on ${spanTitle(is)}`)),
  ];
}

const missing = (
  these: Readonly<Record<string, Seen>>,
  those: Readonly<Record<string, Seen>>,
  rounds: number,
): readonly string[] =>
  Object.entries(these).flatMap(([name, seen]) => (isSteady(seen, rounds) && those[name] === undefined ? [name] : []));

function errorFindings(was: SpanShape, is: SpanShape, before: number, after: number): readonly Finding[] {
  const { service } = was;
  if (isSteady(was.errors, before) && is.errors.count === 0) {
    const sentence = say`${service}: no ${spanTitle(was)} has failed, and ${was.errors.count} of ${was.count} did before: mended, or failures are not recorded any more`;
    return [finding("vanished", "changes", service, sentence)];
  }
  if (isSteady(is.errors, after) && was.errors.count === 0) {
    const sentence = say`${service}: ${is.errors.count} of ${is.count} ${spanTitle(is)} fail, and none did before`;
    return [finding("appeared", "changes", service, sentence)];
  }
  return [];
}

/** Traces that were one and are two, and links that lead nowhere. */
function traceFindings(both: readonly Pair[], base: Inventory, head: Inventory): readonly Finding[] {
  const title = (id: string): string => {
    const shape = base.spans.find((one) => one.id === id);
    return shape === undefined ? id : `${shape.service} ${spanTitle(shape)}`;
  };
  return both.flatMap(({ was, is }): readonly Finding[] => {
    const { service } = was;
    const callers = missing(was.callers, is.callers, base.rounds).filter((caller) => caller !== "none");
    const links = missing(was.links, is.links, base.rounds).filter((target) => target !== "missing");
    const lost = missing(was.parents, is.parents, base.rounds).filter(
      (parent) => parent !== "root" && parent !== "missing" && head.spans.some(({ id }) => id === parent),
    );
    const orphaned =
      isSteady(is.parents.root ?? NEVER, head.rounds) || isSteady(is.parents.missing ?? NEVER, head.rounds);
    const wasOrphan = was.parents.root !== undefined || was.parents.missing !== undefined;
    return [
      ...callers.map((caller) =>
        broken(
          service,
          say`the trace ends between ${caller} and ${service}: ${spanTitle(was)} was below a span of ${caller}, and is ${now(is)}`,
        ),
      ),
      ...(callers.length === 0 && orphaned && !wasOrphan
        ? lost.map((parent) =>
            broken(service, say`${service}: ${spanTitle(was)} was below ${title(parent)}, and is ${now(is)}`),
          )
        : []),
      ...links.map((target) =>
        broken(service, say`${service}: ${spanTitle(was)} does not link to a span of ${target} any more`),
      ),
    ];
  });
}

const NEVER: Seen = { count: 0, rounds: 0 };

const now = ({ parents, callers }: SpanShape): Sentence => {
  if (parents.root !== undefined) return number("at the top of a trace of its own");
  if (parents.missing !== undefined) return number("below a span that does not arrive");
  return say`below ${enumerated(Object.keys(callers))}`;
};

const broken = (service: string, sentence: Sentence): Finding => finding("broken-trace", "breaks", service, sentence);
