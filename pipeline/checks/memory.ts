/** The memory limiter: first where data comes in and nowhere else, on, and below what the container may take. */
import { kindOf, setting } from "../component.ts";
import type { PipelineGraph, SignalPipeline } from "../model.ts";
import { componentsIn, isConnector, pipelineAt } from "./graph.ts";
import type { Rule } from "./rule.ts";

export const memoryLimiterFirst: Rule = {
  id: "memory-limiter-first",
  severity: "error",
  explain:
    "Only a limiter in front of everything refuses data before memory is spent on it, so that the sender can retry.",
  *find(p) {
    for (const pipeline of p.service.pipelines) {
      if (onlyConnectorsFeed(p, pipeline)) continue;
      const at = pipeline.processors.findIndex((id) => kindOf(id) === "memory_limiter");
      if (at === 0) continue;
      const message = at > 0 ? `memory_limiter comes after "${pipeline.processors[0]}"` : "it has no memory_limiter";
      yield { place: `${pipelineAt(pipeline)}.processors`, message, fix: "put memory_limiter first" };
    }
  },
};

function onlyConnectorsFeed(p: PipelineGraph, { receivers }: SignalPipeline): boolean {
  return receivers.length > 0 && receivers.every((id) => isConnector(p, id));
}

export const memoryLimiterInside: Rule = {
  id: "memory-limiter-inside",
  severity: "error",
  explain:
    "Behind connectors a refusal reaches no sender: a sampler and a connector that derives metrics lose the data, and where a sender does retry, its spans are counted twice. The limiter where data comes in is enough.",
  *find(p) {
    for (const pipeline of p.service.pipelines) {
      if (!onlyConnectorsFeed(p, pipeline)) continue;
      for (const id of pipeline.processors.filter((one) => kindOf(one) === "memory_limiter")) {
        const message = `"${id}" may refuse what only connectors hand on`;
        yield { place: `${pipelineAt(pipeline)}.processors`, message, fix: `remove "${id}" from the pipeline` };
      }
    }
  },
};

export const memoryLimits: Rule = {
  id: "memory-limits",
  severity: "error",
  explain:
    "A limiter without an interval is off, and one with a limit above the container's memory never acts: the kernel ends the collector first.",
  *find(p, { memoryMiB }) {
    for (const { place, component } of componentsIn(p, "processors", "memory_limiter")) {
      const limit = setting(component, "limit_mib");
      const spike = setting(component, "spike_limit_mib");
      const interval = setting(component, "check_interval");
      if (interval === undefined || /^0\D*$/.test(String(interval))) {
        yield { place, message: "check_interval is not set, so it never checks", fix: "set check_interval: 1s" };
      }
      if (typeof limit !== "number") continue;
      if (memoryMiB !== undefined && limit > memoryMiB * 0.9) {
        const message = `${limit} MiB leave nothing of the container's ${memoryMiB} MiB for the process itself`;
        yield { place: `${place}.limit_mib`, message, fix: `set limit_mib to ${Math.floor(memoryMiB * 0.75)} or less` };
      }
      if (typeof spike === "number" && spike >= limit) {
        const message = `${spike} is not below limit_mib ${limit}`;
        yield { place: `${place}.spike_limit_mib`, message, fix: `set it to ${Math.floor(limit * 0.25)}` };
      }
    }
  },
};
