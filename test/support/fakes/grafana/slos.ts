import { checkFields, type Fields, isFields, text } from "../fields.ts";
import type { Asked } from "../server.ts";
import { bad, bodyOf, known, ok, type Routes } from "./answers.ts";

const BASE = "/api/plugins/grafana-slo-app/resources/v1/slo";

/** The SLO app's own API. */
export function slos(hasFolder: (uid: string) => boolean) {
  const stored = new Map<string, Fields>();
  let serial = 0;
  const given = (asked: Asked): Fields => {
    const slo = bodyOf(
      asked,
      ["name", "description", "query", "objectives", "destinationDatasource"],
      ["uuid", "alerting", "labels", "folder", "searchExpression"],
    );
    const objectives = Array.isArray(slo.objectives) ? slo.objectives : [];
    if (objectives.length === 0) bad("objectives: at least one");
    for (const objective of objectives) checkObjective(objective);
    checkQuery(slo.query);
    if (!isFields(slo.destinationDatasource) || text(slo.destinationDatasource.uid) === "")
      bad("destinationDatasource.uid is required");
    if (isFields(slo.folder) && !hasFolder(text(slo.folder.uid))) bad(`folder ${text(slo.folder.uid)} does not exist`);
    return slo;
  };

  const routes = (asked: Asked): Routes => ({
    [`GET ${BASE}`]: () => ok({ slos: [...stored.values()] }),
    [`POST ${BASE}`]: () => {
      serial += 1;
      const slo = given(asked);
      const uuid = text(slo.uuid) || `slo-${serial}`;
      if (stored.has(uuid)) bad(`an SLO with uuid ${uuid} exists`);
      stored.set(uuid, { ...slo, uuid });
      return ok({ uuid, message: "SLO created" }, 202);
    },
    [`GET ${BASE}/:uuid`]: ({ uuid }) => ok(known(stored, uuid, "SLO")),
    [`PUT ${BASE}/:uuid`]: ({ uuid }) => {
      known(stored, uuid, "SLO");
      stored.set(String(uuid), { ...given(asked), uuid });
      return { status: 202 };
    },
    [`DELETE ${BASE}/:uuid`]: ({ uuid }) => {
      known(stored, uuid, "SLO");
      stored.delete(String(uuid));
      return { status: 204 };
    },
  });
  return { routes, slos: stored };
}

function checkObjective(objective: unknown): void {
  if (!isFields(objective)) bad("an objective is no object");
  checkFields(objective, { required: ["value", "window"] }, bad);
  if (typeof objective.value !== "number" || objective.value <= 0 || objective.value >= 1)
    bad("an objective's value lies between 0 and 1");
  if (!/^\d+(ms|s|m|h|d|w|y)$/.test(text(objective.window))) bad("an objective's window is a duration such as 28d");
}

function checkQuery(query: unknown): void {
  if (!isFields(query)) bad("query is no object");
  checkFields(query, { required: ["type", "freeform"] }, bad);
  if (query.type !== "freeform" || !isFields(query.freeform) || text(query.freeform.query) === "")
    bad("query.freeform.query is required");
}
