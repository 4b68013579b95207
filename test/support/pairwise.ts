/** Parameters of a matrix: the values of each, by name. */
export type Parameters = Readonly<Record<string, readonly string[]>>;
/** One value for each parameter. */
export type Row<P extends Parameters> = { readonly [K in keyof P]: P[K][number] };

/**
 * Rows in which every two allowed values of every two parameters meet at least once. Greedy and deterministic: each row begins with the first pair
 * that no row has yet, and takes for each other parameter the value that adds most pairs.
 * @param allowed judges a row that may be incomplete; every allowed pair must have an allowed row
 */
export function pairwise<P extends Parameters>(
  parameters: P,
  allowed: (part: Partial<Row<P>>) => boolean,
): readonly Row<P>[] {
  const names = Object.keys(parameters);
  const missing = new Map(
    names
      .flatMap((a, i) => names.slice(i + 1).flatMap((b) => pairsOf(parameters, a, b)))
      .filter((pair) => allowed(pair as Partial<Row<P>>))
      .map((pair) => [keyOf(pair), pair] as const),
  );
  const rows: Row<P>[] = [];
  for (let next = first(missing); next !== undefined; next = first(missing)) {
    let row: Readonly<Record<string, string>> = next;
    for (const name of names.filter((one) => !(one in row))) {
      const choices = (parameters[name] ?? [])
        .map((value) => ({ ...row, [name]: value }))
        .filter((choice) => allowed(choice as Partial<Row<P>>));
      const gains = choices.map((choice) => pairsWith(choice, name).filter((pair) => missing.has(pair)).length);
      const best = choices[gains.indexOf(Math.max(...gains))];
      if (best === undefined) throw new Error(`No value of ${name} is allowed beside ${JSON.stringify(row)}.`);
      row = best;
    }
    for (const name of names) for (const pair of pairsWith(row, name)) missing.delete(pair);
    rows.push(Object.fromEntries(names.map((name) => [name, row[name]])) as Row<P>);
  }
  return rows;
}

function pairsOf(parameters: Parameters, a: string, b: string): readonly Readonly<Record<string, string>>[] {
  return (parameters[a] ?? []).flatMap((x) => (parameters[b] ?? []).map((y) => ({ [a]: x, [b]: y })));
}

const keyOf = (pair: Readonly<Record<string, string>>): string => JSON.stringify(Object.entries(pair).sort());

/** Keys of all pairs in a row that have the parameter `name`. */
const pairsWith = (row: Readonly<Record<string, string>>, name: string): readonly string[] =>
  Object.keys(row)
    .filter((other) => other !== name)
    .map((other) => keyOf({ [name]: row[name] ?? "", [other]: row[other] ?? "" }));

const first = <V>(map: ReadonlyMap<string, V>): V | undefined => map.values().next().value;
