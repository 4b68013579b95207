import { type Fields, text } from "./fields.ts";
import {
  ALL,
  at,
  bodyOf,
  checkColumns,
  checkLength,
  checkPlace,
  columnsIn,
  type Desk,
  datasetOf,
  demand,
  found,
  gone,
  ok,
  type Routes,
  refusal,
  shown,
  unprocessable,
} from "./honeycomb-desk.ts";
import { notified } from "./honeycomb-triggers.ts";
import type { Asked } from "./server.ts";

/** Derived columns, SLOs over them where the plan has SLOs, burn alerts on these. Nothing goes while something else needs it. */
export const sloRoutes = (desk: Desk, asked: Asked): Routes => ({
  "POST /1/derived_columns/:slug": ({ slug = "" }) => {
    demand(desk, asked, "columns");
    const given = derivedColumn(desk, asked, slug);
    if ([...desk.derivedColumns.values()].some(({ alias }) => alias === given.alias))
      throw refusal(409, "a derived column of that alias exists");
    const made = { ...given, id: desk.next("derived"), dataset_slug: slug };
    desk.derivedColumns.set(made.id, made);
    return ok(made, 201);
  },
  "GET /1/derived_columns/:slug": ({ slug }) => {
    demand(desk, asked, "columns");
    const all = [...desk.derivedColumns.values()].filter((one) => one.dataset_slug === slug);
    const alias = asked.query.get("alias");
    if (alias === null) return ok(all);
    const one = all.find((each) => each.alias === alias);
    if (one === undefined) throw refusal(404, "Derived column not found");
    return ok(one);
  },
  "GET /1/derived_columns/:slug/:id": (parts) => {
    demand(desk, asked, "columns");
    return ok(found(desk.derivedColumns, parts, "Derived column"));
  },
  "PUT /1/derived_columns/:slug/:id": (parts) => {
    demand(desk, asked, "columns");
    const old = found(desk.derivedColumns, parts, "Derived column");
    const made = { ...old, ...derivedColumn(desk, asked, parts.slug ?? "") };
    desk.derivedColumns.set(text(old.id), made);
    return ok(made);
  },
  "DELETE /1/derived_columns/:slug/:id": (parts) => {
    demand(desk, asked, "columns");
    const { id, alias } = found(desk.derivedColumns, parts, "Derived column");
    if ([...desk.slos.values()].some(({ sli }) => at(sli).alias === alias))
      throw refusal(409, "an SLO uses this column");
    desk.derivedColumns.delete(text(id));
    return gone;
  },
  "POST /1/slos/:slug": ({ slug = "" }) => {
    demand(desk, asked, "slos");
    const made = { ...slo(desk, asked, slug), id: desk.next("slo"), dataset_slug: slug };
    desk.slos.set(made.id, made);
    return ok(shown(made), 201);
  },
  "GET /1/slos/:slug/:id": (parts) => {
    demand(desk, asked, "slos");
    return ok(shown(found(desk.slos, parts, "SLO")));
  },
  "PUT /1/slos/:slug/:id": (parts) => {
    demand(desk, asked, "slos");
    const { id } = found(desk.slos, parts, "SLO");
    const made = { ...slo(desk, asked, parts.slug ?? ""), id, dataset_slug: parts.slug };
    desk.slos.set(text(id), made);
    return ok(shown(made));
  },
  "DELETE /1/slos/:slug/:id": (parts) => {
    demand(desk, asked, "slos");
    const { id } = found(desk.slos, parts, "SLO");
    if ([...desk.burnAlerts.values()].some((alert) => at(alert.slo).id === id))
      throw refusal(409, "burn alerts hang on this SLO");
    desk.slos.delete(text(id));
    return gone;
  },
  "POST /1/burn_alerts/:slug": ({ slug = "" }) => {
    demand(desk, asked, "slos");
    const made = { ...burnAlert(desk, asked), id: desk.next("burn"), dataset_slug: slug };
    desk.burnAlerts.set(made.id, made);
    return ok(shown(made), 201);
  },
  "GET /1/burn_alerts/:slug/:id": (parts) => {
    demand(desk, asked, "slos");
    return ok(shown(found(desk.burnAlerts, parts, "Burn alert")));
  },
  "PUT /1/burn_alerts/:slug/:id": (parts) => {
    demand(desk, asked, "slos");
    const { id } = found(desk.burnAlerts, parts, "Burn alert");
    const made = { ...burnAlert(desk, asked), id, dataset_slug: parts.slug };
    desk.burnAlerts.set(text(id), made);
    return ok(shown(made));
  },
  "DELETE /1/burn_alerts/:slug/:id": (parts) => {
    demand(desk, asked, "slos");
    desk.burnAlerts.delete(text(found(desk.burnAlerts, parts, "Burn alert").id));
    return gone;
  },
});

function derivedColumn(desk: Desk, asked: Asked, slug: string): Fields {
  const given = bodyOf(asked, ["alias", "expression"], ["description", "id"]);
  checkPlace(desk, slug);
  checkColumns(desk, slug, columnsIn(text(given.expression)));
  return given;
}

function slo(desk: Desk, asked: Asked, slug: string): Fields {
  if (!desk.hasSlos) throw refusal(403, "SLOs are not part of your plan");
  const given = bodyOf(
    asked,
    ["name", "sli", "target_per_million", "time_period_days"],
    ["description", "dataset_slugs", "tags", "id", "created_at", "updated_at"],
  );
  checkLength(given.name, "name", 1, 120);
  const slugs = Array.isArray(given.dataset_slugs) ? given.dataset_slugs : [];
  if (slug === ALL && slugs.length === 0) unprocessable("dataset_slugs: at least one");
  for (const one of slugs) datasetOf(desk, one);
  const column = [...desk.derivedColumns.values()].find(({ alias }) => alias === at(given.sli).alias);
  if (column === undefined) return unprocessable("sli: no such derived column");
  if (column.dataset_slug !== ALL && !slugs.includes(column.dataset_slug)) unprocessable("sli: of another dataset");
  const { target_per_million: target, time_period_days: days } = given;
  if (typeof target !== "number" || target < 1 || target >= 1_000_000) unprocessable("target_per_million");
  if (typeof days !== "number" || days < 1 || days > 90) unprocessable("time_period_days: 1 to 90");
  return given;
}

function burnAlert(desk: Desk, asked: Asked): Fields {
  const given = bodyOf(
    asked,
    ["alert_type", "slo"],
    ["exhaustion_minutes", "description", "recipients", "id", "created_at", "updated_at", "auto_investigate"],
  );
  if (given.alert_type !== "exhaustion_time") unprocessable("alert_type: exhaustion_time");
  if (typeof given.exhaustion_minutes !== "number" || given.exhaustion_minutes < 0) unprocessable("exhaustion_minutes");
  if (!desk.slos.has(text(at(given.slo).id))) throw refusal(404, "SLO not found");
  const recipients = notified(desk, given.recipients);
  if (recipients.length === 0) unprocessable("recipients: at least one");
  return { ...given, recipients };
}
