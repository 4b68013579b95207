import { checkFields, type Fields, text } from "./fields.ts";
import {
  at,
  bodyOf,
  checkLength,
  type Desk,
  demand,
  found,
  gone,
  list,
  ok,
  type Routes,
  unprocessable,
} from "./honeycomb-desk.ts";
import type { Asked } from "./server.ts";

/** Flexible boards: twelve columns, panels that do not overlap, each of a query and an annotation of that query. */
export const boardRoutes = (desk: Desk, asked: Asked): Routes => ({
  "POST /1/boards": () => {
    demand(desk, asked, "boards");
    const id = desk.next("board");
    desk.boards.set(id, { ...board(desk, asked), id });
    return ok(shown(desk.boards.get(id) ?? {}), 201);
  },
  "GET /1/boards/:id": (parts) => {
    demand(desk, asked, "boards");
    return ok(shown(found(desk.boards, parts, "Board")));
  },
  "PUT /1/boards/:id": (parts) => {
    demand(desk, asked, "boards");
    const { id } = found(desk.boards, parts, "Board");
    desk.boards.set(text(id), { ...board(desk, asked), id });
    return ok(shown(desk.boards.get(text(id)) ?? {}));
  },
  "DELETE /1/boards/:id": (parts) => {
    demand(desk, asked, "boards");
    desk.boards.delete(text(found(desk.boards, parts, "Board").id));
    return gone;
  },
});

/** The slug of the page is the board's own business; the address is the API's. */
const shown = (one: Fields): Fields => ({
  ...one,
  links: { board_url: `https://ui.honeycomb.example/board/${text(one.id)}` },
});

function board(desk: Desk, asked: Asked): Fields {
  const given = bodyOf(
    asked,
    ["name", "type"],
    ["id", "description", "panels", "layout_generation", "tags", "preset_filters", "links"],
  );
  if (given.type !== "flexible") unprocessable("type: flexible");
  checkLength(given.name, "name", 1, 255);
  checkLength(given.description, "description", 0, 1023);
  const panels = list(given.panels);
  for (const panel of panels) checkPanel(desk, panel);
  const taken = new Set<string>();
  for (const cell of panels.flatMap(cells)) {
    if (taken.has(cell)) unprocessable(`two panels at ${cell}`);
    taken.add(cell);
  }
  return given;
}

function checkPanel(desk: Desk, panel: Fields): void {
  checkFields(
    panel,
    { required: ["type", "position"], optional: ["query_panel", "slo_panel", "text_panel"] },
    unprocessable,
  );
  const { type } = panel;
  if (!["query", "slo", "text"].includes(text(type)) || panel[`${text(type)}_panel`] === undefined)
    unprocessable("a panel has the part that its type names");
  if (type === "query") {
    const query = at(panel.query_panel);
    checkFields(
      query,
      { required: ["query_id", "query_annotation_id"], optional: ["query_style", "visualization_settings", "dataset"] },
      unprocessable,
    );
    if (!desk.queries.has(text(query.query_id))) unprocessable("query_id: no such query");
    const annotation = desk.annotations.get(text(query.query_annotation_id));
    if (annotation?.query_id !== query.query_id) unprocessable("query_annotation_id: no annotation of this query");
  }
  if (type === "slo" && !desk.slos.has(text(at(panel.slo_panel).slo_id))) unprocessable("slo_id: no such SLO");
}

function cells(panel: Fields): readonly string[] {
  const position = at(panel.position);
  checkFields(position, { required: ["x_coordinate", "y_coordinate", "width", "height"] }, unprocessable);
  const [x, y, width, height] = ["x_coordinate", "y_coordinate", "width", "height"].map((key) => Number(position[key]));
  if (x === undefined || y === undefined || width === undefined || height === undefined) return [];
  if (x < 0 || y < 0 || width < 1 || height < 1 || x + width > 12) unprocessable("position: within twelve columns");
  return Array.from({ length: width * height }, (_, i) => `${x + (i % width)},${y + Math.floor(i / width)}`);
}
