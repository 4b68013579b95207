import { componentId, setting } from "../component.ts";
import type { Finding, Rule } from "./rule.ts";

export const memoryLimits: Rule = {
  id: "memory-limits",
  severity: "error",
  explain:
    "A limiter without an interval is off, and one with a limit above the container's memory never acts: the kernel ends the collector first.",
  find: (p, target) =>
    p.processors
      .filter((processor) => processor.kind === "memory_limiter")
      .flatMap((processor) => {
        const place = `processors.${componentId(processor)}`;
        const limit = setting(processor, "limit_mib");
        const spike = setting(processor, "spike_limit_mib");
        const interval = setting(processor, "check_interval");
        const findings: Finding[] = [];
        if (interval === undefined || /^0\D*$/.test(String(interval))) {
          findings.push({
            place,
            message: "check_interval is not set, so it never checks",
            fix: "set check_interval: 1s",
          });
        }
        if (typeof limit === "number" && target.memoryMiB !== undefined && limit > target.memoryMiB * 0.9) {
          findings.push({
            place: `${place}.limit_mib`,
            message: `${limit} MiB leave nothing of the container's ${target.memoryMiB} MiB for the process itself`,
            fix: `set limit_mib to ${Math.floor(target.memoryMiB * 0.75)} or less`,
          });
        }
        if (typeof limit === "number" && typeof spike === "number" && spike >= limit) {
          findings.push({
            place: `${place}.spike_limit_mib`,
            message: `${spike} is not below limit_mib ${limit}`,
            fix: `set it to ${Math.floor(limit * 0.25)}`,
          });
        }
        return findings;
      }),
};
