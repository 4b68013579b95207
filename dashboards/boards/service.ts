import type { ServiceFacts, Store } from "../facts.ts";
import { type Board, bars, board, lines, logs, type Panel, stacked, stat, table, traces } from "../model/board.ts";
import {
  LATENCY,
  NONE_EXPECTED,
  SHARE_BAD,
  SHARE_FULL,
  SHARE_GOOD,
  worseAbove,
  worseBelow,
} from "../model/thresholds.ts";
import { browserSignals } from "../signals/browser.ts";
import { ownMessageDelay } from "../signals/deliveries.ts";
import { discordSignals } from "../signals/discord.ts";
import { functionSignals } from "../signals/functions.ts";
import { httpSignals } from "../signals/http.ts";
import { nginxSignals } from "../signals/nginx.ts";
import { overheadSignals } from "../signals/overhead.ts";
import { nodeSignals, ownContainerSignals, pythonSignals } from "../signals/runtime.ts";
import { consumerSignals, entrySignals, operationSignals, platformSignals, runSignals } from "../signals/work.ts";

type Row = readonly [title: string, ...panels: Panel[]];

/** Id of a service's board. */
export const serviceBoardId = (service: string): string => `service-${service}`;

/** The board of one service: rows of its role, and what every service has. Panels without a source vanish later. */
export function serviceBoard(service: ServiceFacts, stores: readonly Store[]): Board {
  const { name } = service;
  const { question, rows } = ofRole(service, stores);
  const functions = service.traced === true ? [functionRow(service)] : [];
  const overhead = service.limited === true ? [overheadRow(name)] : [];
  const common = [...functions, ...operationRows(service), ...troubleRows(name), ...runtimeRows(service), ...overhead];
  return board(serviceBoardId(name), name, question, [...rows, ...common]);
}

/** What the board of a role answers, and the rows that only this role has. */
function ofRole(service: ServiceFacts, stores: readonly Store[]): { question: string; rows: readonly Row[] } {
  const { name, role } = service;
  const consumed = stores.includes("rabbitmq") ? [consumerRow(service)] : [];
  switch (role) {
    case "http":
      return {
        question: `Which operation of ${name} is slow or fails, since when, and is it ${name} or something it calls?`,
        rows: httpRows(service),
      };
    case "worker":
      return {
        question: `Does ${name} keep up with its messages, does handling them fail, and is it ${name} or something it calls?`,
        rows: [workNow(name), consumerRow(service)],
      };
    case "bot":
      return {
        question: `Does ${name} do what it is asked, and does its platform let it?`,
        rows: [...botRows(service), ...consumed],
      };
    case "daemon":
      return {
        question: `Does ${name} run on its schedule, and does its work fail?`,
        rows: [...daemonRows(service), ...consumed],
      };
    case "frontend":
      return {
        question: `Do visitors get an answer from ${name}, how fast, and does it keep up?`,
        rows: frontendRows(service),
      };
    default:
      return role satisfies never;
  }
}

function httpRows({ name, runtime }: ServiceFacts): readonly Row[] {
  const http = httpSignals(name, runtime);
  return [
    [
      "Now",
      stat("Requests", "Per second.", http.total),
      stat("Server errors", "Share of answers with a server error.", http.errors, SHARE_BAD, "no traffic"),
      stat("p95", "95 % of requests take at most this long.", http.p95, LATENCY, "no traffic"),
      stat("Fast requests", "Within half a second; the latency objective.", http.fast, SHARE_GOOD, "no traffic"),
    ],
    [
      "By operation",
      lines("Rate by operation", "What is asked for.", http.byRoute),
      lines("Errors by operation", "Share of server errors.", http.errorsByRoute, SHARE_BAD),
      lines("p95 by operation", "The diamonds are traces: click one.", http.p95ByRoute, LATENCY),
    ],
    [
      "All operations",
      stacked("Answers by status", "4xx are the client's, 5xx are ours.", http.byStatus),
      lines("Latency", "Half, 95 and 99 of 100 requests.", [http.p50, http.p95, http.p99]),
      ...(runtime === "python"
        ? [lines("In progress", "Rises when something it waits for is slow.", http.active)]
        : []),
    ],
  ];
}

function workNow(name: string): Row {
  const work = entrySignals(name);
  return [
    "Now",
    stat("Handled", "Requests and messages per second.", work.rate),
    stat("Failed", "Share that ended in an error.", work.failures, SHARE_BAD, "no work"),
    stat("p95", "95 % are handled within this time.", work.latency, LATENCY, "no work"),
    stat("Errors in the log", "Per second.", operationSignals(name).errorLogs, NONE_EXPECTED),
  ];
}

