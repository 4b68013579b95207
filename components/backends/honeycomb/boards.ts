import * as pulumi from "@pulumi/pulumi";
import type { HoneycombBoard, HoneycombPanel } from "../../../dashboards/render/honeycomb/boards.ts";
import { type BoardPanelArgs, FlexibleBoard, type HoneycombOptions, Query, QueryAnnotation } from "./resources.ts";

/** A board with its queries and their captions, so that each board is one branch of the tree. */
export class Board extends pulumi.ComponentResource {
  constructor(name: string, board: HoneycombBoard, opts: HoneycombOptions) {
    super("game-scheduler-otel:backends:HoneycombBoard", name, { id: board.id }, { parent: opts.parent });
    const at = { ...opts, parent: this };
    const queries = new Map<string, InstanceType<typeof Query>>();
    const queryOf = (panel: HoneycombPanel) => {
      const args = { queryJson: JSON.stringify(panel.query), ...datasetOf(panel) };
      const key = JSON.stringify(args);
      const query = queries.get(key) ?? new Query(`${name}-${slug(panel.title)}`, args, at);
      queries.set(key, query);
      return query;
    };
    const made = new FlexibleBoard(
      name,
      {
        name: board.name,
        description: board.description,
        panels: board.panels.map((panel): BoardPanelArgs => {
          const queryId = queryOf(panel).id;
          const { title, description, style, position } = panel;
          const caption = { queryId, name: title, description, ...datasetOf(panel) };
          const queryAnnotationId = new QueryAnnotation(`${name}-${slug(title)}`, caption, at).id;
          return { type: "query", position, queryPanels: [{ queryId, queryAnnotationId, queryStyle: style }] };
        }),
      },
      at,
    );
    this.registerOutputs({ url: made.boardUrl });
  }
}

const datasetOf = ({ dataset }: HoneycombPanel): { dataset?: string } => (dataset === undefined ? {} : { dataset });

/** `Messages waiting, by queue` -> `messages-waiting-by-queue`. Titles are unique on a board. */
const slug = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
