import type { Fields } from "./fields.ts";
import { boardRoutes } from "./honeycomb-boards.ts";
import { datasetRoutes } from "./honeycomb-datasets.ts";
import { type Dataset, type Desk, demand, ok, type Right, rightsOf, V1_RIGHTS } from "./honeycomb-desk.ts";
import { markerRoutes } from "./honeycomb-markers.ts";
import { honeycombQueries, type QueryOptions } from "./honeycomb-query.ts";
import { queryRoutes } from "./honeycomb-saved-queries.ts";
import { sloRoutes } from "./honeycomb-slos.ts";
import { type Team, teamRoutes } from "./honeycomb-team.ts";
import { triggerRoutes } from "./honeycomb-triggers.ts";
import { type Asked, type Fake, route, startFake } from "./server.ts";

export interface HoneycombOptions {
  /** Keys of one environment -> what they may do. */
  readonly keys: Readonly<Record<string, readonly Right[]>>;
  /** Management key as `id:secret` -> its scopes. Default: none. */
  readonly management?: Readonly<Record<string, readonly string[]>>;
  /** The dataset of metrics. Default: metrics. */
  readonly metricsDataset?: string;
  /** Triggers the plan allows. Default: 2. */
  readonly maxTriggers?: number;
  /** Whether the plan has SLOs. Default: false. */
  readonly hasSlos?: boolean;
  /** Telemetry that can be asked for; its datasets then replace those that were made. */
  readonly holds?: QueryOptions;
}

/** What an environment has, to be looked at. */
type Shelves =
  | "queries"
  | "annotations"
  | "boards"
  | "recipients"
  | "derivedColumns"
  | "slos"
  | "burnAlerts"
  | "markers";

export interface Honeycomb extends Fake, Readonly<Pick<Desk, Shelves>> {
  readonly datasets: ReadonlyMap<string, Dataset>;
  readonly triggers: readonly Fields[];
  readonly environments: readonly Fields[];
  readonly apiKeys: readonly Fields[];
}

/** Honeycomb's v1 API (all that an environment has) and v2 API (environments, keys). Minted configuration keys work in the v1 API. */
export async function startHoneycomb(options: HoneycombOptions): Promise<Honeycomb> {
  const environments: Fields[] = [];
  const apiKeys: Fields[] = [];
  const keys: Record<string, readonly Right[]> = { ...options.keys };
  let serial = 0;
  const next = (prefix: string) => `${prefix}${++serial}`;
  const desk: Desk = {
    datasets: new Map(),
    queries: new Map(),
    annotations: new Map(),
    boards: new Map(),
    triggers: new Map(),
    recipients: new Map(),
    derivedColumns: new Map(),
    slos: new Map(),
    burnAlerts: new Map(),
    markers: new Map(),
    metricsDataset: options.metricsDataset ?? options.holds?.metricsDataset ?? "metrics",
    keys,
    next,
    maxTriggers: options.maxTriggers ?? 2,
    hasSlos: options.hasSlos ?? false,
  };
  const held =
    options.holds &&
    honeycombQueries(options.holds, (asked, right) => {
      if (right === "any") rightsOf(desk, asked);
      else demand(desk, asked, right);
    });
  const v1 = (asked: Asked) => ({
    "GET /1/auth": () => {
      const granted = rightsOf(desk, asked);
      const access = Object.fromEntries(V1_RIGHTS.map((right) => [right, granted.includes(right)]));
      return ok({
        api_key_access: access,
        environment: { name: "prod", slug: "prod" },
        team: { name: "Games", slug: "games" },
      });
    },
    ...datasetRoutes(desk, asked),
    ...queryRoutes(desk, asked),
    ...boardRoutes(desk, asked),
    ...triggerRoutes(desk, asked),
    ...sloRoutes(desk, asked),
    ...markerRoutes(desk, asked),
    ...held?.(asked),
  });

  const team: Team = {
    management: options.management ?? {},
    environments,
    apiKeys,
    next,
    admit: (key, rights) => {
      keys[key] = rights;
    },
  };

  const fake = await startFake((asked) => {
    const found = asked.path.startsWith("/2/") ? route(asked, teamRoutes(team, asked)) : route(asked, v1(asked));
    return found ?? { status: 404, body: { error: "not found" } };
  });
  return {
    ...fake,
    ...desk,
    get triggers() {
      return [...desk.triggers.values()];
    },
    environments,
    apiKeys,
  };
}
