import { describe, expect, test } from "vitest";
import type { BackendKind } from "../../../vendors/kinds.ts";
import { touched } from "../../support/engine.ts";
import { KINDS, nameOf, networksOf, on, owned } from "./cases.ts";

const PAIRS = KINDS.flatMap((from) => KINDS.filter((to) => to !== from).map((to) => [from, to] as const));
const urns = (list: readonly { readonly urn: string }[]) => list.map(({ urn }) => urn).sort();

/**
 * Docs, "What a swap touches": the old backend's own resources are deleted, the new one's created, with the networks of backends on this machine; the
 * collector is replaced and a deployment marker written, nothing else.
 */
async function documented(from: BackendKind, to: BackendKind) {
  const [before, after] = [await on(from), await on(to)];
  const networks = { before: networksOf(before), after: networksOf(after) };
  return {
    create: urns([...owned(after, to), ...(networks.before.length > 0 ? [] : networks.after)]),
    update: [],
    replace: ["collector", "deployment"],
    delete: urns([...owned(before, from), ...(networks.after.length > 0 ? [] : networks.before)]),
  };
}

export function swapTests(): void {
  describe("a swap of the backend", () => {
    test.each(PAIRS)(
      "from %s to %s touches their own resources, the collector and the deployment marker",
      async (from, to) => {
        const steps = touched(await on(from), await on(to));
        expect({
          create: [...steps.create].sort(),
          update: steps.update,
          replace: steps.replace.map(nameOf),
          delete: [...steps.delete].sort(),
        }).toEqual(await documented(from, to));
      },
    );

    test("has 56 directions, and every one was looked at", () => {
      expect(PAIRS).toHaveLength(56);
    });

    test("is no change at all where the backend stays", async () => {
      const steps = touched(await on("new-relic"), await on("new-relic"));
      expect(steps).toEqual({ create: [], update: [], replace: [], delete: [] });
    });
  });

  describe("sending to two backends while moving", () => {
    const both = () =>
      on("new-relic", { config: { extraBackends: ["datadog"] }, secrets: { datadogApiKey: "canary-dd" } });

    test("adds the second one's resources, replaces the collector and the marker, and leaves the first as it is", async () => {
      const steps = touched(await on("new-relic"), await both());
      expect({ ...steps, replace: steps.replace.map(nameOf), update: steps.update.map(nameOf) }).toEqual({
        create: [],
        update: [],
        replace: ["collector", "deployment"],
        delete: [],
      });
    });

    test("gives each its own exporter and its own queue, so that a dead one does not hold up the other", async () => {
      const config = (await both()).container("collector").files["/etc/otelcol/config.yaml"] ?? "";
      const exporters = [...config.matchAll(/^ {2}(otlp_?http\/[\w-]+):$/gm)].map(([, id]) => id);
      expect(exporters).toEqual([
        "otlp_http/new-relic",
        "otlp_http/datadog-traces",
        "otlp_http/datadog-metrics",
        "otlp_http/datadog-logs",
      ]);
      expect(config.match(/block_on_overflow: false/g)).toHaveLength(4);
    });
  });
}
