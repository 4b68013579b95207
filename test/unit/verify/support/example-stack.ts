import drive from "../../../../example/drive.ts";
import { INFRASTRUCTURE } from "../../../../verify/infrastructure.ts";
import type { ServiceFacts, System } from "../../../../verify/system.ts";

const ALL_STORES = ["PostgreSQL", "Redis", "RabbitMQ"];
const service = (name: string, work: ServiceFacts["work"]): ServiceFacts => ({
  name,
  kind: "python",
  work,
  calls: ALL_STORES,
  injected: true,
  traced: work === "schedule",
  browser: false,
});

/** What stack dev's outputs say of the example: the recorded run is a run of it. */
export const exampleSystem: System = {
  services: [
    service("api", "requests"),
    service("bot", "commands"),
    service("notification", "schedule"),
    service("status", "schedule"),
    { name: "frontend", kind: "nginx", work: "pages", calls: [], injected: false, traced: false, browser: true },
  ],
  // the recorded collector did not read the logs of containers yet
  sources: INFRASTRUCTURE.map(({ source }) => source).filter((source) => source !== "container logs"),
  environment: "dev",
};

export const exampleStack = { system: exampleSystem, traffic: drive };
