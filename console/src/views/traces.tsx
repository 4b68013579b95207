import { type FormEvent, useState } from "react";
import type { Trace } from "../../../boards-page/model.ts";
import { findTraces, jaegerOperations, jaegerServices } from "../../../boards-page/stores/traces.ts";
import { Answer } from "../parts/states.tsx";
import { TraceList } from "../parts/trace-list.tsx";
import { attributesIn } from "../search.ts";
import { STORES } from "../stores.ts";
import { counted } from "../time.ts";
import { addressOf, changed } from "../url.ts";
import { useAsked, useLink, useShared } from "../use.ts";

const LIMIT = 50;

/** Search for traces; two of them can be compared. */
export function Traces() {
  const { place, go, time, service } = useShared();
  const link = useLink();
  const { query } = place;
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const failed = query.failed === "1";
  const subject = JSON.stringify([service, query.operation, query.min, query.max, failed, query.with]);
  const found = useAsked(
    `${subject} ${time.from} ${time.to}`,
    () =>
      findTraces(STORES.jaeger, {
        ...time,
        ...(service === undefined ? {} : { service }),
        ...(service === undefined || query.operation === undefined ? {} : { operation: query.operation }),
        ...(query.min === undefined ? {} : { minSeconds: Number(query.min) / 1000 }),
        ...(query.max === undefined ? {} : { maxSeconds: Number(query.max) / 1000 }),
        tags: attributesIn(query.with ?? ""),
        failed,
        limit: LIMIT,
      }),
    subject,
  );
  const sorted = (traces: readonly Trace[]) =>
    query.sort === "longest" ? [...traces].sort((a, b) => durationOf(b) - durationOf(a)) : traces;
  const toggle = (id: string) =>
    setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen.slice(-1), id]);
  return (
    <>
      <h1>Traces</h1>
      <SearchForm />
      <Answer
        asked={found}
        empty={(traces) =>
          traces.length === 0
            ? `No ${failed ? "failed " : ""}trace was found in this time. Take a longer time, or fewer conditions.`
            : undefined
        }
      >
        {(traces) => (
          <div className="card">
            <div className="bar-of-list">
              <span>{traces.length === LIMIT ? `The newest ${LIMIT} traces` : counted(traces.length, "trace")}</span>
              <label>
                <span>Order</span>
                <select value={query.sort ?? ""} onChange={({ target }) => go(changed(place, { sort: target.value }))}>
                  <option value="">Newest first</option>
                  <option value="longest">Longest first</option>
                </select>
              </label>
              {chosen.length === 2 ? (
                <a className="button" {...link(addressOf(place, `/compare/${chosen.join("/")}`))}>
                  Compare the two
                </a>
              ) : (
                <span className="hint">Tick two to compare them</span>
              )}
            </div>
            <TraceList
              traces={sorted(traces)}
              choose={(trace, name) => (
                <input
                  type="checkbox"
                  aria-label={`Compare ${name}`}
                  checked={chosen.includes(trace.id)}
                  onChange={() => toggle(trace.id)}
                />
              )}
            />
          </div>
        )}
      </Answer>
    </>
  );
}

/** What is searched for. Every choice is in the address; a trace id leads to that trace. */
function SearchForm() {
  const { place, go, service } = useShared();
  const { query } = place;
  const services = useAsked("services", () => jaegerServices(STORES.jaeger));
  const operations = useAsked(
    service === undefined ? undefined : `operations of ${service}`,
    () => jaegerOperations(STORES.jaeger, service ?? ""),
    service,
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    if (text("id") !== "") return go(addressOf(place, `/traces/${text("id")}`));
    go(changed(place, { min: text("min"), max: text("max"), with: text("with") }));
  };
  return (
    <form className="form" onSubmit={submit} key={JSON.stringify([query.min, query.max, query.with])}>
      <label>
        <span>Service</span>
        <select
          value={service ?? ""}
          onChange={({ target }) => go(changed(place, { service: target.value, operation: undefined }))}
        >
          <option value="">All</option>
          {[...new Set([...(service === undefined ? [] : [service]), ...(services.data ?? [])])].sort().map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        <span>Operation</span>
        <select
          value={query.operation ?? ""}
          disabled={service === undefined}
          title={service === undefined ? "Choose a service first" : undefined}
          onChange={({ target }) => go(changed(place, { operation: target.value }))}
        >
          <option value="">All</option>
          {(operations.data ?? []).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        <span>At least, ms</span>
        <input name="min" type="number" min="0" defaultValue={query.min} />
      </label>
      <label>
        <span>At most, ms</span>
        <input name="max" type="number" min="0" defaultValue={query.max} />
      </label>
      <label className="grow">
        <span>Attributes</span>
        <input name="with" placeholder='http.route=/api/games user="a b"' defaultValue={query.with} />
      </label>
      <label className="grow">
        <span>Trace id</span>
        <input name="id" pattern="\s*[0-9a-fA-F]{16,32}\s*" title="16 to 32 hexadecimal digits" />
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={query.failed === "1"}
          onChange={({ target }) => go(changed(place, { failed: target.checked ? "1" : undefined }))}
        />
        <span>Failed only</span>
      </label>
      <button type="submit" className="button main">
        Search
      </button>
    </form>
  );
}

function durationOf({ spans }: Trace): number {
  return Math.max(...spans.map((span) => span.start + span.duration)) - Math.min(...spans.map((span) => span.start));
}
