import { grafanaStack } from "./answers.ts";
import type { PropertyMap } from "./properties.ts";

/** What the few data sources (invokes) return whose answer can be given without a network; undefined for the others. */
export function standardInvokes(token: string, args: PropertyMap): PropertyMap | undefined {
  switch (token) {
    case "grafana:cloud/getStack:getStack":
      return { ...args, ...grafanaStack(String(args.slug)) };
    case "grafana:syntheticMonitoring/getProbes:getProbes":
      return { ...args, id: "probes", probes: { Frankfurt: 1, London: 2, Ohio: 3, Singapore: 4, Sydney: 5 } };
    case "newrelic:index/getEntity:getEntity":
      return {
        ...args,
        id: "entity",
        guid: "recorded-guid",
        applicationId: "1",
        entityType: "",
        servingApmApplicationId: "1",
      };
    default:
      return undefined;
  }
}
