import { Failure } from "../../cli/failure.ts";
import {
  isList,
  isMap,
  mapOf,
  mapsOf,
  type PropertyMap,
  type PropertyValue,
  textOf,
} from "../../offline/properties.ts";

/** A dashboard of Grafana's, as far as a person edits it. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Titles of its rows. */
  readonly rows: readonly string[];
  readonly panels: readonly DashboardPanel[];
}

export interface DashboardPanel {
  readonly title: string;
  readonly description: string;
  /** Grafana's: `timeseries`, `stat`. */
  readonly type: string;
  /** Title of the row that it stands in. */
  readonly row: string;
  /** `x y w h` */
  readonly at: string;
  /** Grafana's name of the unit; empty: none. */
  readonly unit: string;
  /** Text instead of a value. */
  readonly empty: string;
  readonly stacked: boolean;
  readonly steps: readonly Step[];
  readonly queries: readonly string[];
  readonly legends: readonly string[];
  /** Settings that the model has no word for, by path: those that a person changes often. */
  readonly others: Readonly<Record<string, string>>;
}

/** Where a colour begins; null: below all others. */
export interface Step {
  readonly value: number | null;
  readonly color: string;
}

/**
 * Reads a dashboard as it is exported, as the HTTP API gives it, or as Pulumi keeps it.
 * @throws Failure, one sentence, for what is none
 */
export function readDashboard(text: string): Dashboard {
  let json: PropertyValue;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Failure("The board is no JSON: export it in Grafana by Export > Export as code, model Classic.");
  }
  const wrapped = isMap(json) ? [json, json.dashboard, json.spec] : [];
  const found = wrapped.find((each) => isMap(each) && isList(each.panels));
  if (!isMap(found))
    throw new Failure(
      "The board has no list of panels: export it in Grafana by Export > Export as code, model Classic.",
    );
  const { rows, panels } = inRows(mapsOf(found.panels));
  return { uid: textOf(found.uid), title: textOf(found.title), description: textOf(found.description), rows, panels };
}

/** A closed row holds its panels itself; an open one stands before them. */
function inRows(items: readonly PropertyMap[]): Pick<Dashboard, "rows" | "panels"> {
  const rows: string[] = [];
  const panels: DashboardPanel[] = [];
  for (const item of items) {
    if (item.type === "row") rows.push(textOf(item.title));
    const row = rows.at(-1) ?? "";
    for (const each of item.type === "row" ? mapsOf(item.panels) : [item]) panels.push(panelOf(each, row));
  }
  return { rows, panels };
}

function panelOf(panel: PropertyMap, row: string): DashboardPanel {
  const config = mapOf(panel.fieldConfig);
  const defaults = mapOf(config.defaults);
  const at = mapOf(panel.gridPos);
  const targets = mapsOf(panel.targets);
  const stacking = mapOf(mapOf(defaults.custom).stacking);
  return {
    title: textOf(panel.title),
    description: textOf(panel.description),
    type: textOf(panel.type),
    row,
    at: [at.x, at.y, at.w, at.h].join(" "),
    unit: textOf(defaults.unit),
    empty: textOf(defaults.noValue),
    stacked: stacking.mode === "normal",
    steps: mapsOf(mapOf(defaults.thresholds).steps).map(({ value, color }) => ({
      value: typeof value === "number" ? value : null,
      color: textOf(color),
    })),
    queries: targets.map((target) => textOf(target.expr) || textOf(target.query)),
    legends: targets.map((target) => textOf(target.legendFormat)),
    others: {
      maximum: shown(defaults.max),
      minimum: shown(defaults.min),
      decimals: shown(defaults.decimals),
      overrides: shown(mapsOf(config.overrides).length || undefined),
      transformations: mapsOf(panel.transformations)
        .map(({ id }) => textOf(id))
        .join(", "),
      "panel links": shown(mapsOf(panel.links).length || undefined),
    },
  };
}

const shown = (value: PropertyValue | undefined): string =>
  value === undefined || value === null ? "" : String(value);
