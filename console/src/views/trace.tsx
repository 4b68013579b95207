import { useState } from "react";
import { formatValue } from "../../../boards-page/format.ts";
import type { Trace, TraceSpan } from "../../../boards-page/model.ts";
import { LINES, NEUTRAL } from "../../../boards-page/palette.ts";
import { traceById } from "../../../boards-page/stores/traces.ts";
import { inOrder, rootOf } from "../../../boards-page/waterfall.ts";
import { findLogs } from "../logs.ts";
import { LogTable } from "../parts/log-table.tsx";
import { Answer, Empty } from "../parts/states.tsx";
import { logsQuery } from "../search.ts";
import { STORES } from "../stores.ts";
import { around, counted, timeOf } from "../time.ts";
import { addressOf, changed } from "../url.ts";
import { useAsked, useLink, useShared } from "../use.ts";

/** One trace: where its time went, what its statements were, what was logged meanwhile. */
export function TraceView({ id }: { readonly id: string }) {
  const asked = useAsked(`trace ${id}`, () => traceById(STORES.jaeger, id), id);
  return <Answer asked={asked}>{(trace) => <Found trace={trace} />}</Answer>;
}

const TABS = { spans: "Spans", sql: "SQL", logs: "Logs" };

function Found({ trace }: { readonly trace: Trace }) {
  const { place } = useShared();
  const link = useLink();
  const root = rootOf(trace);
  const { begin, whole } = extentOf(trace);
  const services = [...new Set(trace.spans.map((span) => span.service))];
  const failed = trace.spans.filter((span) => span.failed);
  const statements = trace.spans.filter((span) => statementOf(span) !== undefined);
  const tab = place.query.tab ?? "spans";
  const counts: Readonly<Record<string, number>> = { spans: trace.spans.length, sql: statements.length };
  return (
    <>
      <h1>
        {root.service}: {root.name}
      </h1>
      <p className="question">
        {timeOf(begin / 1000)}, {formatValue(whole / 1e6, "s")}, {counted(trace.spans.length, "span")} in{" "}
        {counted(services.length, "service")}
        {failed.length > 0 ? <strong className="bad">, {failed.length} failed</strong> : null}
        <br />
        <code>{trace.id}</code>
      </p>
      <div className="tabs" role="tablist" aria-label="Parts of the trace">
        {Object.entries(TABS).map(([name, title]) => (
          <a
            key={name}
            role="tab"
            aria-selected={tab === name}
            {...link(changed(place, { tab: name === "spans" ? undefined : name }))}
          >
            {title}
            {counts[name] === undefined ? "" : ` ${counts[name]}`}
          </a>
        ))}
        <a className="aside" {...link(addressOf(place, "/traces", { service: root.service, ...around(begin / 1000) }))}>
          Traces of {root.service} at that time
        </a>
      </div>
      <div className="card" role="tabpanel">
        {tab === "logs" ? (
          <LogsOf trace={trace} />
        ) : tab === "sql" ? (
          <Statements spans={statements} />
        ) : (
          <Waterfall trace={trace} services={services} />
        )}
      </div>
    </>
  );
}

/** Beginning and length of a trace, in microseconds. */
export function extentOf({ spans }: Trace): { begin: number; whole: number } {
  const begin = Math.min(...spans.map((span) => span.start));
  return { begin, whole: Math.max(1, Math.max(...spans.map((span) => span.start + span.duration)) - begin) };
}

