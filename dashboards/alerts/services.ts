import { serviceBoardId } from "../boards/service.ts";
import type { Facts, ServiceFacts } from "../facts.ts";
import { type Alert, above, alert, alertsOn, below, NO_DATA } from "../model/alert.ts";
import { whenEnough } from "../model/build.ts";
import type { Expression, Where } from "../model/expression.ts";
import type { Metric } from "../model/metric.ts";
import { type Signal, signal } from "../model/signal.ts";
import { deliverySignals, messageDelay } from "../signals/deliveries.ts";
import { commandSpans, discordSignals } from "../signals/discord.ts";
import { errorLogs } from "../signals/logs.ts";
import { statusSilence } from "../signals/nginx.ts";
import { systemSignals as all, CONSUMED, ENTRY, FAILED, OUTGOING, spanCalls, spanDuration } from "../signals/spans.ts";
import { consumerSignals, daemonMissed, daemonRuns, platformSignals, silence } from "../signals/work.ts";

/** Events within five minutes below which a share says nothing: two failures of three wake nobody. */
const ENOUGH = 10;
/** Failures within five minutes below which their share says nothing: one of ten is a share of 10 %, and one event. */
const ENOUGH_FAILED = 2;
const FAILED_TRACES: Where = { "status.code": "STATUS_CODE_ERROR" };

/** The signal, where enough of the events it is made from, spans unless said, came within five minutes. */
function judged(of: Signal, where: Where, by: readonly string[] = [], events: Metric = spanCalls): Signal {
  const value: Expression = whenEnough(of.value, events, ENOUGH, { where, by });
  return signal(`${of.id}-judged`, of.name, of.unit, {
    meaning: `${of.meaning}; of at least ${ENOUGH} in five minutes`,
    value,
  });
}

/** A share of failed spans, where enough came and more than one failed. */
function judgedFailures(of: Signal, where: Where, by: readonly string[] = []): Signal {
  const { value, meaning, ...rest } = judged(of, where, by);
  return {
    ...rest,
    meaning: `${meaning}, ${ENOUGH_FAILED} of them failed`,
    value: whenEnough(value, spanCalls, ENOUGH_FAILED, { where: { ...where, ...FAILED }, by }),
  };
}

const SERVICE = ["service.name"];

/** Rules about all services of a stack, and about each by its role. */
export function serviceAlerts({ services, stores }: Pick<Facts, "services" | "stores">): readonly Alert[] {
  if (services.length === 0) return [];
  const late = stores.includes("rabbitmq") ? [messagesLate] : [];
  return [...commonAlerts, ...late, ...services.flatMap(roleAlerts), ...services.flatMap(silent)];
}

const messagesLate = alert("messages-late", "ticket", {
  title: "Messages reach a service more than a minute after they were published",
  when: above(judged(deliverySignals.delay, {}, SERVICE, messageDelay), 60, 300),
  noData: NO_DATA.idle,
  board: "messaging",
  traces: { "messaging.system": "rabbitmq" },
});

const failing = alertsOn({ noData: NO_DATA.idle, board: "overview", traces: FAILED_TRACES });

const commonAlerts = [
  failing(
    "service-errors",
    "page",
    "A service fails more than one in twenty",
    above(judgedFailures(all.workFailures, ENTRY, SERVICE), 0.05, 300),
  ),
  alert("service-slow", "ticket", {
    title: "A service takes more than five seconds for its slowest requests",
    when: above(judged(all.workLatency, ENTRY, SERVICE, spanDuration), 5, 600),
    noData: NO_DATA.idle,
    board: "overview",
    traces: {},
  }),
  failing("error-logs", "ticket", "A service writes many errors into its log", above(errorLogs, 0.2, 300)),
  failing(
    "dependency-failures",
    "page",
    "A service's calls to its database, cache, broker or another service fail",
    above(judgedFailures(all.dependencyFailures, OUTGOING, SERVICE), 0.1, 180),
  ),
];

