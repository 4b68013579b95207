/** Runs a task when a place is free, and gives the place back afterwards. */
export type Lane = <T>(task: () => Promise<T>) => Promise<T>;

/** At most `places` tasks at a time, in the order in which they came. */
export function createLane(places: number): Lane {
  const waiting: (() => void)[] = [];
  let free = places;
  return async (task) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
