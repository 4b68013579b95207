/** Where a person is: all of it stands in the address, so that a copied address shows the same. */
export interface Place {
  /** First part of the path: which view. */
  readonly view: string;
  /** Rest of the path, for example the id of a board. */
  readonly rest: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

export function placeOf(pathname: string, search: string): Place {
  const [view = "", ...rest] = pathname
    .split("/")
    .filter((part) => part !== "")
    .map((part) => decodeURIComponent(part));
  const query = Object.fromEntries(new URLSearchParams(search));
  // as Prometheus writes the address of an alert's query
  if (view === "graph") return { view: "metrics", rest, query: { query: query["g0.expr"] ?? "" } };
  return { view: view === "" ? "boards" : view, rest, query };
}

/** What views share, and links between them therefore keep. */
const SHARED = ["range", "from", "to", "refresh", "environment", "service"];

/**
 * Address of a view, with the time and variables of `from`.
 * @param change what is different there; undefined or empty takes a key away
 */
export function addressOf(
  from: Place,
  path: string,
  change: Readonly<Record<string, string | undefined>> = {},
): string {
  const kept = Object.entries(from.query).filter(([key]) => SHARED.includes(key));
  return withQuery(path, { ...Object.fromEntries(kept), ...change });
}

/** Address of the same view with something changed. */
export function changed(from: Place, change: Readonly<Record<string, string | undefined>>): string {
  const path = `/${[from.view, ...from.rest].map(encodeURIComponent).join("/")}`;
  return withQuery(path, { ...from.query, ...change });
}

function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const present = Object.entries(query).filter((entry): entry is [string, string] => (entry[1] ?? "") !== "");
  return present.length === 0 ? path : `${path}?${new URLSearchParams(present)}`;
}