function consumerRow({ name, injected }: ServiceFacts): Row {
  const { rate, latency, failures } = consumerSignals(name);
  const delay = injected === true ? [ownMessageDelay(name)] : [];
  return [
    "Messages consumed",
    lines("Messages handled", "Per second, by destination.", rate, undefined, "no messages"),
    ...delay.map((of) => lines("Delay", "From publishing to handling, p95.", of, LATENCY, "no messages")),
    lines("Handling time", "p95, by destination.", latency, LATENCY, "no messages"),
    lines("Failed handling", "Share, by destination.", failures, SHARE_BAD, "no messages"),
  ];
}

/** Not measured: a bot that is made with something else than discord.py. */
function discordRows(name: string): readonly Row[] {
  const discord = discordSignals(name);
  const other = "no discord.py";
  return [
    [
      "Gateway",
      lines("Heartbeats", "Acknowledged per minute; 0: the bot is cut off.", discord.heartbeats, undefined, other),
      lines("Heartbeat latency", "Of the slowest shard.", discord.latency, LATENCY, other),
      lines("Connections opened", "Per minute; now and then one is resumed.", discord.opened, undefined, other),
      lines("Connections lost", "Per minute, by close code.", discord.lost, undefined, "none lost"),
    ],
    [
      "Commands",
      lines("Commands", "Per minute, by command.", discord.commands, undefined, "no commands"),
      lines("Command time", "p95, by command; Discord waits three seconds.", discord.commandLatency, LATENCY, "none"),
      lines("Failed commands", "Share that ended in an exception.", discord.commandFailures, SHARE_BAD, "no commands"),
      lines("Errors of commands", "Per minute, refusals too.", discord.commandErrors, undefined, "no errors"),
    ],
    [
      "Events, loops, rate limits",
      stacked("Events", "Per second, by type.", discord.events, undefined, other),
      lines("Handlers of events", "p95, by event.", discord.handlers, LATENCY, "no handlers"),
      lines("Loops late by", "p95, by task.", discord.taskDelay, LATENCY, "no loops"),
      lines("Waiting for a limit", "p95, by route.", discord.waited, LATENCY, "no waiting"),
    ],
  ];
}

function functionRow({ name, role }: ServiceFacts): Row {
  const own = functionSignals(name);
  return [
    "Own functions",
    lines("Calls of functions", "Per minute.", own.calls, undefined, "no calls"),
    lines("Duration of functions", "p95, the ten slowest.", own.latency, LATENCY, "no calls"),
    lines("Failed functions", "Share that raised an exception.", own.failures, SHARE_BAD, "no calls"),
    ...(role === "daemon" ? [] : [lateness(name)]),
  ];
}

/** Known of jobs of a scheduler, and of traced functions that record a time. */
const lateness = (name: string): Panel =>
  lines("Late by", "After its time, p95, by function.", functionSignals(name).late, LATENCY, "no planned time known");

function botRows({ name, injected }: ServiceFacts): readonly Row[] {
  const platform = platformSignals(name);
  return [
    workNow(name),
    ...(injected === true ? discordRows(name) : []),
    [
      "Platform",
      stacked("Calls to the platform", "REST API, by status code.", platform.rate, undefined, "no calls"),
      lines("Answer time of the platform", "p95, by method.", platform.latency, LATENCY, "no calls"),
      lines("Calls the platform refused", "Share.", platform.failures, SHARE_BAD, "no calls"),
      lines("Rate limited", "Answers 429 per second.", platform.limited, NONE_EXPECTED),
    ],
  ];
}

function daemonRows({ name, every, injected }: ServiceFacts): readonly Row[] {
  // fewer than half of the runs a minute that its schedule promises, or than a fifth, where the page begins
  const scheduled = every === undefined ? undefined : worseBelow(30 / every, 12 / every);
  const runs = runSignals(name);
  return [
    [
      "Now",
      stat("Runs", "Per minute.", runs.rate, scheduled),
      stat("Failed runs", "Share that ended in an error.", runs.failures, SHARE_BAD, "no runs"),
      stat("Errors in the log", "Per second.", operationSignals(name).errorLogs, NONE_EXPECTED),
    ],
    [
      "Scheduled runs",
      lines("Runs by operation", "Per minute; a gap is a daemon that hangs.", runs.byName),
      lines("Duration", "p95, by operation.", runs.latency, LATENCY),
      lines("Failed runs over time", "Share.", runs.failures, SHARE_BAD),
      ...(injected === true ? [lateness(name)] : []),
    ],
  ];
}

function frontendRows({ name, runtime, stubStatus, browser }: ServiceFacts): readonly Row[] {
  const nginx = nginxSignals(name);
  const rows: Row[] = [...httpRows({ name, runtime, role: "frontend", container: name })];
  if (stubStatus === true)
    rows.push([
      "nginx",
      lines("Requests it counts", "Pages, static files and what is passed on, per second.", nginx.requests),
      stacked("Connections", "Reading, writing, waiting.", nginx.connections),
      lines("New and dropped connections", "Dropped should be zero.", [nginx.accepted, nginx.dropped]),
    ]);
  return browser === true ? [...rows, ...browserRows(name)] : rows;
}

