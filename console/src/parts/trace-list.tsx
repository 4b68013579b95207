import type { ReactNode } from "react";
import { formatValue } from "../../../boards-page/format.ts";
import type { Trace } from "../../../boards-page/model.ts";
import { rootOf } from "../../../boards-page/waterfall.ts";
import { counted, timeOf } from "../time.ts";
import { addressOf } from "../url.ts";
import { useLink, useShared } from "../use.ts";

/** Traces, one a line; `choose` adds something in front of each. */
export function TraceList(args: {
  readonly traces: readonly Trace[];
  readonly choose?: (trace: Trace, name: string) => ReactNode;
}) {
  const { place } = useShared();
  const link = useLink();
  const roots = args.traces.map((trace) => ({ trace, root: rootOf(trace) }));
  const longest = Math.max(...roots.map(({ root }) => root.duration), 1);
  return (
    <ul className="traces">
      {roots.map(({ trace, root }) => {
        const failed = trace.spans.some((span) => span.failed);
        const name = `${root.service}: ${root.name}`;
        return (
          <li key={trace.id}>
            {args.choose?.(trace, name)}
            <a {...link(addressOf(place, `/traces/${trace.id}`))}>
              <time>{timeOf(root.start / 1000)}</time>
              <span className="what">
                <b>{root.service}</b> {root.name} {failed ? <strong className="bad">failed</strong> : null}
                <small>
                  {counted(trace.spans.length, "span")} ·{" "}
                  {[...new Set(trace.spans.map((span) => span.service))].join(", ")}
                </small>
              </span>
              <span className="took">
                {formatValue(root.duration / 1e6, "s")}
                <i style={{ width: `${(root.duration / longest) * 100}%` }} className={failed ? "bad" : ""} />
              </span>
            </a>
          </li>
        );
      })}
    </ul>
  );
}
