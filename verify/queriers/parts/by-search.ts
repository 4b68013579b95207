import { type CountSearch, type Querier, type Span, soon, type Tally, type Window } from "../../query.ts";

/** All spans of at most `limit` traces in which a service has a span within the time. */
export type Search = (service: string, from: Date, to: Date, limit: number) => Promise<readonly Span[]>;

/** What a backend that can be searched answers; `perSearch`: how many traces a search hands out while counting. */
export function bySearch(search: Search, perSearch: number): Pick<Querier, "traces" | "countSpans"> {
  return {
    async traces({ service, since, limit }) {
      const spans = await search(service, since, soon(), limit);
      return spans.filter((span) => span.start >= since);
    },
    countSpans: (asked) =>
      countBySearch(({ from, to }) => search(asked.service, from, to, perSearch), asked, perSearch),
  };
}

/** Windows are not cut shorter than this. */
const SHORTEST_MS = 1000;

/**
 * Counts a service's spans where a backend can only be searched: the window is halved as long as a search returns as many
 * traces as it may, since there may then be more. What is still full at a second's length makes the count a lower bound.
 *
 * @param search all spans of at most `limit` traces that have a span within the window
 */
export async function countBySearch(
  search: (window: Window) => Promise<readonly Span[]>,
  { service, window }: CountSearch,
  limit: number,
): Promise<Tally> {
  // A trace that lasts longer than a part of the window is found in several.
  const own = new Set<string>();
  const isFull = async (part: Window): Promise<boolean> => {
    const spans = await search(part);
    for (const span of spans) {
      const inWindow = span.start >= window.from && span.start < window.to;
      if (span.service === service && inWindow) own.add(`${span.traceId}:${span.spanId}`);
    }
    if (new Set(spans.map(({ traceId }) => traceId)).size < limit) return false;
    if (part.to.getTime() - part.from.getTime() <= SHORTEST_MS) return true;
    const middle = new Date((part.from.getTime() + part.to.getTime()) / 2);
    const first = await isFull({ from: part.from, to: middle });
    return (await isFull({ from: middle, to: part.to })) || first;
  };
  const incomplete = await isFull(window);
  return { count: own.size, ...(incomplete ? { atLeast: true as const } : {}) };
}
