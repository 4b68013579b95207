import type { Content } from "../../dashboards/content.ts";
import type { Inventory } from "../inventory/model.ts";
import { blindFindings } from "./blind.ts";
import { type Finding, sorted } from "./finding.ts";
import { logFindings } from "./logs.ts";
import { metricFindings } from "./metrics.ts";
import { resourceFindings, volumeFindings, wholeServices } from "./services.ts";
import { spanFindings } from "./spans.ts";

/**
 * What differs between two runs in the same use, the worst first; nothing where they are of the same code. Pure.
 * @param content what is shown and judged of the stack: what of it goes blind is named. Default: nothing
 */
export function difference(base: Inventory, head: Inventory, content?: Content): readonly Finding[] {
  const { findings, left, lost } = wholeServices(base, head);
  return sorted([
    ...findings,
    ...spanFindings(base, head, left.traces, lost),
    ...metricFindings(base, head, left.metrics),
    ...logFindings(base, head, left.logs),
    ...resourceFindings(base, head, left),
    ...volumeFindings(base, head, left),
    ...(content === undefined ? [] : blindFindings(base, head, content)),
  ]);
}
