import drive from "../../../../example/drive.ts";
import { INFRASTRUCTURE } from "../../../../verify/infrastructure.ts";
import type { ServiceFacts, System } from "../../../../verify/system.ts";

const ALL_STORES = ["PostgreSQL", "Redis", "RabbitMQ"];
const service = (name: string): ServiceFacts => ({ name, kind: "python", calls: ALL_STORES });

/** What stack dev's outputs say of the example: the recorded run is a run of it. */
export const exampleSystem: System = {
  services: [
    service("api"),
    service("bot"),
    service("notification"),
    service("status"),
    { name: "frontend", kind: "nginx", calls: [] },
  ],
  sources: INFRASTRUCTURE.map(({ source }) => source),
};

export const exampleStack = { system: exampleSystem, traffic: drive };
