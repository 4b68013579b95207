import { createHash } from "node:crypto";
import { type Json, list, object, text } from "../../verify/json.ts";
import { isSteady } from "../steady.ts";
import { MOST_VALUES, SPAN_KINDS, type SpanNames, type SpanShape } from "./model.ts";
import { fieldsOf, type Leaf, leavesOf, millis, TRACES } from "./otlp.ts";
import { Count, Counts, Fields, obtain } from "./seen.ts";
import { normalName } from "./span-name.ts";

interface Span extends Leaf {
  readonly shape: string;
  readonly name: string;
  readonly kind: string;
  readonly trace: string;
  readonly parent: string;
}

const ERROR = 2;

/** @param roundOf which use of the application a moment (milliseconds) belongs to; negative before the first */
export function spanShapes(
  requests: readonly Json[],
  roundOf: (at: number) => number,
  rounds: number,
): { readonly spans: readonly SpanShape[]; readonly names: readonly SpanNames[] } {
  const spans = [...leavesOf(requests, TRACES)].map(spanOf);
  const byId = new Map(spans.map((span) => [`${span.trace}:${text(span.item.spanId)}`, span]));
  const above = (span: Span): Span | undefined => byId.get(`${span.trace}:${span.parent}`);
  const shapes = new Map<string, Shape>();
  const names = new Map<string, Names>();
  for (const span of spans) {
    const round = roundOf(millis(span.item.startTimeUnixNano));
    const shape = obtain(shapes, span.shape, () => new Shape(span));
    shape.add(span, round);
    const parent = above(span);
    shape.parents.add(span.parent === "" ? "root" : (parent?.shape ?? "missing"), round);
    shape.callers.add(callerOf(span, above), round);
    for (const link of list(span.item.links).map(object))
      shape.links.add(byId.get(`${text(link.traceId)}:${text(link.spanId)}`)?.service ?? "missing", round);
    obtain(names, JSON.stringify([span.service, span.scope, span.kind]), () => new Names(span)).add(span.name, round);
  }
  return {
    spans: [...shapes.values()].map((shape) => shape.result(rounds)).sort(byKey(({ id }) => id)),
    names: [...names.values()]
      .map((one) => one.result)
      .sort(byKey(({ service, scope, kind }) => JSON.stringify([service, scope, kind]))),
  };
}

const byKey =
  <T>(keyOf: (one: T) => string) =>
  (a: T, b: T): number =>
    keyOf(a) < keyOf(b) ? -1 : 1;

function spanOf(leaf: Leaf): Span {
  const { item, service, scope } = leaf;
  const kind = SPAN_KINDS[Number(item.kind ?? 0)] ?? "unspecified";
  const name = text(item.name);
  const shape = createHash("sha256")
    .update(JSON.stringify([service, scope, kind, normalName(name)]))
    .digest("hex")
    .slice(0, 12);
  return { ...leaf, shape, name, kind, trace: text(item.traceId), parent: text(item.parentSpanId) };
}

/** The service of the nearest span above that is another's. */
function callerOf(span: Span, above: (span: Span) => Span | undefined): string {
  const passed = new Set<Span>();
  for (let next = above(span); next !== undefined && !passed.has(next); next = above(next)) {
    if (next.service !== span.service) return next.service;
    passed.add(next);
  }
  return "none";
}

class Shape {
  readonly #count = new Count();
  readonly #names = new Set<string>();
  readonly #errors = new Count();
  readonly #attributes = new Fields();
  readonly #events = new Counts();
  readonly parents = new Counts();
  readonly callers = new Counts();
  readonly links = new Counts();
  readonly #first: Span;

  constructor(first: Span) {
    this.#first = first;
  }

  add({ item, name }: Span, round: number): void {
    this.#count.add(round);
    if (this.#names.size < MOST_VALUES) this.#names.add(name);
    if (Number(object(item.status).code ?? 0) === ERROR) this.#errors.add(round);
    this.#attributes.add(fieldsOf(item.attributes), round);
    for (const event of list(item.events).map(object)) this.#events.add(text(event.name), round);
  }

  result(rounds: number): SpanShape {
    const { shape: id, service, kind, scope, name } = this.#first;
    const seen = this.#count.seen;
    return {
      id,
      service,
      kind,
      scope,
      ...(isSteady(seen, rounds) && { name: normalName(name) }),
      names: this.#names.size,
      ...seen,
      attributes: this.#attributes.uses,
      parents: this.parents.seen,
      callers: this.callers.seen,
      links: this.links.seen,
      events: this.#events.seen,
      errors: this.#errors.seen,
    };
  }
}

class Names {
  readonly #count = new Count();
  readonly #names = new Set<string>();
  readonly #of: Pick<SpanNames, "service" | "scope" | "kind">;

  constructor({ service, scope, kind }: Span) {
    this.#of = { service, scope, kind };
  }

  add(name: string, round: number): void {
    this.#count.add(round);
    if (this.#names.size < MOST_VALUES) this.#names.add(name);
  }

  get result(): SpanNames {
    return { ...this.#of, ...this.#count.seen, names: this.#names.size };
  }
}
