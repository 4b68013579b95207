import { grafanaStack } from "./answers.ts";
import type { PropertyMap } from "./properties.ts";

/** What a data source (an invoke) returns; `undefined` when it is not known without the real provider. */
export type InvokeAnswers = (token: string, args: PropertyMap) => PropertyMap | undefined;

/** The few data sources whose answer can be given without a network. */
export const standardInvokes: InvokeAnswers = (token, args) => {
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
};
