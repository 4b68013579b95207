import { type Fields, isFields, text } from "../fields.ts";
import type { Asked } from "../server.ts";
import { bad, bodyOf, known, ok, type Routes, refusal } from "./answers.ts";

/** What each way of telling needs, and which of it is never given back. */
const INTEGRATIONS: Readonly<Record<string, { readonly needs: string; readonly secret: boolean }>> = {
  discord: { needs: "url", secret: true },
  slack: { needs: "url", secret: true },
  webhook: { needs: "url", secret: false },
  email: { needs: "addresses", secret: false },
};

const BASE = "/api/v1/provisioning";

/** Who uses a contact point or a mute timing. */
export interface Uses {
  readonly contactPoint: (name: string) => boolean;
  readonly muteTiming: (name: string) => boolean;
}

/** Contact points, mute timings, and the account's notification policies, which belong to others. */
export function contacts(uses: Uses) {
  const points = new Map<string, Fields>();
  const timings = new Map<string, Fields>();
  let serial = 0;
  const named = (name: string) => [...points.values()].filter((point) => point.name === name);

  const given = (asked: Asked): Fields => {
    const point = bodyOf(asked, ["name", "type", "settings"], ["uid", "disableResolveMessage", "provenance"]);
    const integration = INTEGRATIONS[text(point.type)] ?? bad(`unknown type ${text(point.type)}`);
    const settings = isFields(point.settings) ? point.settings : bad("settings is no object");
    if (text(settings[integration.needs]) === "") bad(`settings.${integration.needs} is required`);
    return point;
  };
  const shown = (point: Fields): Fields => {
    const integration = INTEGRATIONS[text(point.type)];
    if (!integration?.secret || !isFields(point.settings)) return point;
    return { ...point, settings: { ...point.settings, [integration.needs]: "[REDACTED]" } };
  };
  const timing = (asked: Asked): Fields => {
    const body = bodyOf(asked, ["name", "time_intervals"], ["version", "provenance"]);
    if (!Array.isArray(body.time_intervals)) bad("time_intervals is no list");
    return { ...body, provenance: "api" };
  };

  const routes = (asked: Asked): Routes => ({
    [`GET ${BASE}/contact-points`]: () => {
      const name = asked.query.get("name");
      return ok((name === null ? [...points.values()] : named(name)).map(shown));
    },
    [`POST ${BASE}/contact-points`]: () => {
      serial += 1;
      const point = given(asked);
      const uid = text(point.uid) || `contact-${serial}`;
      points.set(uid, { ...point, uid, provenance: "api" });
      return ok({ ...point, uid }, 202);
    },
    [`PUT ${BASE}/contact-points/:uid`]: ({ uid }) => {
      known(points, uid, "contact point");
      points.set(String(uid), { ...given(asked), uid, provenance: "api" });
      return ok({ message: "contactpoint updated" }, 202);
    },
    [`DELETE ${BASE}/contact-points/:uid`]: ({ uid }) => {
      const name = text(known(points, uid, "contact point").name);
      if (named(name).length === 1 && uses.contactPoint(name)) throw refusal(409, `contact point ${name} is in use`);
      points.delete(String(uid));
      return ok({ message: "contactpoint deleted" }, 202);
    },
    [`POST ${BASE}/mute-timings`]: () => {
      const made = timing(asked);
      if (timings.has(text(made.name))) bad("a mute timing of that name exists");
      timings.set(text(made.name), made);
      return ok(made, 201);
    },
    [`GET ${BASE}/mute-timings/:name`]: ({ name }) => ok(known(timings, name, "mute timing")),
    [`PUT ${BASE}/mute-timings/:name`]: ({ name }) => {
      known(timings, name, "mute timing");
      timings.set(String(name), timing(asked));
      return ok(timings.get(String(name)), 202);
    },
    [`DELETE ${BASE}/mute-timings/:name`]: ({ name }) => {
      known(timings, name, "mute timing");
      if (uses.muteTiming(String(name))) throw refusal(409, `mute timing ${name} is in use`);
      timings.delete(String(name));
      return { status: 204 };
    },
    [`GET ${BASE}/policies`]: () => ok({ receiver: "grafana-default-email", group_by: ["alertname"], routes: [] }),
    [`PUT ${BASE}/policies`]: () => {
      throw refusal(403, "the notification policies of this Grafana belong to others");
    },
  });
  return {
    routes,
    contactPoints: points,
    muteTimings: timings,
    hasPoint: (name: string) => named(name).length > 0,
    hasTiming: (name: string) => timings.has(name),
  };
}
