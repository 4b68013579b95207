import { formatValue } from "../../../boards-page/format.ts";
import type { Trace } from "../../../boards-page/model.ts";
import { traceById } from "../../../boards-page/stores/traces.ts";
import { rootOf } from "../../../boards-page/waterfall.ts";
import { compareTraces } from "../compare-traces.ts";
import { Answer } from "../parts/states.tsx";
import { STORES } from "../stores.ts";
import { timeOf } from "../time.ts";
import { addressOf } from "../url.ts";
import { useAsked, useLink, useShared } from "../use.ts";

/** Two traces beside each other, operation by operation. */
export function Compare({ ids }: { readonly ids: readonly [string, string] }) {
  const { place } = useShared();
  const link = useLink();
  const key = ids.join(" ");
  const asked = useAsked(key, () => Promise.all(ids.map((id) => traceById(STORES.jaeger, id))), key);
  return (
    <>
      <h1>Two traces compared</h1>
      <p className="question">Where does the second differ from the first? Largest difference in time first.</p>
      <Answer asked={asked}>
        {([a, b]) =>
          a === undefined || b === undefined ? null : (
            <>
              <div className="two">
                {[a, b].map((trace, index) => (
                  <a key={trace.id} className="card" {...link(addressOf(place, `/traces/${trace.id}`))}>
                    <b>{index === 0 ? "First" : "Second"}</b>
                    <Summary trace={trace} />
                  </a>
                ))}
              </div>
              <div className="card scroll-x">
                <table>
                  <thead>
                    <tr>
                      <th>operation</th>
                      <th className="n">spans</th>
                      <th className="n">time in the first</th>
                      <th className="n">in the second</th>
                      <th className="n">difference</th>
                    </tr>
                  </thead>
                  <tbody>
                    {compareTraces(a, b).map((row) => (
                      <tr key={`${row.service} ${row.name}`}>
                        <td>
                          <b>{row.service}</b> {row.name}
                        </td>
                        <td className={row.first.count === row.second.count ? "n" : "n warn"}>
                          {row.first.count} : {row.second.count}
                        </td>
                        <td className="n">{row.first.count === 0 ? "–" : formatValue(row.first.micros / 1e6, "s")}</td>
                        <td className="n">
                          {row.second.count === 0 ? "–" : formatValue(row.second.micros / 1e6, "s")}
                        </td>
                        <td className={row.difference > 0 ? "n bad" : "n good"}>
                          {row.difference > 0 ? "+" : ""}
                          {formatValue(row.difference / 1e6, "s")}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </>
          )
        }
      </Answer>
    </>
  );
}

function Summary({ trace }: { readonly trace: Trace }) {
  const root = rootOf(trace);
  return (
    <span>
      {root.service}: {root.name}
      <br />
      {timeOf(root.start / 1000)}, {formatValue(root.duration / 1e6, "s")}, {trace.spans.length} spans
      {trace.spans.some((span) => span.failed) ? <strong className="bad"> failed</strong> : null}
    </span>
  );
}
