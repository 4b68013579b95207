import { text } from "./fields.ts";
import { bodyOf, checkPlace, type Desk, demand, found, gone, ok, type Routes } from "./honeycomb-desk.ts";
import type { Asked } from "./server.ts";

const FIELDS = ["message", "type", "url", "start_time", "end_time", "id"];

/** Markers, which are listed, changed and deleted, but never read one by one. */
export const markerRoutes = (desk: Desk, asked: Asked): Routes => ({
  "POST /1/markers/:slug": ({ slug = "" }) => {
    demand(desk, asked, "markers");
    checkPlace(desk, slug);
    const made = { start_time: 1_700_000_000, ...bodyOf(asked, [], FIELDS), id: desk.next("marker") };
    desk.markers.set(made.id, { ...made, dataset_slug: slug });
    return ok(made, 201);
  },
  "GET /1/markers/:slug": ({ slug }) => {
    demand(desk, asked, "markers");
    return ok([...desk.markers.values()].filter(({ dataset_slug: place }) => place === slug));
  },
  "PUT /1/markers/:slug/:id": (parts) => {
    demand(desk, asked, "markers");
    const old = found(desk.markers, parts, "Marker");
    desk.markers.set(text(old.id), { ...old, ...bodyOf(asked, [], FIELDS) });
    return ok(desk.markers.get(text(old.id)));
  },
  "DELETE /1/markers/:slug/:id": (parts) => {
    demand(desk, asked, "markers");
    desk.markers.delete(text(found(desk.markers, parts, "Marker").id));
    return gone;
  },
});
