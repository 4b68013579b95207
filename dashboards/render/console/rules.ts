import { activeAlerts, type RulesConfig } from "../context.ts";
import { alertingRules, type Surroundings } from "../prometheus/rules.ts";
import type { ConsoleRule } from "./stack.ts";

/** The alerts and objectives of the models, and what Prometheus' renderer adds to them. */
export function consoleRules(config: RulesConfig, surroundings: Surroundings): readonly ConsoleRule[] {
  const { objectives } = config.content;
  return [
    ...activeAlerts(config).map(
      ({ id, title, severity, board, runbook, signal, op, threshold, forSeconds }): ConsoleRule => ({
        id,
        title,
        severity,
        board,
        runbook,
        meaning: signal.meaning,
        when: { op, threshold, forSeconds, unit: signal.unit },
      }),
    ),
    ...alertingRules(config, surroundings).map(({ expr: _, for: __, ...rule }): ConsoleRule => rule),
    ...objectives.map(
      ({ id, name, promise, board, runbook, service }): ConsoleRule => ({
        id: `slo-${id}`,
        title: name,
        severity: "objective",
        meaning: promise,
        board,
        runbook,
        service,
      }),
    ),
  ];
}