function browserRows(name: string): readonly Row[] {
  const pages = browserSignals(name);
  return [
    [
      "Visitors",
      lines("Page loads", "Per minute.", pages.loads, undefined, "no visitors"),
      lines("Loading time", "Three of four pages.", pages.loadLatency, worseAbove(2.5, 4), "no visitors"),
      lines("Pages with an error", "Share of page loads.", pages.broken, SHARE_BAD, "no visitors"),
    ],
    [
      "What visitors feel",
      lines("Web vitals", "Three of four visits; LCP up to 2.5 s is good.", pages.vitals, undefined, "no visitors"),
      lines("Layout shift", "Three of four visits.", pages.shift, worseAbove(0.1, 0.25), "no visitors"),
    ],
    [
      "Requests of pages",
      stacked("Requests of pages' scripts", "Per second, by status code.", pages.requests, undefined, "no visitors"),
      lines("Failed requests of pages", "Share.", pages.requestFailures, SHARE_BAD, "no visitors"),
      lines("Time of pages' requests", "Three of four, seen from the browser.", pages.requestLatency, LATENCY, "none"),
    ],
  ];
}

/** What it does and whom it calls. */
function operationRows({ name, browser }: ServiceFacts): readonly Row[] {
  const own = operationSignals(name, browser);
  return [
    [
      "What it does",
      lines("Operations", "Per second, the ten most frequent.", own.busiest),
      table("Slowest operations", "p95.", own.slowest),
      lines("Failed operations", "Share, the ten highest.", own.failing, SHARE_BAD),
    ],
    [
      "What it calls",
      lines("Calls", "Many calls of one kind a request is an N+1 query.", own.calls, undefined, "no calls"),
      lines("Call p95", "By operation.", own.callLatency, LATENCY, "no calls"),
      lines("Failed calls", "Share of its calls.", own.callFailures, SHARE_BAD, "no calls"),
    ],
    [
      "By callee",
      lines("Calls by callee", "Databases, caches, brokers, other services.", own.callees, undefined, "no calls"),
      lines("p95 by callee", "As the caller's spans say.", own.calleeLatency, LATENCY, "no calls"),
      lines("Failures by callee", "Share.", own.calleeFailures, SHARE_BAD, "no calls"),
    ],
  ];
}

function runtimeRows({ name, runtime, container }: ServiceFacts): readonly Row[] {
  const [containerCpu, containerMemory] = ownContainerSignals(name, container);
  const { instances, versions } = operationSignals(name);
  return [
    ...processRow(name, runtime),
    [
      "Instances",
      ...(runtime === "nginx" || runtime === "other"
        ? []
        : [
            bars("Instances", "That report.", instances),
            lines("Versions", "One ends, another begins: a deploy.", versions),
          ]),
      lines("CPU of its container", "Cores.", containerCpu),
      lines("Memory of its container", "Without reclaimable cache.", containerMemory),
    ],
  ];
}

function processRow(name: string, runtime: ServiceFacts["runtime"]): readonly Row[] {
  switch (runtime) {
    case "python": {
      const [cpu, memory, threads, collections] = pythonSignals(name);
      return [
        [
          "Process",
          lines("CPU", "Cores kept busy; one process has one.", cpu),
          lines("Resident memory", "Only growing: a leak.", memory),
          lines("Threads", "Only growing: a leak.", threads),
          lines("Garbage collections", "Per second.", collections),
        ],
      ];
    }
    case "node": {
      const [busy, heap, delay, collection] = nodeSignals(name);
      return [
        [
          "Process",
          lines("Event loop busy", "Near 100 % everything waits.", busy, SHARE_FULL),
          lines("Event loop delay", "p99; long: something blocks the loop.", delay, LATENCY),
          lines("Heap used", "Only growing: a leak.", heap),
          lines("Garbage collections", "Per second.", collection),
        ],
      ];
    }
    case "nginx":
    case "other":
      return [];
    default:
      return runtime satisfies never;
  }
}

function overheadRow(name: string): Row {
  const overhead = overheadSignals(name);
  return [
    "Cost of its instrumentation",
    lines("Overhead", "Share of the application's own CPU time.", overhead.share),
    lines("Level", "0: everything is sent; 4: the least.", overhead.level),
    stacked("Shed spans and records", "Per minute, by reason; none of them failed.", overhead.shed, undefined, "none"),
  ];
}

function troubleRows(name: string): readonly Row[] {
  const where = { "service.name": name };
  return [
    [
      "Trouble",
      traces("Failed traces", `Traces in which ${name} failed.`, where, "failed"),
      traces("Latest traces", `Any trace that ${name} took part in.`, where, "latest"),
      logs("Log", "Everything, newest first.", where, "info"),
    ],
  ];
}
