import type { Expression, Where } from "../model/expression.ts";
import { groupedBy } from "../model/expression.ts";
import { approximated, type Fidelity, worst } from "../model/fidelity.ts";
import { type Filter, spanColumn, spanFilters, toFilters } from "./honeycomb-filters.ts";
import {
  type Aggregate,
  type CalculationOp,
  type Compiled,
  compileTerm,
  type HoneycombPlace,
  type Term,
  type Time,
} from "./honeycomb-terms.ts";

/** With a name and filters of its own where a formula uses it: then the query itself has no filters. */
export interface Calculation {
  readonly op: CalculationOp;
  readonly column?: string;
  readonly name?: string;
  readonly filters?: readonly Filter[];
}

interface Named {
  readonly name: string;
  readonly expression: string;
}

/** A query specification as Honeycomb's API takes it. */
export interface HoneycombQuery {
  readonly calculations: readonly Calculation[];
  /** Computed for each event or series, before the calculations. */
  readonly calculated_fields?: readonly Named[];
  /** Computed from the calculations and shown instead of them. */
  readonly formulas?: readonly Named[];
  readonly filters?: readonly Filter[];
  readonly breakdowns?: readonly string[];
  readonly orders?: readonly {
    readonly op?: CalculationOp;
    readonly column?: string;
    readonly order: "ascending" | "descending";
  }[];
  readonly limit?: number;
  readonly time_range: number;
  /** Length of a graph's steps in seconds; over all the time, the query answers with one number a group. */
  readonly granularity?: number;
}

export interface CompiledHoneycomb {
  readonly place: HoneycombPlace;
  readonly query: HoneycombQuery;
  readonly fidelity: Fidelity;
}

/** A number and what it is called in the result. */
export interface Labelled {
  readonly label: string;
  readonly value: Expression;
}

/** An expression as a Honeycomb query, or why there is none. */
export function compileHoneycomb(value: Expression, scope: Where, time: Time): CompiledHoneycomb {
  return compileTogether([{ label: "value", value }], scope, time);
}

/** Several numbers in one query: as many as read the same place and are split alike, beginning with the first. */
export function compileTogether(numbers: readonly Labelled[], scope: Where, time: Time): CompiledHoneycomb {
  const [first, ...others] = numbers;
  if (first === undefined) throw new Error("A query asks for at least one number.");
  const place = placeOf(compileTerm(first.value, time));
  const shown = [first, ...others.filter(({ value }) => belongs(value, first.value, place, time))];
  const compiled = shown.map(({ label, value }) => ({ label, ...compileTerm(value, time) }));
  const left = numbers.length - shown.length;
  const breakdowns = groupedBy(first.value).map((name) => (place === "spans" ? spanColumn(name) : name));
  const written = write(compiled, place === "spans" ? spanFilters(scope) : toFilters(scope));
  const limit = first.value.op === "top" ? first.value.count : 50;
  return {
    place,
    fidelity: worst([
      ...compiled.map(({ fidelity }) => fidelity),
      ...(left === 0
        ? []
        : [
            approximated(
              `without ${left} of its ${numbers.length} numbers: one query reads one place and has one split`,
            ),
          ]),
    ]),
    query: {
      ...written.query,
      ...(breakdowns.length === 0
        ? {}
        : { breakdowns, orders: [{ ...written.first, order: "descending" as const }], limit }),
      time_range: time.seconds,
      granularity: time.step,
    },
  };
}

/** A constant is anywhere. */
const placeOf = ({ place }: Compiled): HoneycombPlace => place ?? "metrics";

function belongs(value: Expression, like: Expression, place: HoneycombPlace, time: Time): boolean {
  const compiled = compileTerm(value, time);
  if (compiled.fidelity.kind === "unsupported" || placeOf(compiled) !== place) return false;
  return groupedBy(value).join() === groupedBy(like).join();
}

interface Written {
  readonly query: Pick<HoneycombQuery, "calculations" | "calculated_fields" | "formulas" | "filters">;
  /** What groups are ordered by. */
  readonly first: { readonly op?: CalculationOp; readonly column?: string };
}

/**
 * One aggregate alone is a plain calculation. Anything else is named calculations, each with its own filters, and formulas over them.
 * Triggers refuse filters of the query beside named calculations, so boards do without too.
 */
function write(numbers: readonly (Compiled & { readonly label: string })[], scope: readonly Filter[]): Written {
  const [only, ...others] = numbers;
  const fields: Named[] = [];
  if (only !== undefined && others.length === 0 && only.term.kind === "aggregate") {
    const { op, of, filters } = only.term.aggregate;
    const column = of === undefined ? undefined : columnFor(of, only.label, fields);
    const calculation = { op, ...(column === undefined ? {} : { column }) };
    const all = [...scope, ...filters];
    return {
      query: {
        calculations: [calculation],
        ...(fields.length === 0 ? {} : { calculated_fields: fields }),
        ...(all.length === 0 ? {} : { filters: all }),
      },
      first: calculation,
    };
  }
  const calculations: Calculation[] = [];
  const formulas = numbers.map(({ label, term }, index) => {
    const alike = numbers.slice(0, index).filter((other) => slug(other.label) === slug(label)).length;
    const name = alike === 0 ? slug(label) : `${slug(label)}_${alike + 1}`;
    const names = new Map<Aggregate, string>();
    const nameOf = (aggregate: Aggregate): string => {
      const known = names.get(aggregate) ?? add(aggregate, `${name}_${names.size + 1}`);
      names.set(aggregate, known);
      return known;
    };
    return { name, expression: formula(term, nameOf) };
  });
  function add({ op, of, filters }: Aggregate, name: string): string {
    const column = of === undefined ? {} : { column: columnFor(of, name, fields) };
    const all = [...scope, ...filters];
    calculations.push({ op, ...column, name, ...(all.length === 0 ? {} : { filters: all }) });
    return name;
  }
  return {
    query: { calculations, ...(fields.length === 0 ? {} : { calculated_fields: fields }), formulas },
    first: { column: formulas[0]?.name ?? "" },
  };
}

/** The column of an aggregate; an expression becomes a calculated field, one for all that are alike. */
function columnFor(of: string, label: string, fields: Named[]): string {
  if (!of.includes("(")) return of;
  const known = fields.find(({ expression }) => expression === of);
  if (known !== undefined) return known.name;
  const name = `${slug(label)}_field`;
  fields.push({ name, expression: of });
  return name;
}

function formula(term: Term, nameOf: (aggregate: Aggregate) => string): string {
  switch (term.kind) {
    case "constant":
      return String(term.value);
    case "aggregate":
      return `$${nameOf(term.aggregate)}`;
    case "call":
      return `${term.name}(${term.parts.map((part) => formula(part, nameOf)).join(", ")})`;
    default:
      return term satisfies never;
  }
}

/** `Failed calls` -> `failed_calls`. */
function slug(label: string): string {
  return label
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
}
