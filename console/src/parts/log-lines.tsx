import type { LogLine } from "../../../boards-page/model.ts";
import { timeOf } from "../time.ts";
import { addressOf } from "../url.ts";
import { useLink, useShared } from "../use.ts";

/** Log records of a panel, each with the way to its trace. */
export function LogLines({ lines }: { readonly lines: readonly LogLine[] }) {
  const { place } = useShared();
  const link = useLink();
  return (
    <div className="scroll log">
      {lines.slice(0, 60).map((line) => (
        <div key={`${line.at} ${line.service} ${line.traceId} ${line.text}`}>
          <time>{timeOf(line.at)}</time> <b className={line.severity.toUpperCase()}>{line.severity}</b>{" "}
          <b>{line.service}</b> {line.text.slice(0, 400)}{" "}
          {line.traceId === "" ? null : <a {...link(addressOf(place, `/traces/${line.traceId}`))}>trace</a>}
        </div>
      ))}
    </div>
  );
}
