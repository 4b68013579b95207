import { useCallback, useMemo } from "react";
import { type Size, shortNames, sparkOptions } from "../../../boards-page/chart-options.ts";
import { askPanel, queryOf, stepFor } from "../../../boards-page/collect.ts";
import { formatValue } from "../../../boards-page/format.ts";
import { hasData, type Line, type PanelData, type Value } from "../../../boards-page/model.ts";
import { colourOf } from "../../../boards-page/palette.ts";
import { type ChartPanel, emptyText, type Panel, signalsOf, unitOf } from "../../../dashboards/model/board.ts";
import { readsLogs } from "../../../dashboards/model/expression.ts";
import { backend } from "../stores.ts";
import { addressOf } from "../url.ts";
import { useAsked, useLink, useSeen, useShared } from "../use.ts";
import { EChart } from "./echart.tsx";
import { Lines } from "./lines.tsx";
import { LogLines } from "./log-lines.tsx";
import { MapOf } from "./map-of.tsx";
import { Answer } from "./states.tsx";
import { TraceList } from "./trace-list.tsx";

const UNIT = 28;

/** One panel of a board, asked once it comes into view. */
export function PanelCard({
  panel,
  height,
  id,
}: {
  readonly panel: Panel;
  readonly height: number;
  readonly id: string;
}) {
  const { stack, time, environment, service } = useShared();
  const [ref, seen] = useSeen<HTMLElement>();
  const subject = `${id} ${environment} ${service ?? ""}`;
  const asked = useAsked(
    seen ? `${subject} ${time.from} ${time.to}` : undefined,
    () => askPanel(panel, backend(time, environment, service, stack.metricsInterval)),
    subject,
  );
  const small = panel.kind === "stat" && panel.signals.length === 1;
  return (
    <section ref={ref} className={`panel${small ? " stat" : ""}`} style={{ ["--span" as string]: panel.width }}>
      <header>
        <h3>{panel.title}</h3>
        <Explore panel={panel} />
      </header>
      <p className="note">{panel.note}</p>
      <div className="content" style={{ minHeight: Math.min(height, 8) * UNIT - 56 }}>
        {seen ? (
          <Answer
            asked={asked}
            empty={(data) => (data.kind !== "failed" && !hasData(data) ? emptyText(panel) : undefined)}
          >
            {(data) => <Content panel={panel} data={data} height={height} />}
          </Answer>
        ) : null}
      </div>
    </section>
  );
}

/** Where the numbers of a panel can be looked at closer. */
function Explore({ panel }: { readonly panel: Panel }) {
  const { stack, place, environment, service, time } = useShared();
  const link = useLink();
  const [signal] = signalsOf(panel);
  if (signal === undefined || readsLogs(signal.value)) return null;
  const query = queryOf(signal, {
    environment,
    ...(service === undefined ? {} : { service }),
    stepSeconds: stepFor(time.from, time.to, stack.metricsInterval),
  });
  return (
    <a className="quiet" title="See its query" {...link(addressOf(place, "/metrics", { query }))}>
      query
    </a>
  );
}

function Content({
  panel,
  data,
  height,
}: {
  readonly panel: Panel;
  readonly data: PanelData;
  readonly height: number;
}) {
  switch (data.kind) {
    case "lines":
      return "signals" in panel ? <Lines panel={panel} lines={data.lines} height={height * UNIT - 78} /> : null;
    case "values":
      return "signals" in panel ? <Values panel={panel} found={data.values} history={data.history} /> : null;
    case "logs":
      return <LogLines lines={data.lines} />;
    case "traces":
      return <TraceList traces={data.traces} />;
    case "edges":
      return <MapOf edges={data.edges} height={height * UNIT - 40} />;
    case "failed":
      return <p className="state failed">{data.reason}</p>;
    default:
      return data satisfies never;
  }
}

function Values(args: {
  readonly panel: ChartPanel;
  readonly found: readonly Value[];
  readonly history: readonly Line[];
}) {
  const { panel, found, history } = args;
  if (panel.kind === "stat") return <Numbers panel={panel} found={found} history={history} />;
  const sorted = shortNames([...found].sort((a, b) => b.value - a.value));
  return panel.kind === "bars" ? <Bars panel={panel} found={sorted} /> : <Table panel={panel} found={sorted} />;
}

function Numbers({ panel, found, history }: Parameters<typeof Values>[0]) {
  const unit = unitOf(panel);
  const [first] = history;
  return (
    <>
      <div className="numbers">
        {found.map((one) => (
          <div
            key={one.name}
            className="number"
            style={panel.thresholds === undefined ? undefined : { color: colourOf(one.value, panel.thresholds) }}
          >
            {formatValue(one.value, unit)}
            {found.length > 1 ? <span>{one.name}</span> : null}
          </div>
        ))}
      </div>
      {found.length === 1 && first !== undefined && first.points.length > 1 ? <Spark line={first} /> : null}
    </>
  );
}

function Spark({ line }: { readonly line: Line }) {
  const { time } = useShared();
  const options = useCallback((_: Size) => sparkOptions(line, time), [line, time]);
  return <EChart options={options} height={34} label={`${line.name} over this time`} />;
}

function Bars({ panel, found }: { readonly panel: ChartPanel; readonly found: readonly Value[] }) {
  const unit = unitOf(panel);
  const highest = Math.max(...found.map((one) => one.value), 1e-9);
  const full = unit === "share" ? Math.max(1, highest) : highest;
  return (
    <div className="scroll">
      {found.slice(0, 20).map((one) => (
        <div className="bar" key={one.name}>
          <b>{one.name}</b>
          <u>
            <i
              style={{
                width: `${Math.max(0, Math.min(100, (one.value / full) * 100))}%`,
                background: colourOf(one.value, panel.thresholds),
              }}
            />
          </u>
          <em>{formatValue(one.value, unit)}</em>
        </div>
      ))}
    </div>
  );
}

function Table({ panel, found }: { readonly panel: ChartPanel; readonly found: readonly Value[] }) {
  const unit = unitOf(panel);
  const rows = useMemo(() => found.map((one, index) => ({ ...one, key: `${index} ${one.name}` })), [found]);
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th />
            <th className="n">{panel.signals[0]?.name}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <tr key={one.key}>
              <td>{one.name}</td>
              <td className="n">{formatValue(one.value, unit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
