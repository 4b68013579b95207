import type { Inventory, Seen, SpanShape } from "../inventory/model.ts";
import { isSteady } from "../steady.ts";
import { type AttributeChange, attributeChanges, grew } from "./attributes.ts";
import { enumerated, type Finding, type Sentence, type Severity, say, type What } from "./finding.ts";

/** How many more names a library may give its spans before somebody has to look. */
const MORE_NAMES = 3;

/**
 * @param left services that are compared as a whole
 * @param lost services that send nothing any more: that nothing is below them is no news
 */
export function spanFindings(
  base: Inventory,
  head: Inventory,
  left: ReadonlySet<string>,
  lost: ReadonlySet<string>,
): readonly Finding[] {
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
    ...both.flatMap(({ was, is }) => idInName(was, is)),
    ...attributeFindings(both, base.rounds, head.rounds),
    ...both.flatMap(({ was, is }) => eventFindings(was, is, base.rounds, head.rounds)),
    ...both.flatMap(({ was, is }) => errorFindings(was, is, base.rounds, head.rounds)),
    ...traceFindings(both, base, head, lost),
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
    const sentence =
      what === "vanished"
        ? whole
          ? say`${service}: no span of ${scope} any more (gone: ${names})`
          : say`${service}: ${literal(group.length === 1 ? "a span is" : "spans are")} gone: ${names}`
        : whole
          ? say`${service}: ${scope} makes spans now: ${names}`
          : say`${service}: new spans: ${names}`;
    return [finding(what, what === "vanished" ? "changes" : "adds", service, sentence)];
  });
}

/** Words, not a name. */
const literal = (words: string): Sentence => ({ words: [words], names: [] });

function finding(what: What, severity: Severity, service: string, sentence: Sentence): Finding {
  return { what, severity, signal: "traces", service, sentence };
}

function idInName(was: SpanShape, is: SpanShape): readonly Finding[] {
  if (!grew(was.names, is.names, MORE_NAMES)) return [];
  const sentence = say`${is.service}: the span ${spanTitle(is)} has ${is.names} names where it had ${was.names}: an id in the name, which every metric made from spans multiplies by`;
  return [finding("cardinality", "changes", is.service, sentence)];
}

/** Names that no longer resemble each other once ids are taken out. */
function nameFindings(base: Inventory, head: Inventory, left: ReadonlySet<string>): readonly Finding[] {
  return head.names.flatMap(({ service, scope, kind, names }) => {
    const before = base.names.find((one) => one.service === service && one.scope === scope && one.kind === kind);
    if (left.has(service) || before === undefined || !grew(before.names, names, MORE_NAMES)) return [];
    const sentence = say`${service}: ${scope} gives its ${literal(kind)} spans ${names} names where there were ${before.names}: something in the name is never the same, and every metric made from spans multiplies by it`;
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
  const merged = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const titles = group.map(({ shape }) => spanTitle(shape));
    return [{ change: first.change, service: first.shape.service, titles: [...new Set(titles)].sort() }];
  });
  return merged.flatMap((one) => {
    const on = enumerated(one.titles, 3);
    const renamed = renaming(one, merged);
    return renamed === undefined ? attributeFinding(one.change, one.service, on) : renamed(on);
  });
}

interface Merged {
  readonly change: AttributeChange;
  readonly service: string;
  readonly titles: readonly string[];
}