function roleAlerts({ name, role, every, injected }: ServiceFacts): readonly Alert[] {
  const about = { board: serviceBoardId(name), traces: { "service.name": name }, noData: NO_DATA.idle } as const;
  switch (role) {
    case "worker":
      return [consumerFailing(name, about)];
    case "bot":
      return [
        consumerFailing(name, about),
        ...platformAlerts(name, about),
        ...(injected === true ? discordAlerts(name, about) : []),
      ];
    case "daemon":
      return every === undefined ? [] : [daemonStopped(name, every)];
    case "http":
    case "frontend":
      return [];
    default:
      return role satisfies never;
  }
}

type About = Pick<Alert, "board" | "noData"> & { readonly traces: Where };

function consumerFailing(name: string, about: About): Alert {
  const failing = judgedFailures(consumerSignals(name).failed, { "service.name": name, ...CONSUMED });
  return alert(`consumer-failing-${name}`, "page", {
    runbook: "consumer-failing",
    title: `${name} cannot handle its messages`,
    when: above(failing, 0.1, 180),
    ...about,
  });
}

function platformAlerts(name: string, about: About): readonly Alert[] {
  const { failures, limited, where } = platformSignals(name);
  return [
    alert(`platform-refuses-${name}`, "page", {
      runbook: "platform-refuses",
      title: `${name}'s platform refuses its calls`,
      when: above(judgedFailures(failures, where), 0.1, 300),
      ...about,
    }),
    alert(`platform-rate-limit-${name}`, "ticket", {
      runbook: "platform-rate-limit",
      title: `${name}'s platform limits its rate`,
      when: above(limited, 0.05, 600),
      ...about,
    }),
  ];
}

/** Rules about a bot made with discord.py; of any other they have no value. */
function discordAlerts(name: string, about: About): readonly Alert[] {
  const { heartbeats, reconnects, commandFailures } = discordSignals(name);
  return [
    alert(`gateway-unreachable-${name}`, "page", {
      runbook: "gateway-unreachable",
      title: `${name} is cut off from its gateway`,
      // one in 41 s is usual
      when: below(heartbeats, 0.3, 180),
      ...about,
      noData: NO_DATA.stopped,
    }),
    alert(`gateway-reconnects-${name}`, "page", {
      runbook: "gateway-reconnects",
      title: `${name} connects to its gateway again and again`,
      when: above(reconnects, 1, 600),
      ...about,
    }),
    alert(`commands-failing-${name}`, "page", {
      runbook: "commands-failing",
      title: `${name}'s commands fail`,
      when: above(judgedFailures(commandFailures, commandSpans(name)), 0.1, 300),
      ...about,
    }),
  ];
}

/** A frequent daemon is judged by its rate; runs more than a minute apart make no rate within five minutes, so they are missed instead. */
function daemonStopped(name: string, every: number): Alert {
  const oneInFive = 60 / every / 5;
  return alert(`daemon-stopped-${name}`, "page", {
    runbook: "daemon-stopped",
    title: `${name} has stopped running on its schedule`,
    when: every <= 60 ? below(daemonRuns(name), oneInFive, 180) : above(daemonMissed(name), 0, 3 * every),
    noData: NO_DATA.stopped,
    board: serviceBoardId(name),
    traces: { "service.name": name },
  });
}

/** An SDK of Python or Node reports by itself; an nginx is heard of only where its status page is read, and another language's may send spans alone. */
function silent({ name, runtime, stubStatus }: ServiceFacts): readonly Alert[] {
  if (runtime === "other" || (runtime === "nginx" && stubStatus !== true)) return [];
  return [
    alert(`silence-${name}`, "page", {
      runbook: "silence",
      title: `${name} sends no telemetry`,
      when: above(runtime === "nginx" ? statusSilence(name) : silence(name), 0, 60),
      noData: NO_DATA.absence,
      board: serviceBoardId(name),
    }),
  ];
}
