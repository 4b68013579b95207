import { useCallback, useMemo, useState } from "react";
import { type DrawnLine, drawnLines, lineOptions, type Size } from "../../../boards-page/chart-options.ts";
import { formatValue } from "../../../boards-page/format.ts";
import type { Line } from "../../../boards-page/model.ts";
import { DARK, LIGHT } from "../../../boards-page/palette.ts";
import { type ChartPanel, unitOf } from "../../../dashboards/model/board.ts";
import { timeOf } from "../time.ts";
import { addressOf, changed } from "../url.ts";
import { useLink, useShared } from "../use.ts";
import { EChart } from "./echart.tsx";

/** Lines over time with their legend: a name shows its line alone, and leads to what its service sent. */
export function Lines(args: {
  readonly panel: Pick<ChartPanel, "kind" | "signals" | "thresholds" | "title">;
  readonly lines: readonly Line[];
  readonly height: number;
  readonly atMost?: number;
}) {
  const { panel, height } = args;
  const { time, dark, place, go } = useShared();
  const [alone, setAlone] = useState<string>();
  const all = useMemo(() => drawnLines(args.lines, args.atMost), [args.lines, args.atMost]);
  const shown = useMemo(() => {
    const chosen = all.filter(({ name }) => name === alone);
    return chosen.length === 0 ? all : chosen;
  }, [all, alone]);
  const unit = unitOf(panel);
  const options = useCallback(
    (size: Size) => {
      const look = dark ? DARK : LIGHT;
      return {
        ...lineOptions(panel, shown, time, size, look),
        tooltip: {
          trigger: "axis",
          confine: true,
          backgroundColor: look.paper,
          borderColor: look.axis,
          textStyle: { color: look.ink, fontSize: 12 },
          order: "valueDesc",
          axisPointer: { label: { formatter: ({ value }: { value: number }) => timeOf(value) } },
          valueFormatter: (value: unknown) => (typeof value === "number" ? formatValue(value, unit) : ""),
        },
      };
    },
    [panel, shown, time, dark, unit],
  );
  return (
    <>
      <EChart
        options={options}
        height={height}
        label={`${panel.title}: ${described(shown, (value) => formatValue(value, unit))}`}
        onSelect={(from, to) => go(changed(place, { range: undefined, from: String(from), to: String(to) }))}
      />
      {all.length > 1 ? (
        <ul className="legend">
          {all.map((line) => (
            <li key={line.name} className={alone === undefined || alone === line.name ? "" : "off"}>
              <button
                type="button"
                aria-pressed={alone === line.name}
                title={alone === line.name ? "Show all lines" : "Show this line alone"}
                onClick={() => setAlone(alone === line.name ? undefined : line.name)}
              >
                <i style={{ background: line.colour }} />
                {line.name}
              </button>
              {alone === line.name ? <ServiceLinks labels={line.labels} /> : null}
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

function ServiceLinks({ labels }: { readonly labels: Readonly<Record<string, string>> }) {
  const { place, stack } = useShared();
  const link = useLink();
  const service = labels.service_name;
  if (service === undefined || !stack.system.services.some(({ name }) => name === service)) return null;
  return (
    <>
      <a {...link(addressOf(place, "/traces", { service }))}>traces</a>
      <a {...link(addressOf(place, "/logs", { service }))}>logs</a>
    </>
  );
}

function described(lines: readonly DrawnLine[], format: (value: number) => string): string {
  return lines
    .map(({ name, points }) => {
      const last = points.at(-1);
      return last === undefined ? name : `${name} now ${format(last[1])}`;
    })
    .join(", ");
}