/** Where of the very same spans one attribute is gone and one is new, that is one finding: that of the one that is gone. */
function renaming(one: Merged, all: readonly Merged[]): ((on: Sentence) => readonly Finding[]) | undefined {
  const alike = (is: AttributeChange["how"]["is"]): readonly Merged[] =>
    all.filter(
      ({ change, service, titles }) =>
        change.how.is === is && service === one.service && titles.join("\n") === one.titles.join("\n"),
    );
  const [gone, come] = [alike("vanished"), alike("appeared")];
  if (gone.length !== 1 || come.length !== 1) return undefined;
  const [from = "", to = ""] = [gone[0]?.change.key, come[0]?.change.key];
  if (one === come[0]) return () => [];
  if (one !== gone[0]) return undefined;
  return (on) => [
    finding(
      "vanished",
      "changes",
      one.service,
      say`${one.service}: attribute ${from} is gone from ${on}, and ${to} is new there: renamed?`,
    ),
  ];
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
function traceFindings(
  both: readonly Pair[],
  base: Inventory,
  head: Inventory,
  lost: ReadonlySet<string>,
): readonly Finding[] {
  const shapes = new Map(base.spans.map((shape) => [shape.id, shape]));
  const present = new Set(head.spans.map(({ id }) => id));
  const ends = both.flatMap(({ was, is }) => {
    const callers = missing(was.callers, is.callers, base.rounds);
    const direct = new Set(Object.keys(was.parents).map((id) => shapes.get(id)?.service));
    const cut = callers.filter((caller) => caller !== was.service && direct.has(caller) && !lost.has(caller)).sort();
    return cut.length === 0 ? [] : [{ callers: cut, was, where: whereNow(is, head.rounds) }];
  });
  const cut = Map.groupBy(ends, ({ callers, was, where }) => JSON.stringify([callers, was.service, where]));
  return [
    ...[...cut.values()].flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const { callers, was, where } = first;
      const those = enumerated(group.map((one) => spanTitle(one.was)));
      const sentence = say`traces from ${enumerated(callers)} end before ${was.service}: ${those}, once below a span of theirs, ${literal(group.length === 1 ? "is" : "are")} ${where}`;
      return [broken(was.service, sentence)];
    }),
    ...both.flatMap(({ was, is }) =>
      ends.some((end) => end.was === was) ? [] : withinService(was, is, shapes, present, base.rounds, head.rounds),
    ),
    ...both.flatMap(({ was, is }) => {
      const links = missing(was.links, is.links, base.rounds).filter((to) => to !== "missing" && !lost.has(to));
      if (links.length === 0) return [];
      const sentence = say`${was.service}: ${spanTitle(was)} does not link to a span of ${enumerated(links)} any more`;
      return [broken(was.service, sentence)];
    }),
  ];
}

/** A span whose parent is still made, and not above it any more, but nothing is. */
function withinService(
  was: SpanShape,
  is: SpanShape,
  shapes: ReadonlyMap<string, SpanShape>,
  present: ReadonlySet<string>,
  before: number,
  after: number,
): readonly Finding[] {
  const orphaned = [is.parents.root, is.parents.missing].some((seen) => seen !== undefined && isSteady(seen, after));
  const wasOrphan = [was.parents.root, was.parents.missing].some(
    (seen) => seen !== undefined && isSteady(seen, before),
  );
  if (!orphaned || wasOrphan) return [];
  const parents = missing(was.parents, is.parents, before).filter((id) => present.has(id));
  const titles = parents.flatMap((id) => shapes.get(id) ?? []).map((shape) => `${shape.service} ${spanTitle(shape)}`);
  if (titles.length === 0) return [];
  const sentence = say`${was.service}: ${spanTitle(was)}, once below ${enumerated(titles)}, is ${whereNow(is, after)}`;
  return [broken(was.service, sentence)];
}

const whereNow = ({ parents, callers }: SpanShape, rounds: number): Sentence => {
  if (parents.root !== undefined && isSteady(parents.root, rounds)) return literal("at the top of a trace of its own");
  if (parents.missing !== undefined && isSteady(parents.missing, rounds))
    return literal("below a span that does not arrive");
  const others = Object.keys(callers).filter((caller) => caller !== "none");
  return others.length === 0 ? literal("below no other service") : say`below ${enumerated(others)} only`;
};

const broken = (service: string, sentence: Sentence): Finding => finding("broken-trace", "breaks", service, sentence);
