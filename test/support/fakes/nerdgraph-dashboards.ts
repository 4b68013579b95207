import { type Fields, isFields, text } from "./fields.ts";
import { at, type Desk, found, guidOf, invalid, items, known, type Operations, ofAccount } from "./nerdgraph-desk.ts";

/** Dashboards: at most 25 pages of 150 widgets each, on twelve columns, asking only what this account may ask. */
export const dashboardMutations = (desk: Desk): Operations => ({
  dashboardCreate: ({ accountId, dashboard }) => {
    ofAccount(desk, accountId);
    const given = checked(desk, dashboard);
    const guid = guidOf(desk, "VIZ|DASHBOARD", desk.next());
    const made = { ...given, guid, accountId: desk.accountId, updatedAt: stamp(desk) };
    desk.dashboards.set(guid, made);
    return { dashboardCreate: { entityResult: made, errors: null } };
  },
  dashboardUpdate: ({ guid, dashboard }) => {
    const old = found(desk.dashboards, guid, "Dashboard");
    const made = { ...old, ...checked(desk, dashboard), updatedAt: stamp(desk) };
    desk.dashboards.set(text(guid), made);
    return { dashboardUpdate: { entityResult: made, errors: null } };
  },
  dashboardDelete: ({ guid }) => {
    found(desk.dashboards, guid, "Dashboard");
    desk.dashboards.delete(text(guid));
    return { dashboardDelete: { status: "SUCCESS", errors: null } };
  },
});

/** The address of a dashboard is New Relic's; a change by anybody gives it another time. */
export function dashboardEntity(desk: Desk, guid: unknown): unknown {
  const one = desk.dashboards.get(text(guid));
  if (one === undefined) return null;
  return {
    ...one,
    __typename: "DashboardEntity",
    permalink: `https://one.newrelic.example/redirect/entity/${text(guid)}`,
  };
}

const stamp = (desk: Desk): string => `2026-01-01T00:00:00.${desk.next().padStart(3, "0")}Z`;

function checked(desk: Desk, dashboard: unknown): Fields {
  const given = known(dashboard, ["name", "permissions"], ["description", "pages", "variables"]);
  const pages = items(given.pages);
  if (pages.length < 1 || pages.length > 25) invalid("pages: 1 to 25");
  for (const page of pages) {
    known(page, ["name", "widgets"], ["description", "guid"]);
    const widgets = items(page.widgets);
    if (widgets.length > 150) invalid("widgets: at most 150 a page");
    const taken = new Set<string>();
    for (const widget of widgets) {
      checkWidget(desk, widget);
      for (const cell of cells(at(widget.layout))) {
        if (taken.has(cell)) invalid(`two widgets at ${cell}`);
        taken.add(cell);
      }
    }
  }
  for (const variable of items(given.variables)) {
    for (const id of accounts(at(variable.nrqlQuery))) ofAccount(desk, id);
  }
  return given;
}

const KINDS = /^viz\.(line|area|stacked-bar|billboard|bar|pie|table|markdown|histogram|json)$/;

function checkWidget(desk: Desk, widget: Fields): void {
  known(widget, ["layout", "visualization"], ["title", "rawConfiguration", "configuration", "linkedEntityGuids", "id"]);
  if (!KINDS.test(text(at(widget.visualization).id))) invalid("visualization: unknown");
  const raw = at(widget.rawConfiguration);
  if (text(at(widget.visualization).id) === "viz.markdown") return;
  const queries = items(raw.nrqlQueries);
  if (queries.length === 0) invalid(`${text(widget.title)}: a widget asks at least one query`);
  for (const query of queries) {
    for (const id of accounts(query)) ofAccount(desk, id);
    if (!/^FROM |^SELECT /.test(text(query.query))) invalid("query: begins with FROM or SELECT");
  }
}

const accounts = ({ accountIds, accountId }: Fields): readonly unknown[] =>
  Array.isArray(accountIds) ? accountIds : accountId === undefined ? [] : [accountId];

function cells(layout: Fields): readonly string[] {
  if (!isFields(layout)) return [];
  const [column, row, width, height] = ["column", "row", "width", "height"].map((key) => Number(layout[key]));
  if (column === undefined || row === undefined || width === undefined || height === undefined) return [];
  if (![column, row, width, height].every((value) => Number.isInteger(value) && value >= 1) || column + width > 13)
    invalid("layout: whole numbers within twelve columns");
  return Array.from({ length: width * height }, (_, i) => `${column + (i % width)},${row + Math.floor(i / width)}`);
}
