import { parseDocument } from "yaml";
import { buildPipeline } from "../../pipeline/build.ts";
import { renderCollector } from "../../pipeline/render/collector.ts";
import { createNetwork, type RunningCollector, startCollector } from "../collector/collector.ts";
import { inputFor, version } from "../collector/configs.ts";
import { SECRETS, startVendor, VENDORS, type Vendor, type VendorName } from "./vendors.ts";

/** One collector that sends everything to every vendor's intake. */
export interface Stage {
  readonly collector: RunningCollector;
  vendor(name: VendorName): Vendor;
  close(): Promise<void>;
}

/** A value of the rendered configuration a test needs otherwise, by its path. */
export type Change = readonly [path: readonly string[], value: unknown];

export async function startStage(changes: readonly Change[] = []): Promise<Stage> {
  const network = createNetwork();
  const vendors = new Map<VendorName, Vendor>();
  for (const name of VENDORS) vendors.set(name, await startVendor(name, network.hostAddress));
  const profiles = [...vendors.values()].map(({ profile }) => profile);
  const config = parseDocument(
    renderCollector(buildPipeline(inputFor(profiles, { outageBudgetSeconds: 300 })), version),
  );
  for (const [path, value] of changes) config.setIn(path, value);
  const collector = await startCollector(config.toString({ lineWidth: 0 }), network, {
    secrets: SECRETS,
    memory: "320m",
  });
  return {
    collector,
    vendor: (name) => {
      const found = vendors.get(name);
      if (found === undefined) throw new Error(`${name} was not started.`);
      return found;
    },
    close: async () => {
      collector.remove();
      network.remove();
      await Promise.all([...vendors.values()].map(({ intake }) => intake.close()));
    },
  };
}

/**
 * What the collector's log says it gave up. A stop is logged in the same words ("Dropping data", "interrupted due to shutdown"), although
 * what it interrupts stays in the queue on disk: that is left out.
 */
export function givenUp({ collector }: Stage): readonly { readonly exporter: string; readonly items: number }[] {
  return collector
    .logs()
    .split("\n")
    .filter((line) => line.includes("Dropping data") && !line.includes("interrupted due to shutdown"))
    .map((line): { "otelcol.component.id"?: string; dropped_items?: number } => JSON.parse(line))
    .map((entry) => ({ exporter: entry["otelcol.component.id"] ?? "", items: entry.dropped_items ?? 0 }));
}
