import { z } from "zod";
import { activeAlerts, alertSource } from "../verify/alerts.ts";
import { leftAlone } from "../verify/aside.ts";
import { runVerify } from "../verify/run.ts";
import { type Tool, tool } from "./tool.ts";

const nothing = z.strictObject({});

/** What is deployed, whether its telemetry arrives, and what fires. */
export const proofTools: readonly Tool[] = [
  tool(
    "stack",
    "What is deployed: environment, services with their calls, what the collector measures, backends and the addresses of published services. Ask it first.",
    nothing,
    async (_, { stack, outputs }) => {
      const { system, query, published } = await outputs();
      const { environment, services, sources } = system;
      const names = services.map(({ name, kind, calls }) => ({ name, kind, calls }));
      return { stack, environment, services: names, sources, backends: query.map(({ kind }) => kind), published };
    },
  ),
  tool(
    "verify",
    "Proves on every backend that telemetry of each service, edge and source arrives. Answers what is missing, one sentence each, and with a trace that proves what is not. Takes up to waitSeconds when something is missing.",
    z.strictObject({
      minutes: z.number().int().min(1).max(60).default(5).describe("only data of the last minutes counts"),
      waitSeconds: z.number().int().min(0).max(60).default(10).describe("how long to wait for what is missing"),
    }),
    async ({ minutes, waitSeconds }, { stack, outputs }) => {
      const { query, system } = await outputs();
      const report = await runVerify({
        query,
        system,
        since: new Date(Date.now() - minutes * 60_000),
        timeoutSeconds: waitSeconds,
        leftAlone: await leftAlone(
          stack,
          system.services.map(({ name }) => name),
        ),
      });
      const backends = report.backends.map(({ backend, complete, missing, idle, unprovable, results }) => ({
        backend,
        complete,
        missing,
        idle,
        unprovable,
        proven: results.filter(({ found }) => found).map(({ id, detail, traceId }) => ({ id, detail, traceId })),
      }));
      return { since: report.since, complete: report.complete, backends };
    },
  ),
  tool(
    "firing",
    "Alerts that are pending or fire now, where the rules are judged on this machine (backend jaeger). The runbook of one: tool alert.",
    nothing,
    async (_, { outputs }) => activeAlerts(alertSource((await outputs()).query)),
  ),
];