function Waterfall({ trace, services }: { readonly trace: Trace; readonly services: readonly string[] }) {
  const { place, go } = useShared();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const { begin, whole } = extentOf(trace);
  const placed = inOrder(trace.spans);
  const parents = new Set(trace.spans.flatMap((span) => span.parent ?? []));
  const hidden = new Set<string>();
  for (const { span } of placed) {
    if (span.parent !== undefined && (hidden.has(span.parent) || closed.has(span.parent))) hidden.add(span.id);
  }
  const toggle = (id: string) => {
    const next = new Set(closed);
    if (!next.delete(id)) next.add(id);
    setClosed(next);
  };
  const open = place.query.span;
  return (
    <div className="waterfall">
      <div className="ruler" aria-hidden="true">
        <span />
        <div>
          {[0, 0.25, 0.5, 0.75].map((part) => (
            <em key={part} style={{ left: `${part * 100}%` }}>
              {formatValue((whole * part) / 1e6, "s")}
            </em>
          ))}
        </div>
      </div>
      {placed
        .filter(({ span }) => !hidden.has(span.id))
        .map(({ span, depth }) => {
          const left = ((span.start - begin) / whole) * 100;
          const width = Math.min(Math.max(0.4, (span.duration / whole) * 100), 100 - left);
          const colour = LINES[services.indexOf(span.service) % LINES.length] ?? NEUTRAL;
          return (
            <div key={span.id} className={`span${span.failed ? " failed" : ""}`}>
              <div className="line">
                <div className="name" style={{ paddingLeft: `${Math.min(depth, 10) * 12}px` }}>
                  {parents.has(span.id) ? (
                    <button
                      type="button"
                      className="fold"
                      aria-expanded={!closed.has(span.id)}
                      aria-label={`Spans below ${span.name}`}
                      onClick={() => toggle(span.id)}
                    >
                      {closed.has(span.id) ? "▸" : "▾"}
                    </button>
                  ) : (
                    <span className="fold" />
                  )}
                  <i style={{ background: colour }} />
                  <button
                    type="button"
                    aria-expanded={open === span.id}
                    onClick={() => go(changed(place, { span: open === span.id ? undefined : span.id }), "replace")}
                  >
                    <b>{span.service}</b> {span.name}
                    {span.failed ? <strong className="bad"> failed</strong> : null}
                  </button>
                </div>
                <div className="track" aria-hidden="true">
                  <i style={{ left: `${left}%`, width: `${width}%`, background: colour }} />
                  <em {...labelPlace(left, width)}>{formatValue(span.duration / 1e6, "s")}</em>
                </div>
              </div>
              {open === span.id ? <Details span={span} begin={begin} /> : null}
            </div>
          );
        })}
    </div>
  );
}

/** Right of the bar; left of it, or inside, where there is no room. In percent of the track. */
function labelPlace(left: number, width: number) {
  if (left + width <= 75) return { style: { left: `${left + width}%` } };
  return left > 25 ? { style: { right: `${100 - left}%` } } : { className: "inside" };
}

function Details({ span, begin }: { readonly span: TraceSpan; readonly begin: number }) {
  const statement = statementOf(span);
  return (
    <div className="details">
      <p>
        Began {formatValue((span.start - begin) / 1e6, "s")} after the trace, took{" "}
        {formatValue(span.duration / 1e6, "s")}.
      </p>
      {statement === undefined ? null : <pre>{statement}</pre>}
      {span.events.map((event) => (
        <div key={`${event.at} ${event.name}`} className="event">
          <b>{event.name}</b> after {formatValue((event.at - span.start) / 1e6, "s")}
          <Attributes of={event.attributes} />
        </div>
      ))}
      <Attributes of={span.attributes} title="Attributes" />
      <details>
        <summary>Resource</summary>
        <Attributes of={span.resource} />
      </details>
    </div>
  );
}

function Attributes({ of, title }: { readonly of: Readonly<Record<string, string>>; readonly title?: string }) {
  return (
    <>
      {title === undefined ? null : <h3>{title}</h3>}
      <table className="attributes">
        <tbody>
          {Object.entries(of)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, value]) => (
              <tr key={key}>
                <th scope="row">{key}</th>
                <td className="mono">{value}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </>
  );
}

/** What a span asked a database; undefined where it did not say. */
export function statementOf({ attributes }: TraceSpan): string | undefined {
  return attributes["db.query.text"] ?? attributes["db.statement"];
}

function Statements({ spans }: { readonly spans: readonly TraceSpan[] }) {
  const { place } = useShared();
  const link = useLink();
  if (spans.length === 0) return <Empty>No span of this trace carries a statement.</Empty>;
  return (
    <ol className="statements">
      {[...spans]
        .sort((a, b) => a.start - b.start)
        .map((span) => (
          <li key={span.id}>
            <a {...link(changed(place, { tab: undefined, span: span.id }))}>
              <b>{span.service}</b> {span.attributes["db.system.name"] ?? span.attributes["db.system"] ?? ""}{" "}
              {formatValue(span.duration / 1e6, "s")}
            </a>
            {span.failed ? <strong className="bad"> failed</strong> : null}
            <pre>{statementOf(span)}</pre>
          </li>
        ))}
    </ol>
  );
}

function LogsOf({ trace }: { readonly trace: Trace }) {
  const { place, environment } = useShared();
  const link = useLink();
  const { begin, whole } = extentOf(trace);
  const asked = useAsked(`logs of ${trace.id}`, () =>
    findLogs(logsQuery({ environment, traceId: trace.id }), {
      from: begin / 1000 - 60_000,
      to: (begin + whole) / 1000 + 60_000,
    }),
  );
  return (
    <Answer asked={asked} empty={(lines) => (lines.length === 0 ? "Nothing was logged within this trace." : undefined)}>
      {(lines) => (
        <>
          <LogTable lines={[...lines].reverse()} />
          <a {...link(addressOf(place, "/logs", { trace: trace.id, ...around(begin / 1000) }))}>Open in the log view</a>
        </>
      )}
    </Answer>
  );
}
