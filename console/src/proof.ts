import type { Span } from "../../boards-page/chart-options.ts";
import type { ConsoleStack } from "../../dashboards/render/console/stack.ts";
import type { BackendReport } from "../../verify/report-types.ts";
import { STORES } from "./stores.ts";

/** Asks the stores once for everything that `npm run verify` asks for. */
export async function provedChecks({ system, environment }: ConsoleStack, { from }: Span): Promise<BackendReport> {
  const { runVerify } = await import("../../verify/run.ts");
  const { jaeger, prometheus, victorialogs } = STORES;
  const console = window.location.origin;
  const query = [{ kind: "jaeger", jaeger, prometheus, victorialogs, console }] as const;
  const { backends } = await runVerify({
    query,
    system: { ...system, environment },
    since: new Date(from),
    timeoutSeconds: 0,
  });
  const [report] = backends;
  if (report === undefined) throw new Error("no store was asked");
  return report;
}
