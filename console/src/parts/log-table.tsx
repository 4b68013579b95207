import { useState } from "react";
import type { LogEntry } from "../logs.ts";
import { timeOf } from "../time.ts";
import { addressOf, changed } from "../url.ts";
import { useLink, useShared } from "../use.ts";

/** Log records, each opening to all its fields. */
export function LogTable({ lines }: { readonly lines: readonly LogEntry[] }) {
  const { place, go } = useShared();
  const link = useLink();
  const [open, setOpen] = useState<string>();
  return (
    <ul className="rows log">
      {keyed(lines).map(({ key, line }) => (
        <li key={key}>
          <button type="button" aria-expanded={open === key} onClick={() => setOpen(open === key ? undefined : key)}>
            <time>{timeOf(line.at)}</time>{" "}
            <b className={`level ${line.severity.toUpperCase()}`}>{line.severity || "–"}</b> <b>{line.service}</b>{" "}
            {line.text}
          </button>
          {line.traceId === "" ? null : (
            <a {...link(addressOf(place, `/traces/${line.traceId}`, line.spanId === "" ? {} : { span: line.spanId }))}>
              trace
            </a>
          )}
          {open === key ? (
            <div className="details">
              <p>
                <button type="button" className="button" onClick={() => go(changed(place, { service: line.service }))}>
                  Only {line.service}
                </button>
              </p>
              <table className="attributes">
                <tbody>
                  {Object.entries({
                    time: new Date(line.at).toISOString(),
                    ...(line.traceId !== "" && { trace_id: line.traceId, span_id: line.spanId }),
                    ...line.fields,
                  })
                    .sort(([a], [b]) => (a < b ? -1 : 1))
                    .map(([name, value]) => (
                      <tr key={name}>
                        <th scope="row">{name}</th>
                        <td className="mono">{value}</td>
                      </tr>
                    ))}
                </tbody>
              </table>
            </div>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

/** A name for each record that stays when others arrive before it. */
function keyed(lines: readonly LogEntry[]): readonly { readonly key: string; readonly line: LogEntry }[] {
  const seen = new Map<string, number>();
  return lines.map((line) => {
    const name = `${line.at} ${line.service} ${line.spanId} ${line.text}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { key: `${name} ${count}`, line };
  });
}
