import type { Component } from "../../component.ts";
import { ottlString } from "../../ottl.ts";
import type { TelemetrySignal } from "../../signal.ts";
import { bodyOf, counterpart, type Part } from "./settings.ts";

/**
 * What a processor is in Alloy: mostly one component, else several in a row.
 * @param signal what passes it: statements for others are left out
 */
export function processorParts(component: Component, signal: TelemetrySignal): readonly Part[] {
  const kind = counterpart("processor", component);
  const { settings } = component;
  switch (component.kind) {
    case "memory_limiter": {
      const { limit_mib, spike_limit_mib, ...rest } = settings as Record<"limit_mib" | "spike_limit_mib", number>;
      return [{ kind, body: bodyOf({ ...rest, limit: `${limit_mib}MiB`, spike_limit: `${spike_limit_mib}MiB` }) }];
    }
    case "transform": {
      const { error_mode } = settings as { readonly error_mode: string };
      const name = STATEMENTS[signal];
      const own = { error_mode, [name]: Reflect.get(settings, name) };
      return [{ kind, body: bodyOf(own, { repeated: { [name]: name } }) }];
    }
    case "resource":
      return resourceParts(kind, settings as ResourceSettings, signal);
    case "tail_sampling":
      return [{ kind, body: bodyOf(settings, { objects: ["decision_cache"], repeated: { policies: "policy" } }) }];
    default:
      return [{ kind, body: bodyOf(settings) }];
  }
}

interface ResourceSettings {
  readonly attributes: readonly {
    readonly key: string;
    readonly action: "insert" | "upsert" | "delete";
    readonly value?: string;
    readonly from_context?: string;
  }[];
}

const STATEMENTS = { traces: "trace_statements", metrics: "metric_statements", logs: "log_statements" } as const;
const RECORD = { traces: "span", metrics: "datapoint", logs: "log" } as const;

/** Where a value of the request waits on each record until it is moved to the resource. */
const CARRIER = "alloy.request.";

/** Alloy has no processor for resources: statements do the same, and what the request's headers say takes the way over the records. */
function resourceParts(kind: string, { attributes }: ResourceSettings, signal: TelemetrySignal): readonly Part[] {
  const requested = attributes.filter(({ from_context }) => from_context !== undefined);
  const own = attributes.filter(({ from_context }) => from_context === undefined).map(resourceStatement);
  const moved = requested.flatMap(({ key }) => {
    const carrier = `attributes[${ottlString(CARRIER + key)}]`;
    return [
      `set(resource.attributes[${ottlString(key)}], ${carrier}) where ${carrier} != nil`,
      `delete_key(attributes, ${ottlString(CARRIER + key)})`,
    ];
  });
  const statements = [
    { context: "resource", statements: own },
    { context: RECORD[signal], statements: moved },
  ].filter((each) => each.statements.length > 0);
  const body = bodyOf({ error_mode: "ignore", statements }, { repeated: { statements: STATEMENTS[signal] } });
  const actions = requested.map(({ key, from_context }) => ({ key: CARRIER + key, from_context, action: "upsert" }));
  const carried = bodyOf({ actions }, { repeated: { actions: "action" } });
  return [...(requested.length > 0 ? [{ kind: "otelcol.processor.attributes", body: carried }] : []), { kind, body }];
}

function resourceStatement({ key, action, value = "" }: ResourceSettings["attributes"][number]): string {
  const target = `attributes[${ottlString(key)}]`;
  switch (action) {
    case "upsert":
      return `set(${target}, ${ottlString(value)})`;
    case "insert":
      return `set(${target}, ${ottlString(value)}) where ${target} == nil`;
    case "delete":
      return `delete_key(attributes, ${ottlString(key)})`;
    default:
      return action satisfies never;
  }
}
