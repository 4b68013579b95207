import type { HoneycombQuery } from "../../../dashboards/compile/honeycomb.ts";
import type { RulesConfig } from "../../../dashboards/render/context.ts";
import { renderHoneycombBoards } from "../../../dashboards/render/honeycomb/boards.ts";
import { renderHoneycombSlos } from "../../../dashboards/render/honeycomb/slos.ts";
import { renderHoneycombTriggers } from "../../../dashboards/render/honeycomb/triggers.ts";

/** Datasets and columns that must exist ahead of the data, so that the first `up` can make boards and triggers. Pure. */

export type ColumnType = "string" | "integer" | "float" | "boolean";

export interface ColumnPlan {
  readonly name: string;
  readonly type: ColumnType;
}

export interface DatasetPlan {
  /** Name and slug alike: small letters, digits and dashes. */
  readonly name: string;
  readonly columns: readonly ColumnPlan[];
}

export interface DatasetsInput {
  /** What boards, triggers and objectives are made from. */
  readonly rules: RulesConfig;
  readonly metricsDataset: string;
  /** Services that send telemetry, by name. */
  readonly services: readonly string[];
  /** Triggers the plan allows. */
  readonly triggerLimit: number;
  /** Whether the plan has objectives, which read columns too. */
  readonly objectives: boolean;
}

/**
 * One dataset a service, since Honeycomb files spans and logs by service.name, and one for all metrics. Columns of spans and logs are
 * made in the first dataset only: boards ask the whole environment, which knows a column as soon as one dataset has it.
 */
export function datasets(input: DatasetsInput): readonly DatasetPlan[] {
  const asked = queries(input);
  const columns = (inMetrics: boolean) =>
    columnsOf(
      asked.filter(({ dataset }) => (dataset === input.metricsDataset) === inMetrics).map(({ query }) => query),
      inMetrics,
    );
  const [home, ...others] = input.services;
  return [
    ...(home === undefined ? [] : [{ name: home, columns: columns(false) }]),
    ...others.map((name) => ({ name, columns: [] })),
    { name: input.metricsDataset, columns: columns(true) },
  ];
}

interface Asked {
  readonly dataset?: string;
  readonly query: Pick<HoneycombQuery, "calculations" | "calculated_fields" | "filters" | "breakdowns">;
}

function queries({ rules, metricsDataset, triggerLimit, objectives }: DatasetsInput): readonly Asked[] {
  const boards = renderHoneycombBoards({ ...rules, metricsDataset }).flatMap(({ panels }) => panels);
  const { triggers } = renderHoneycombTriggers({ ...rules, metricsDataset, triggerLimit });
  const slis = objectives ? renderHoneycombSlos(rules).map(({ sli }) => sli) : [];
  const judged = slis.map(({ alias, expression }) => ({
    query: { calculations: [], calculated_fields: [{ name: alias, expression }] },
  }));
  return [...boards, ...triggers, ...judged];
}

function columnsOf(asked: readonly Asked["query"][], inMetrics: boolean): readonly ColumnPlan[] {
  const found = new Map<string, ColumnType>();
  for (const { calculations, calculated_fields = [], filters = [], breakdowns = [] } of asked) {
    const calculated = new Set(calculated_fields.map(({ name }) => name));
    const numbers = [
      ...calculations.flatMap(({ column }) => column ?? []),
      ...calculated_fields.flatMap(({ expression }) => referenced(expression)),
    ];
    const conditions = [...filters, ...calculations.flatMap((one) => one.filters ?? [])];
    const groups = [...conditions.map(({ column }) => column), ...breakdowns];
    for (const name of [...numbers, ...groups]) {
      if (calculated.has(name)) continue;
      found.set(
        name,
        KNOWN_TYPES[name] ?? found.get(name) ?? (inMetrics && numbers.includes(name) ? "float" : "string"),
      );
    }
  }
  return [...found].map(([name, type]) => ({ name, type })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Columns a calculated field names: `$duration_ms`, `$http.response.status_code`. */
function referenced(expression: string): readonly string[] {
  return [...expression.matchAll(/\$([A-Za-z0-9_.]+)/g)].map(([, name = ""]) => name);
}

/** What does not follow from how a column is used. */
const KNOWN_TYPES: Readonly<Record<string, ColumnType>> = {
  duration_ms: "float",
  "reminder.lateness_s": "float",
  error: "boolean",
  severity_code: "integer",
  "http.response.status_code": "integer",
  "service.instance.id": "string",
  "service.name": "string",
};
