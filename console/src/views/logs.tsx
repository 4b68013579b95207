import { type FormEvent, useEffect, useMemo, useState } from "react";
import { stepFor } from "../../../boards-page/collect.ts";
import { countLogs, findLogs, followLogs, type LogEntry } from "../logs.ts";
import { Lines } from "../parts/lines.tsx";
import { LogTable } from "../parts/log-table.tsx";
import { Answer, Empty, Failed } from "../parts/states.tsx";
import { logsQuery } from "../search.ts";
import { reasonOf } from "../stores.ts";
import { changed } from "../url.ts";
import { useAsked, useShared } from "../use.ts";

const COUNTS = { kind: "stacked", title: "Records in each step, by severity", signals: [] } as const;
const LIMIT = 300;

/** Search in the logs, and follow what arrives. */
export function Logs() {
  const { stack, place, go, time, environment, service } = useShared();
  const { query } = place;
  const live = query.live === "1";
  const severity =
    query.severity === "warn" || query.severity === "error" || query.severity === "info" ? query.severity : undefined;
  const search = logsQuery({ environment, service, severity, traceId: query.trace, text: query.text });
  const step = stepFor(time.from, time.to, stack.metricsInterval);
  const key = `${search} ${time.from} ${time.to}`;
  const found = useAsked(live ? undefined : key, () => findLogs(search, time, LIMIT), search);
  const counts = useAsked(live ? undefined : key, () => countLogs(search, time, step), search);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    go(changed(place, { text: text("text"), trace: text("trace") }));
  };
  return (
    <>
      <h1>Logs</h1>
      <form className="form" onSubmit={submit} key={JSON.stringify([query.text, query.trace])}>
        <label className="grow">
          <span>Text</span>
          <input name="text" type="search" placeholder="words as they stand in the record" defaultValue={query.text} />
        </label>
        <label>
          <span>Severity</span>
          <select value={severity ?? ""} onChange={({ target }) => go(changed(place, { severity: target.value }))}>
            <option value="">All</option>
            <option value="info">Info and above</option>
            <option value="warn">Warnings and above</option>
            <option value="error">Errors</option>
          </select>
        </label>
        <label className="grow">
          <span>Trace id</span>
          <input
            name="trace"
            pattern="\s*[0-9a-fA-F]{32}\s*"
            title="32 hexadecimal digits"
            defaultValue={query.trace}
          />
        </label>
        <button type="submit" className="button main">
          Search
        </button>
        <button
          type="button"
          className="button"
          aria-pressed={live}
          onClick={() => go(changed(place, { live: live ? undefined : "1" }))}
        >
          {live ? "Stop following" : "Follow live"}
        </button>
      </form>
      {live ? (
        <Live key={search} search={search} />
      ) : (
        <>
          <div className="card">
            <Answer asked={counts} empty={(lines) => (lines.length === 0 ? "No records in this time." : undefined)}>
              {(lines) => <Lines panel={COUNTS} lines={lines} height={110} />}
            </Answer>
          </div>
          <Answer
            asked={found}
            empty={(lines) =>
              lines.length === 0 ? "Nothing was logged that fits. Take a longer time, or fewer conditions." : undefined
            }
          >
            {(lines) => (
              <div className="card">
                <div className="bar-of-list">
                  <span>{lines.length >= LIMIT ? `The newest ${LIMIT} records` : `${lines.length} records`}</span>
                  <code className="hint">{search}</code>
                </div>
                <LogTable lines={lines} />
              </div>
            )}
          </Answer>
        </>
      )}
    </>
  );
}

/** Records as they arrive, the newest first; they can be stopped where they stand, to be read. */
function Live({ search }: { readonly search: string }) {
  const [lines, setLines] = useState<readonly LogEntry[]>([]);
  const [arrived, setArrived] = useState(0);
  const [paused, setPaused] = useState<{ readonly lines: readonly LogEntry[]; readonly arrived: number }>();
  const [reason, setReason] = useState<string>();
  useEffect(() => {
    const ended = new AbortController();
    const take = (entry: LogEntry) => {
      setLines((before) => [entry, ...before].slice(0, LIMIT));
      setArrived((count) => count + 1);
    };
    followLogs(search, take, ended.signal).then(
      () => setReason("The log store ended the connection. Follow again."),
      (error: unknown) => ended.signal.aborted || setReason(reasonOf(error)),
    );
    return () => ended.abort();
  }, [search]);
  const shown = paused?.lines ?? lines;
  const sorted = useMemo(() => [...shown].sort((a, b) => b.at - a.at), [shown]);
  return (
    <>
      {reason === undefined ? null : <Failed reason={reason} />}
      <div className="card" aria-live="off">
        <div className="bar-of-list">
          <span className={paused === undefined ? "live" : undefined}>{paused === undefined ? "Live" : "Paused"}</span>
          <span>
            {paused === undefined ? `${arrived} records so far` : `${arrived - paused.arrived} newer records wait`}
          </span>
          <button
            type="button"
            className="button"
            onClick={() => setPaused(paused === undefined ? { lines, arrived } : undefined)}
          >
            {paused === undefined ? "Pause" : "Go on"}
          </button>
        </div>
        {sorted.length === 0 ? <Empty>Waiting for the next record …</Empty> : <LogTable lines={sorted} />}
      </div>
    </>
  );
}
