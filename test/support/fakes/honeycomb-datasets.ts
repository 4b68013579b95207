import { type Fields, isFields, text } from "./fields.ts";
import {
  bodyOf,
  type Dataset,
  type Desk,
  datasetOf,
  demand,
  gone,
  ok,
  type Routes,
  refusal,
  rightsOf,
  unprocessable,
} from "./honeycomb-desk.ts";
import type { Asked } from "./server.ts";

/** What clients send along though only Honeycomb sets it. */
const DATASET_FIELDS = ["description", "expand_json_depth", "settings", "slug", "last_written_at", "created_at"];
const COLUMN_FIELDS = ["type", "hidden", "description", "alias", "id", "last_written", "created_at", "updated_at"];
const TYPES = ["string", "integer", "float", "boolean"];
const TIME = "2026-01-01T00:00:00Z";

/** Datasets, protected from deletion when they are made, and their columns, each once. */
export const datasetRoutes = (desk: Desk, asked: Asked): Routes => ({
  "GET /1/datasets": () => {
    rightsOf(desk, asked);
    return ok([...desk.datasets.values()].map(shown));
  },
  "POST /1/datasets": () => {
    demand(desk, asked, "create_datasets");
    const given = bodyOf(asked, ["name"], DATASET_FIELDS);
    if (isFields(given.settings) && given.settings.delete_protected === false)
      unprocessable("delete_protected cannot be false on creation");
    const slug = text(given.name)
      .toLowerCase()
      .replace(/[^a-z0-9_~.]+/g, "-");
    const existing = desk.datasets.get(slug);
    if (existing) return ok(shown(existing)); // 200 instead of 201 is how the API says that it was there
    const made = { name: text(given.name), slug, deleteProtected: true, columns: new Map<string, Fields>() };
    desk.datasets.set(slug, made);
    return ok(shown(made), 201);
  },
  "GET /1/datasets/:slug": ({ slug }) => {
    rightsOf(desk, asked);
    return ok(shown(datasetOf(desk, slug)));
  },
  "PUT /1/datasets/:slug": ({ slug }) => {
    demand(desk, asked, "create_datasets");
    const given = bodyOf(asked, [], ["name", ...DATASET_FIELDS]);
    const found = datasetOf(desk, slug);
    if (isFields(given.settings)) found.deleteProtected = given.settings.delete_protected !== false;
    return ok(shown(found));
  },
  "DELETE /1/datasets/:slug": ({ slug }) => {
    demand(desk, asked, "create_datasets");
    const found = datasetOf(desk, slug);
    if (found.deleteProtected) throw refusal(409, "Dataset is protected from deletion");
    desk.datasets.delete(found.slug);
    return { status: 202 };
  },
  "GET /1/columns/:slug": ({ slug }) => {
    demand(desk, asked, "columns");
    const name = asked.query.get("key_name");
    const all = [...datasetOf(desk, slug).columns.values()];
    if (name === null) return ok(all);
    const one = all.find(({ key_name: key }) => key === name);
    if (one === undefined) throw refusal(404, "Column not found");
    return ok(one);
  },
  "POST /1/columns/:slug": ({ slug }) => {
    demand(desk, asked, "columns");
    const given = column(asked);
    const { columns } = datasetOf(desk, slug);
    if (columns.has(text(given.key_name))) throw refusal(409, "column already exists");
    const made = { type: "string", ...given, ...STAMPS, id: desk.next("col") };
    columns.set(text(given.key_name), made);
    return ok(made, 201);
  },
  "PUT /1/columns/:slug/:id": ({ slug, id }) => {
    demand(desk, asked, "columns");
    const { columns } = datasetOf(desk, slug);
    const old = [...columns.values()].find((one) => one.id === id);
    if (old === undefined) throw refusal(404, "Column not found");
    const given = column(asked);
    if (given.key_name !== old.key_name) unprocessable("key_name cannot be changed");
    const made = { ...old, ...given, ...STAMPS };
    columns.set(text(old.key_name), made);
    return ok(made);
  },
  "DELETE /1/columns/:slug/:id": ({ slug, id }) => {
    demand(desk, asked, "columns");
    const { columns } = datasetOf(desk, slug);
    const old = [...columns.values()].find((one) => one.id === id);
    if (old === undefined) throw refusal(404, "Column not found");
    columns.delete(text(old.key_name));
    return gone;
  },
});

const STAMPS = { created_at: TIME, updated_at: TIME, last_written: TIME };

function column(asked: Asked): Fields {
  const given = bodyOf(asked, ["key_name"], COLUMN_FIELDS);
  if (given.type !== undefined && !TYPES.includes(text(given.type))) unprocessable(`type: ${TYPES.join(", ")}`);
  return given;
}

const shown = ({ name, slug, deleteProtected }: Dataset): Fields => ({
  name,
  slug,
  created_at: TIME,
  last_written_at: TIME,
  settings: { delete_protected: deleteProtected },
});
