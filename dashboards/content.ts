import { datastoreAlerts } from "./alerts/datastores.ts";
import { machineAlerts } from "./alerts/machine.ts";
import { messagingAlerts } from "./alerts/messaging.ts";
import { serviceAlerts } from "./alerts/services.ts";
import { expectedAlerts, telemetryAlerts } from "./alerts/telemetry.ts";
import { collector } from "./boards/collector.ts";
import { deploys } from "./boards/deploys.ts";
import { machine } from "./boards/machine.ts";
import { messaging } from "./boards/messaging.ts";
import { overview } from "./boards/overview.ts";
import { postgres } from "./boards/postgres.ts";
import { rabbitmq } from "./boards/rabbitmq.ts";
import { redis } from "./boards/redis.ts";
import { serviceBoard } from "./boards/service.ts";
import type { Facts } from "./facts.ts";
import type { Alert } from "./model/alert.ts";
import { type Board, row, sourcesOf } from "./model/board.ts";
import { type Objective, objectiveSources } from "./model/objective.ts";
import type { Source } from "./model/source.ts";
import { serviceObjectives } from "./slos/services.ts";
import { withTargets } from "./slos/targets.ts";

/** What is shown and judged of one stack, complete: the renderers leave nothing of it out for want of a source. */
export interface Content {
  /** Name of the application, as in its telemetry. */
  readonly namespace: string;
  /** In the order a person looks at them. */
  readonly boards: readonly Board[];
  /** Most important first within an area. */
  readonly alerts: readonly Alert[];
  readonly objectives: readonly Objective[];
  /** Seconds between two points of a metric. Default: 15. */
  readonly metricsInterval: number;
  /** The service people meet first, for a trace search that takes one service only; empty where none sends telemetry. */
  readonly firstService: string;
}

/**
 * Boards, alerts and objectives of a stack: of its services by their roles, its stores, its machine, the collector, and its packs. What has no
 * deployed source is absent.
 * @throws Error, one sentence, when a target names no objective of the stack, or an id is used twice
 */
export function contentOf(facts: Facts): Content {
  const has = (needed: readonly Source[]): boolean => needed.every((source) => facts.sources.includes(source));
  const { services, stores, packs } = facts;
  const boards = [
    overview,
    ...packs.flatMap((pack) => pack.boards),
    ...services.map((service) => serviceBoard(service, stores)),
    ...(stores.includes("rabbitmq") ? [messaging] : []),
    ...(stores.includes("postgres") ? [postgres] : []),
    ...(stores.includes("redis") ? [redis] : []),
    ...(stores.includes("rabbitmq") ? [rabbitmq] : []),
    machine,
    collector,
    deploys(services.some(({ runtime }) => runtime === "python")),
  ]
    .map((board) => available(board, has))
    .filter(({ rows }) => rows.length > 0);
  const alerts = [
    ...serviceAlerts(facts),
    ...packs.flatMap((pack) => pack.alerts),
    ...messagingAlerts(facts.parkedQueues),
    ...datastoreAlerts(facts),
    ...machineAlerts,
    ...expectedAlerts(facts),
    ...telemetryAlerts(facts),
  ].filter(({ signal }) => has(signal.sources));
  const objectives = [...services.flatMap(serviceObjectives), ...packs.flatMap((pack) => pack.objectives)].filter(
    (objective) => has(objectiveSources(objective)),
  );
  refuseTwice("board", boards);
  refuseTwice("alert", alerts);
  refuseTwice("objective", objectives);
  const first = services.find(({ role }) => role === "http") ?? services[0];
  return {
    namespace: facts.namespace,
    boards,
    alerts,
    objectives: withTargets(objectives, facts.targets),
    metricsInterval: facts.metricsInterval ?? 15,
    firstService: first?.name ?? "",
  };
}

/** The board without what its sources cannot give; what is left of a row shares its width. */
function available(board: Board, has: (sources: readonly Source[]) => boolean): Board {
  const rows = board.rows.map(({ title, panels }) =>
    row(
      title,
      panels.filter((panel) => has(sourcesOf(panel))),
    ),
  );
  return { ...board, rows: rows.filter(({ panels }) => panels.length > 0) };
}

function refuseTwice(kind: string, of: readonly { readonly id: string }[]): void {
  const ids = of.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw new Error(
      `content: there are two ${kind}s with the id "${twice}". Rename the one in your content pack; ids of services, stores and roles are taken.`,
    );
}
