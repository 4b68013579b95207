import type * as pulumi from "@pulumi/pulumi";
import { type HoneycombOptions, HoneycombResource } from "./resources.ts";

/** Boards and what they are made of, over Honeycomb's Terraform provider. An absent dataset means the whole environment. */

export interface QueryArgs {
  /** A query specification. Queries are immutable: another text is another query. */
  readonly queryJson: string;
  readonly dataset?: string;
}

export class Query extends HoneycombResource {
  constructor(name: string, args: QueryArgs, opts: HoneycombOptions) {
    super("Query", name, { ...args }, [], opts);
  }
}

export interface QueryAnnotationArgs {
  readonly queryId: pulumi.Input<string>;
  readonly name: string;
  readonly description?: string;
  readonly dataset?: string;
}

/** Title and description of a query on a board. */
export class QueryAnnotation extends HoneycombResource {
  constructor(name: string, args: QueryAnnotationArgs, opts: HoneycombOptions) {
    super("QueryAnnotation", name, { ...args }, [], opts);
  }
}

export interface BoardPanelArgs {
  readonly type: "query";
  readonly position: {
    readonly xCoordinate: number;
    readonly yCoordinate: number;
    readonly width: number;
    readonly height: number;
  };
  readonly queryPanels: readonly {
    readonly queryId: pulumi.Input<string>;
    readonly queryAnnotationId: pulumi.Input<string>;
    readonly queryStyle: "graph" | "table" | "combo";
  }[];
}

export interface FlexibleBoardArgs {
  readonly name: string;
  readonly description: string;
  readonly panels: readonly BoardPanelArgs[];
}

export class FlexibleBoard extends HoneycombResource {
  declare readonly boardUrl: pulumi.Output<string>;
  constructor(name: string, args: FlexibleBoardArgs, opts: HoneycombOptions) {
    super("FlexibleBoard", name, { ...args }, ["boardUrl"], opts);
  }
}

export interface MarkerArgs {
  readonly message: string;
  /** Decides the colour. */
  readonly type: string;
}

/** A line on every graph of the environment, at the time it was made. */
export class Marker extends HoneycombResource {
  constructor(name: string, args: MarkerArgs, opts: HoneycombOptions) {
    super("Marker", name, { ...args }, [], opts);
  }
}
