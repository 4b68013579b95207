import type { Config } from "../../config/load.ts";

/** Variable of a collector's container that tells it from the others of a swarm. */
export const INSTANCE = "COLLECTOR_INSTANCE";

/** How the pipeline finds out which of several collectors it runs in; nothing where there is one. */
export const instanceIn = ({ deployment }: Pick<Config, "deployment">) =>
  deployment === "swarm" ? { instance: { env: INSTANCE } } : {};
