/** Limits inside the collector beside those of its container. */
import type { Rule } from "../rule.ts";

export const containerLimitRules: readonly Rule[] = [
  {
    id: "memory-limit-above-container",
    severity: "warning",
    explain:
      "A limiter that allows more than the container has never refuses anything: the kernel ends the collector first, with all that it holds.",
    bad: "mode: deployment\nresources: {limits: {memory: 512Mi}}\nconfig:\n  processors:\n    memory_limiter: {check_interval: 1s, limit_mib: 1500}\n",
    good: "mode: deployment\nresources: {limits: {memory: 2Gi}}\nconfig:\n  processors:\n    memory_limiter: {check_interval: 1s, limit_mib: 1500}\n",
    *find(config) {
      const { memory } = config.deployed;
      if (memory === undefined) return;
      for (const { settings, path } of config.of("processor", "memorylimiter"))
        if (typeof settings.limit_mib === "number" && settings.limit_mib >= memory)
          yield {
            path: [...path, "limit_mib"],
            message: `the limiter allows ${settings.limit_mib} MiB, and the container has ${Math.floor(memory)}`,
            fix: `write ${Math.max(1, Math.floor(memory * 0.8))} or less, or limit_percentage: 80`,
          };
    },
  },
];
