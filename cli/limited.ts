/** Runs a piece of work when its turn has come. */
export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

/** At most `most` pieces of work run at once; the others wait for their turn, in the order in which they came. */
export function limited(most: number): Limit {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
