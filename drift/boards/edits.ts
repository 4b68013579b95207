import type { Dashboard, DashboardPanel } from "./dashboard.ts";

/** One thing that somebody changed on a board. */
export type Edit =
  | { readonly kind: "board"; readonly property: "title" | "description"; readonly from: string; readonly to: string }
  | { readonly kind: "row"; readonly from: string; readonly to: string }
  | {
      readonly kind: "panel";
      readonly panel: DashboardPanel;
      readonly now: DashboardPanel;
      readonly property: Property;
    }
  | { readonly kind: "removed"; readonly panel: DashboardPanel }
  | { readonly kind: "added"; readonly now: DashboardPanel }
  /** How many panels lie elsewhere or have another size. */
  | { readonly kind: "moved"; readonly count: number };

export type Property =
  | "title"
  | "description"
  | "type"
  | "unit"
  | "empty"
  | "thresholds"
  | "queries"
  | "legends"
  | "others";

const PROPERTIES: readonly Property[] = [
  ...(["title", "description", "type", "unit", "empty", "thresholds", "queries", "legends", "others"] as const),
];

/** What differs between a board as it was deployed and as it is. What Grafana adds by itself when it stores a board is no edit. */
export function editsOf(deployed: Dashboard, actual: Dashboard): readonly Edit[] {
  const pairs = paired(deployed.panels, actual.panels);
  const moved = pairs.filter(([panel, now]) => panel.at !== now.at);
  const known = new Set(pairs.map(([panel]) => panel));
  const there = new Set(pairs.map(([, now]) => now));
  return [
    ...(["title", "description"] as const)
      .filter((property) => deployed[property] !== actual[property])
      .map((property) => ({ kind: "board" as const, property, from: deployed[property], to: actual[property] })),
    ...rowEdits(deployed.rows, actual.rows),
    ...pairs.flatMap(([panel, now]) =>
      PROPERTIES.filter((property) => differs(panel, now, property)).map((property) => ({
        kind: "panel" as const,
        panel,
        now,
        property,
      })),
    ),
    ...deployed.panels.filter((panel) => !known.has(panel)).map((panel) => ({ kind: "removed" as const, panel })),
    ...actual.panels.filter((now) => !there.has(now)).map((now) => ({ kind: "added" as const, now })),
    ...(moved.length > 0 ? [{ kind: "moved" as const, count: moved.length }] : []),
  ];
}

/** Another number of rows is seen by their panels; only a row that is called otherwise is an edit of its own. */
function rowEdits(deployed: readonly string[], actual: readonly string[]): readonly Edit[] {
  if (deployed.length !== actual.length) return [];
  return deployed.flatMap((from, index) => {
    const to = actual[index] ?? from;
    return from === to || actual.includes(from) ? [] : [{ kind: "row" as const, from, to }];
  });
}

type Pair = readonly [panel: DashboardPanel, now: DashboardPanel];

/** The same panel by its title, else by what it asks, else by its place: a person changes one of them at a time. */
function paired(deployed: readonly DashboardPanel[], actual: readonly DashboardPanel[]): readonly Pair[] {
  const keys: readonly ((panel: DashboardPanel) => string)[] = [
    ({ title, row }) => `${row}/${title}`,
    ({ title }) => title,
    ({ queries, type }) => (queries.length === 0 ? "" : `${type} ${queries.join("\n")}`),
    ({ at }) => at,
  ];
  const pairs = new Map<DashboardPanel, DashboardPanel>();
  for (const key of keys) {
    const taken = new Set(pairs.values());
    const left = Map.groupBy(
      actual.filter((now) => !taken.has(now)),
      key,
    );
    for (const panel of deployed) {
      const now = pairs.has(panel) || key(panel) === "" ? undefined : left.get(key(panel))?.shift();
      if (now !== undefined) pairs.set(panel, now);
    }
  }
  return deployed.flatMap((panel): readonly Pair[] => {
    const now = pairs.get(panel);
    return now === undefined ? [] : [[panel, now]];
  });
}

function differs(panel: DashboardPanel, now: DashboardPanel, property: Property): boolean {
  switch (property) {
    case "thresholds":
      // without bounds of our own Grafana stores its defaults
      return panel.steps.length > 0
        ? JSON.stringify(panel.steps) !== JSON.stringify(now.steps)
        : now.steps.length > 0 && !isDefault(now.steps);
    case "type":
      return panel.type !== now.type || panel.stacked !== now.stacked;
    case "others":
      return Object.keys(panel.others).some((key) => panel.others[key] !== now.others[key]);
    case "queries":
    case "legends":
      return JSON.stringify(panel[property]) !== JSON.stringify(now[property]);
    default:
      return panel[property] !== now[property];
  }
}

const isDefault = (steps: DashboardPanel["steps"]): boolean =>
  (steps.length === 1 && steps[0]?.color === "green") ||
  (steps.length === 2 && steps[0]?.color === "green" && steps[1]?.color === "red" && steps[1].value === 80);
