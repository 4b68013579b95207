import { useMemo } from "react";
import { stepFor } from "../../../boards-page/collect.ts";
import type { Line } from "../../../boards-page/model.ts";
import { getJson } from "../../../boards-page/stores/http.ts";
import { linesOf } from "../../../boards-page/stores/vectors.ts";
import { Lines } from "../parts/lines.tsx";
import { PromqlEditor } from "../parts/promql-editor.tsx";
import { Answer, Empty } from "../parts/states.tsx";
import { STORES } from "../stores.ts";
import { changed } from "../url.ts";
import { useAsked, useShared } from "../use.ts";

const LINES_AT_MOST = 20;

/** Any query in PromQL, over time and as numbers. */
export function Metrics() {
  const { stack, place, go, time } = useShared();
  const query = place.query.query ?? "";
  const step = stepFor(time.from, time.to, stack.metricsInterval);
  const asked = useAsked(
    query.trim() === "" ? undefined : `${query} ${time.from} ${time.to}`,
    async () => {
      const answer = await getJson(STORES.prometheus, "/api/v1/query_range", {
        query,
        start: String(time.from / 1000),
        end: String(time.to / 1000),
        step: String(step),
      });
      return linesOf(answer, seriesName);
    },
    query,
  );
  const panel = useMemo(() => ({ kind: "lines", title: query, signals: [] }) as const, [query]);
  return (
    <>
      <h1>Metrics</h1>
      <PromqlEditor key={query} query={query} run={(text) => go(changed(place, { query: text }))} />
      {query.trim() === "" ? (
        <Empty>
          Write a query in PromQL and run it: names of metrics and labels are completed while you type. Each chart of
          the boards leads here with its own query.
        </Empty>
      ) : (
        <Answer
          asked={asked}
          empty={(lines) => (lines.length === 0 ? "The query gives no series in this time." : undefined)}
        >
          {(lines) => (
            <div className="card">
              <Lines panel={panel} lines={lines} height={330} atMost={LINES_AT_MOST} />
              <Series lines={lines} />
            </div>
          )}
        </Answer>
      )}
    </>
  );
}

function Series({ lines }: { readonly lines: readonly Line[] }) {
  const last = ({ points }: Line): number => points.at(-1)?.[1] ?? Number.NaN;
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th>
              {lines.length > LINES_AT_MOST ? `${lines.length} series, the ${LINES_AT_MOST} highest drawn` : "series"}
            </th>
            <th className="n">last value</th>
          </tr>
        </thead>
        <tbody>
          {[...lines]
            .sort((a, b) => last(b) - last(a))
            .slice(0, 500)
            .map((line) => (
              <tr key={line.name}>
                <td className="mono">{line.name}</td>
                <td className="n">{Number(last(line).toPrecision(6))}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

/** A series as Prometheus writes it. */
function seriesName({ __name__ = "", ...labels }: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return pairs.length === 0 && __name__ !== "" ? __name__ : `${__name__}{${pairs.join(", ")}}`;
}
