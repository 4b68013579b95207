import { checkFields, type Fields, isFields } from "./fields.ts";
import { Refusal } from "./server.ts";

/** One kind of thing of an account, by id. */
export type Shelf = Map<string, Fields>;

/** What the parts of the fake share about one account. */
export interface Desk {
  readonly accountId: number;
  /** Services whose telemetry has arrived: they have entities. */
  readonly services: readonly string[];
  readonly dashboards: Shelf;
  readonly policies: Shelf;
  readonly conditions: Shelf;
  readonly destinations: Shelf;
  readonly channels: Shelf;
  readonly workflows: Shelf;
  readonly serviceLevels: Shelf;
  readonly deployments: Fields[];
  readonly next: () => string;
}

export type Operations = Readonly<Record<string, (variables: Fields) => unknown>>;

/** GraphQL answers 200 with `errors` where a REST API would refuse. */
export const graphError = (message: string, errorClass: string): Refusal =>
  new Refusal(200, { data: null, errors: [{ message, extensions: { errorClass } }] });

export function invalid(why: string): never {
  throw graphError(why, "BAD_USER_INPUT");
}

export function known(value: unknown, required: readonly string[], optional: readonly string[] = []): Fields {
  if (!isFields(value)) return invalid("an input object is missing");
  checkFields(value, { required, optional }, invalid);
  return value;
}

export function ofAccount(desk: Desk, id: unknown): void {
  if (Number(id) !== desk.accountId)
    throw graphError("User is not authorized to perform this action.", "AUTHORIZATION");
}

export function found(shelf: Shelf, id: unknown, what: string): Fields {
  const one = shelf.get(String(id));
  if (one === undefined) throw graphError(`${what} not found`, "NOT_FOUND");
  return one;
}

/** Guid of an entity, as New Relic makes it. */
export const guidOf = (desk: Desk, kind: string, id: string): string =>
  Buffer.from(`${desk.accountId}|${kind}|${id}`).toString("base64").replace(/=+$/, "");

export const serviceGuid = (desk: Desk, name: string): string => guidOf(desk, "EXT|SERVICE", name);

export { at, items } from "./fields.ts";
