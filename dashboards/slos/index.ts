import { atMost, rate } from "../model/build.ts";
import type { Objective } from "../model/objective.ts";
import { FAST_ENOUGH_SECONDS, httpServerDuration } from "../signals/api.ts";
import { deliveredOnTimeRate, deliveredRate } from "../signals/daemons.ts";
import { spanCalls } from "../signals/spans.ts";

const API = { "service.name": "api" } as const;
const EVENTS = { "service.name": "bot", "span.kind": "SPAN_KIND_CONSUMER" } as const;
const COMMANDS = { "service.name": "bot", "span.name": { like: "discord.command.*" } } as const;
const WELL = { "status.code": { not: "STATUS_CODE_ERROR" } } as const;

export const OBJECTIVES: readonly Objective[] = [
  {
    id: "api-availability",
    name: "API availability",
    promise: "A request to the API is answered without a server error",
    valid: rate(httpServerDuration, { where: API }),
    good: rate(httpServerDuration, { where: { ...API, "http.response.status_code": { unlike: "5.." } } }),
    target: 0.995,
    days: 28,
    service: "api",
    board: "api",
    sources: ["sdk:http-server"],
  },
  {
    id: "api-latency",
    name: "API latency",
    promise: "A request to the API is answered within half a second",
    valid: rate(httpServerDuration, { where: API }),
    good: atMost(FAST_ENOUGH_SECONDS, httpServerDuration, { where: API }),
    target: 0.95,
    days: 28,
    service: "api",
    board: "api",
    sources: ["sdk:http-server"],
  },
  {
    id: "event-success",
    name: "Events posted",
    promise: "What happens to a game is posted in Discord",
    valid: rate(spanCalls, { where: EVENTS }),
    good: rate(spanCalls, { where: { ...EVENTS, ...WELL } }),
    target: 0.99,
    days: 28,
    service: "bot",
    board: "bot",
    sources: ["span-metrics"],
  },
  {
    id: "command-success",
    name: "Command success",
    promise: "A slash command is answered",
    valid: rate(spanCalls, { where: COMMANDS }),
    good: rate(spanCalls, { where: { ...COMMANDS, ...WELL } }),
    target: 0.99,
    days: 28,
    service: "bot",
    board: "bot",
    sources: ["span-metrics", "instrumentation:discord"],
    optional: true,
  },
  {
    id: "notification-timeliness",
    name: "Notification timeliness",
    promise: "A reminder is in Discord within a minute of its time",
    valid: deliveredRate,
    good: deliveredOnTimeRate,
    target: 0.99,
    days: 28,
    service: "bot",
    board: "daemons",
    sources: ["logs"],
  },
];

/** The objectives with targets a person has set, by id. Unknown ids are an error that names the known ones. */
export function withTargets(targets: Readonly<Record<string, number>>): readonly Objective[] {
  const unknown = Object.keys(targets).find((id) => !OBJECTIVES.some((objective) => objective.id === id));
  if (unknown !== undefined) {
    const known = OBJECTIVES.map((objective) => objective.id).join(", ");
    throw new Error(`slos: "${unknown}" is no objective. Allowed: ${known}.`);
  }
  return OBJECTIVES.map((objective) => {
    const target = targets[objective.id] ?? objective.target;
    if (!(target > 0 && target < 1)) {
      throw new Error(`slos.${objective.id}: target ${target} is not between 0 and 1. Write 99.5 % as 0.995.`);
    }
    return { ...objective, target };
  });
}
