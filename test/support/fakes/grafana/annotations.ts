import { text } from "../fields.ts";
import type { Asked } from "../server.ts";
import { bad, bodyOf, known, ok, type Routes } from "./answers.ts";

export interface Annotation {
  readonly id: number;
  readonly text: string;
  readonly tags: readonly string[];
  /** Milliseconds since 1970; that of its making where none was given. */
  readonly time: number;
  readonly timeEnd: number;
}

/** Annotations of the whole Grafana. */
export function annotations(now: () => number) {
  const stored = new Map<string, Annotation>();
  let serial = 0;
  const given = (asked: Asked) => {
    const body = bodyOf(asked, ["text"], ["tags", "time", "timeEnd", "dashboardUID", "panelId"]);
    const tags = Array.isArray(body.tags) ? body.tags.map(text) : [];
    if (tags.some((tag) => tag === "" || tag.length > 100)) bad("a tag is empty or longer than 100");
    const time = Number(body.time ?? 0) || now();
    return { text: text(body.text), tags, time, timeEnd: Number(body.timeEnd ?? 0) || time };
  };

  const routes = (asked: Asked): Routes => ({
    "GET /api/annotations": () => {
      const tags = asked.query.getAll("tags");
      return ok([...stored.values()].filter((one) => tags.every((tag) => one.tags.includes(tag))));
    },
    "POST /api/annotations": () => {
      serial += 1;
      stored.set(String(serial), { id: serial, ...given(asked) });
      return ok({ id: serial, message: "Annotation added" });
    },
    "GET /api/annotations/:id": ({ id }) => ok(known(stored, id, "annotation")),
    "PUT /api/annotations/:id": ({ id }) => {
      const before = known(stored, id, "annotation");
      stored.set(String(before.id), { ...given(asked), id: before.id });
      return ok({ message: "Annotation updated" });
    },
    "DELETE /api/annotations/:id": ({ id }) => {
      stored.delete(String(known(stored, id, "annotation").id));
      return ok({ message: "Annotation deleted" });
    },
  });
  return { routes, annotations: stored };
}
