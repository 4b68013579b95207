import { checkFields, type Fields, jsonFields, text } from "./fields.ts";
import { type Answer, type Asked, Refusal } from "./server.ts";

/** What a v1 key may do, in the words of `/1/auth`. */
export const V1_RIGHTS = [
  "boards",
  "columns",
  "create_datasets",
  "events",
  "markers",
  "queries",
  "recipients",
  "slos",
  "triggers",
] as const;
export type Right = (typeof V1_RIGHTS)[number];

export interface Dataset {
  readonly name: string;
  readonly slug: string;
  deleteProtected: boolean;
  readonly columns: Map<string, Fields>;
}

export type Parts = Readonly<Record<string, string>>;
/** What a part of the fake answers, by method and path. */
export type Routes = Readonly<Record<string, (parts: Parts) => Answer>>;

/** One kind of thing that an environment has, by id. */
export type Shelf = Map<string, Fields>;

/** What the parts of the fake share about one environment. Things carry the slug of their dataset as `dataset_slug`. */
export interface Desk {
  readonly datasets: Map<string, Dataset>;
  readonly queries: Shelf;
  readonly annotations: Shelf;
  readonly boards: Shelf;
  readonly triggers: Shelf;
  readonly recipients: Shelf;
  readonly derivedColumns: Shelf;
  readonly slos: Shelf;
  readonly burnAlerts: Shelf;
  readonly markers: Shelf;
  readonly keys: Readonly<Record<string, readonly Right[]>>;
  /** The one dataset that holds metrics as time series; all others hold events. */
  readonly metricsDataset: string;
  /** Triggers the plan allows. */
  readonly maxTriggers: number;
  /** Whether the plan has SLOs. */
  readonly hasSlos: boolean;
  readonly next: (prefix: string) => string;
}

export const ALL = "__all__";

/** What the key of a request may do. */
export function rightsOf(desk: Desk, asked: Asked): readonly string[] {
  const key = asked.headers["x-honeycomb-team"];
  const known = typeof key === "string" ? desk.keys[key] : undefined;
  if (known === undefined) throw refusal(401, "unknown API key - check your credentials");
  return known;
}

export function demand(desk: Desk, asked: Asked, right: Right): void {
  if (!rightsOf(desk, asked).includes(right))
    throw refusal(401, `This API key does not have permission to manage ${right}.`);
}

export function datasetOf(desk: Desk, slug: unknown): Dataset {
  const found = desk.datasets.get(text(slug));
  if (found === undefined) throw refusal(404, "Dataset not found");
  return found;
}

/** The dataset exists, or the whole environment is meant. */
export function checkPlace(desk: Desk, slug: unknown): void {
  if (slug !== ALL) datasetOf(desk, slug);
}

export function bodyOf(asked: Asked, required: readonly string[], optional: readonly string[] = []): Fields {
  const fields = jsonFields(asked.body, unprocessable);
  checkFields(fields, { required, optional }, unprocessable);
  return fields;
}

/** The thing of that id, in that place. */
export function found(shelf: Shelf, { slug, id }: Parts, what: string): Fields {
  const one = shelf.get(id ?? "");
  if (one === undefined || (slug !== undefined && one.dataset_slug !== slug)) throw refusal(404, `${what} not found`);
  return one;
}

/** Every column that is named exists: in that dataset or, for the whole environment, in any. */
export function checkColumns(desk: Desk, slug: string, names: readonly string[]): void {
  const where = slug === ALL ? [...desk.datasets.values()] : [datasetOf(desk, slug)];
  const derived = [...desk.derivedColumns.values()]
    .filter(({ dataset_slug: place }) => place === ALL || place === slug)
    .map(({ alias }) => alias);
  const unknown = names.find(
    (name) => name !== "" && !derived.includes(name) && !where.some(({ columns }) => columns.has(name)),
  );
  if (unknown !== undefined) unprocessable(`unknown column "${unknown}"`);
}

/** Columns an expression names: `$duration_ms`, `$"with blanks"`. */
export const columnsIn = (expression: string): readonly string[] =>
  [...expression.matchAll(/\$(?:"([^"]+)"|([A-Za-z0-9_.]+))/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");

export const ok = (body: unknown, status = 200): Answer => ({ status, body });
export const gone: Answer = { status: 204 };
export const refusal = (status: number, error: string): Refusal => new Refusal(status, { status, error });

export function unprocessable(why: string): never {
  throw refusal(422, why);
}

export function checkLength(value: unknown, what: string, least: number, most: number): void {
  const { length } = text(value);
  if (length < least || length > most) unprocessable(`${what}: ${least} to ${most} characters`);
}

/** A thing as the API shows it: without the place the fake keeps it in. */
export const shown = ({ dataset_slug: _place, ...rest }: Fields): Fields => rest;

export { at, items as list } from "./fields.ts";
