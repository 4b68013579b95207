import { labelValues } from "../stores.ts";
import { DEFAULT_RANGE, localInput, RANGES, REFRESHES } from "../time.ts";
import { changed } from "../url.ts";
import { useAsked, useShared } from "../use.ts";

type Theme = "system" | "light" | "dark";

/** Time, refresh, environment and service: the same for every view, and part of the address. */
export function Toolbar(args: {
  readonly refresh: () => void;
  readonly theme: Theme;
  readonly setTheme: (theme: Theme) => void;
}) {
  const { place, go, stack, time, environment, service } = useShared();
  const { query } = place;
  const set = (change: Readonly<Record<string, string | undefined>>) => go(changed(place, change));
  const fixed = query.from !== undefined;
  const environments = useAsked("environments", () => labelValues("deployment_environment_name", time));
  return (
    <div className="toolbar" role="toolbar" aria-label="Time and variables">
      <label>
        <span>Time</span>
        <select
          value={fixed ? "fixed" : (query.range ?? DEFAULT_RANGE)}
          onChange={({ target: { value } }) =>
            value === "fixed"
              ? set({ range: undefined, from: String(time.from), to: String(time.to) })
              : set({ range: value, from: undefined, to: undefined })
          }
        >
          {RANGES.map((range) => (
            <option key={range} value={range}>
              Last {range}
            </option>
          ))}
          <option value="fixed">From … to …</option>
        </select>
      </label>
      {fixed ? (
        <>
          <Moment name="From" at={time.from} set={(from) => set({ from: String(from) })} />
          <Moment name="To" at={time.to} set={(to) => set({ to: String(to) })} />
        </>
      ) : null}
      <label>
        <span>Refresh</span>
        <select value={query.refresh ?? ""} onChange={({ target }) => set({ refresh: target.value })}>
          <option value="">Off</option>
          {REFRESHES.map((every) => (
            <option key={every} value={every}>
              Every {every}
            </option>
          ))}
        </select>
      </label>
      <button type="button" className="icon" onClick={args.refresh} aria-label="Refresh now" title="Refresh now">
        ↻
      </button>
      <label>
        <span>Environment</span>
        <select value={environment} onChange={({ target }) => set({ environment: target.value })}>
          {[...new Set([stack.environment, environment, ...(environments.data ?? [])])].map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        <span>Service</span>
        <select value={service ?? ""} onChange={({ target }) => set({ service: target.value })}>
          <option value="">All</option>
          {stack.system.services.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label className="theme">
        <span>Colours</span>
        <select value={args.theme} onChange={({ target }) => args.setTheme(target.value as Theme)}>
          <option value="system">As the system</option>
          <option value="light">Light</option>
          <option value="dark">Dark</option>
        </select>
      </label>
    </div>
  );
}

function Moment(args: { readonly name: string; readonly at: number; readonly set: (at: number) => void }) {
  return (
    <label>
      <span>{args.name}</span>
      <input
        type="datetime-local"
        step="1"
        value={localInput(args.at)}
        onChange={({ target }) => {
          const at = new Date(target.value).getTime();
          if (Number.isFinite(at)) args.set(at);
        }}
      />
    </label>
  );
}
