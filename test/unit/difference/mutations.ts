import { drop, type Place, pointsOf, rename, type Span, type Telemetry, textOf } from "./telemetry.ts";

/** One thing that a pull request did to the telemetry of the example, and what has to be said of it. */
export interface Mutation {
  readonly what: string;
  readonly mutate: (run: Telemetry) => void;
  /** All that is said. */
  readonly says: readonly string[];
  /** Ids decide what it takes away, so that another run loses other things. */
  readonly byChance?: true;
}

/** Gives the spans that are chosen and all below them a trace of their own. */
function cutAbove(run: Telemetry, isChosen: (span: Span & Place) => boolean): void {
  const all = run.allSpans;
  const below = Map.groupBy(all, ({ parentSpanId }) => parentSpanId ?? "");
  const move = (span: Span, traceId: string): void => {
    span.traceId = traceId;
    for (const child of below.get(span.spanId) ?? []) move(child, traceId);
  };
  for (const span of all) {
    if (!isChosen(span)) continue;
    delete span.parentSpanId;
    move(span, `f${span.spanId}${span.traceId.slice(17)}`);
  }
}

/** Takes spans out; what was below is below what was above. */
function takeOut(run: Telemetry, isGone: (span: Span & Place) => boolean): void {
  const gone = new Map(run.allSpans.filter(isGone).map((span) => [span.spanId, span.parentSpanId]));
  run.keepSpans((span) => {
    if (span.parentSpanId !== undefined && gone.has(span.parentSpanId)) {
      const above = gone.get(span.parentSpanId);
      if (above === undefined) delete span.parentSpanId;
      else span.parentSpanId = above;
    }
    return !gone.has(span.spanId);
  });
}

export const MUTATIONS: readonly Mutation[] = [
  {
    what: "an attribute is renamed",
    mutate: (run) => run.spans("api", (span) => rename(span, "http.route", "route")),
    says: [
      "changes: api: attribute http.route is gone from GET /api/games (server), POST /api/games (server) and POST /api/games/{id}/join (server), and route is new there: renamed?",
    ],
  },
  {
    what: "a span is not made any more",
    mutate: (run) => takeOut(run, ({ name }) => name === "announce_due"),
    says: ["changes: notification: a span is gone: announce_due (internal)"],
  },
  {
    what: "the instrumentation of a library is off",
    mutate: (run) => takeOut(run, ({ service, scope }) => service === "api" && scope.endsWith(".redis")),
    says: [
      "changes: api: no span of opentelemetry.instrumentation.redis any more (gone: DEL (client), GET (client) and SET (client))",
    ],
  },
  {
    what: "log records lose their trace id",
    mutate: (run) =>
      run.logs("api", (record) => {
        delete record.traceId;
        delete record.spanId;
      }),
    says: ["breaks: api: log records of game_scheduler.api.routes (info) carry no trace id any more (35 of 35 did)"],
  },
  {
    what: "only some log records lose their trace id",
    mutate: (run) =>
      run.logs("bot", (record) => {
        if (
          textOf(record.attributes, "reminder.lateness_s") === undefined &&
          record.attributes?.some(({ key }) => key === "reminder.lateness_s")
        )
          delete record.traceId;
      }),
    says: [
      "breaks: bot: log records of game_scheduler.bot.posts (info) with reminder.lateness_s carry no trace id any more",
    ],
  },
  {
    what: "the unit of a metric changes",
    mutate: (run) =>
      run.metric("api", "http.server.request.duration", (metric) => {
        metric.unit = "ms";
      }),
    says: [
      "breaks: nothing to read for 2 objectives (api availability and api latency), 9 panels (api > Answers by status, api > Errors by operation, api > Fast requests, api > Latency, api > Rate by operation and 4 more): metric http.server.request.duration of api is stored as http_server_request_duration_milliseconds, not as http_server_request_duration_seconds",
      "changes: api: the unit of metric http.server.request.duration was s and is ms; Prometheus stores it as http_server_request_duration_milliseconds, no longer http_server_request_duration_seconds",
    ],
  },
  {
    what: "an id gets into the name of a span",
    mutate: (run) =>
      run.spans("api", (span) => {
        if (span.name === "POST /api/games/{game_id}/join") span.name = `POST ${textOf(span.attributes, "url.path")}`;
      }),
    says: [
      "changes: api: the span POST /api/games/{id}/join (server) has 4 names where it had 1: an id in the name, which every metric made from spans multiplies by",
    ],
  },
  {
    what: "a user's text gets into the name of a span",
    mutate: (run) =>
      run.spans("bot", (span) => {
        if (span.name === "slash join") span.name = `slash join for ${span.spanId}`;
      }),
    says: [
      "changes: bot: opentelemetry_instrumentation_discord_py gives its server spans 4 names where there were 1: something in the name is never the same, and every metric made from spans multiplies by it",
      "changes: bot: a span is gone: slash join (server)",
      "adds: bot: new spans: slash join for {id} (server)",
    ],
  },
  {
    what: "an id gets into a label of a metric",
    mutate: (run) =>
      run.metric("api", "http.server.request.duration", (metric) => {
        for (const [index, point] of pointsOf(metric).entries())
          point.attributes?.push({ key: "game.id", value: { stringValue: `${point.timeUnixNano}-${index}` } });
      }),
    says: [
      "changes: api: metric http.server.request.duration has 16 series where it had 4, by attribute game.id (0 values before, 16 now)",
    ],
  },
  {
    what: "a route is replaced by the path that was asked for",
    mutate: (run) =>
      run.metric("api", "http.server.request.duration", (metric) => {
        for (const [index, point] of pointsOf(metric).entries())
          for (const field of point.attributes ?? [])
            if (field.key === "http.route") field.value = { stringValue: `/api/games/${point.timeUnixNano}${index}` };
      }),
    says: [
      "changes: api: metric http.server.request.duration has 16 series where it had 4, by attribute http.route (2 values before, 16 now)",
    ],
  },
  {
    what: "a service is renamed",
    mutate: (run) => {
      for (const { resource } of run.groups)
        for (const field of resource?.attributes ?? [])
          if (field.key === "service.name" && field.value.stringValue === "notification")
            field.value = { stringValue: "reminders" };
    },
    says: [
      "breaks: notification sends nothing any more; reminders, which is new, sends the same: renamed, and whatever names notification reads nothing",
      "breaks: nothing to read for 2 alerts (Due reminders cannot be handed to the bot and notification has stopped running on its schedule), 29 panels (Games > Reminders, notification > CPU, notification > Call p95, notification > Calls, notification > Calls of functions and 24 more): notification sends nothing",
    ],
  },
  {
    what: "a service sends nothing",
    mutate: (run) => {
      run.keepSpans((_, { service }) => service !== "status");
      run.keepMetrics((_, { service }) => service !== "status");
      run.keepLogs((_, { service }) => service !== "status");
    },
    says: [
      "breaks: status sends nothing any more; it sent logs, metrics and traces",
      "breaks: nothing to read for 1 alert (status has stopped running on its schedule), 28 panels (Games > Status changes, status > CPU, status > Call p95, status > Calls, status > Calls of functions and 23 more): status sends nothing",
    ],
  },
  {
    what: "requests lose their trace between two services",
    mutate: (run) => {
      const frontend = new Set(run.allSpans.flatMap(({ service, spanId }) => (service === "frontend" ? [spanId] : [])));
      cutAbove(run, ({ service, parentSpanId }) => service === "api" && frontend.has(parentSpanId ?? ""));
    },
    says: [
      "breaks: traces from frontend end before api: GET /api/games (server), POST /api/games (server) and POST /api/games/{id}/join (server), once below a span of theirs, are at the top of a trace of its own",
      "breaks: bot: process games (consumer) does not link to a span of api any more",
      "breaks: notification: process games (consumer) does not link to a span of api any more",
      "breaks: status: process games (consumer) does not link to a span of api any more",
    ],
  },
  {
    what: "messages lose their trace",
    mutate: (run) => {
      cutAbove(run, ({ service, name }) => service === "bot" && name === "process games");
      run.spans("bot", (span) => {
        if (span.name === "process games") span.links = [];
      });
    },
    says: [
      "breaks: bot: process games (consumer) does not link to a span of api, notification and status any more",
      "breaks: traces from api, notification and status end before bot: process games (consumer), once below a span of theirs, is at the top of a trace of its own",
    ],
  },
  {
    what: "a span is not the parent of what it does any more",
    mutate: (run) => cutAbove(run, ({ service, scope }) => service === "api" && scope.endsWith(".sqlalchemy")),
    says: [
      "breaks: api: INSERT (client), once below api POST /api/games (server) and api POST /api/games/{id}/join (server), is at the top of a trace of its own",
      "breaks: api: SELECT (client), once below api GET /api/games (server) and api POST /api/games/{id}/join (server), is at the top of a trace of its own",
    ],
  },
  {
    what: "sampling drops refused requests",
    mutate: (run) => {
      const refused = new Set(
        run.allSpans.flatMap(({ attributes, traceId }) =>
          textOf(attributes, "http.response.status_code") === "409" ? [traceId] : [],
        ),
      );
      run.keepSpans(({ traceId }) => !refused.has(traceId));
    },
    says: [
      "changes: api: no span has http.response.status_code 409 any more among POST /api/games/{id}/join (server)",
      "changes: frontend: no span has http.response.status_code 409 any more among POST (client) and POST /api/ (server)",
    ],
  },
  {
    what: "one trace of ten is kept",
    byChance: true,
    mutate: (run) => run.keepSpans(({ traceId }) => Number.parseInt(traceId.slice(-4), 16) % 10 === 0),
    says: [
      "breaks: status: process games (consumer) does not link to a span of bot any more",
      "breaks: traces from bot end before status: process games (consumer), once below a span of theirs, is below api only",
      "changes: api: a span is gone: POST /api/games (server)",
      "changes: api: no span has http.response.status_code 409 any more among POST /api/games/{id}/join (server)",
      "changes: api: no span of opentelemetry.instrumentation.httpx any more (gone: GET (client))",
      "changes: api sends 23 spans in the same use where it sent 336",
      "changes: bot: no span of opentelemetry.instrumentation.redis any more (gone: DEL (client))",
      "changes: bot: no span of opentelemetry_instrumentation_aio_pika_messaging any more (gone: process games (consumer) and publish games (producer))",
      "changes: bot: no span of opentelemetry_instrumentation_discord_py any more (gone: POST /channels/{id}/messages (client), POST /interactions/{id}/{id}/callback (client), POST /webhooks/{id}/{id} (client) and slash join (server))",
      "changes: bot: spans are gone: INSERT (client) and UPDATE (client)",
      "changes: bot sends 1 spans in the same use where it sent 101",
      "changes: frontend: no span has http.response.status_code 201 any more among POST (client) and POST /api/ (server)",
      "changes: frontend: no span has http.response.status_code 409 any more among POST (client) and POST /api/ (server)",
      "changes: frontend: no span of drive any more (gone: POST (client))",
      "changes: frontend: resource attribute browser.language is gone from traces",
      "changes: frontend: resource attribute telemetry.source is gone from traces",
      "changes: frontend sends 16 spans in the same use where it sent 224",
      "changes: notification: a span is gone: INSERT (client)",
      "changes: notification: a span is gone: announce_due (internal)",
      "changes: notification: no span of opentelemetry_instrumentation_aio_pika_messaging any more (gone: process games (consumer) and publish games (producer))",
      "changes: notification sends 24 spans in the same use where it sent 184",
      "changes: status: a span is gone: announce_status (internal)",
      "changes: status: a span is gone: publish games (producer)",
      "changes: status: no span of opentelemetry.instrumentation.redis any more (gone: DEL (client))",
      "changes: status sends 8 spans in the same use where it sent 170",
    ],
  },
  {
    what: "exemplars are off",
    mutate: (run) =>
      run.metric("api", "http.server.request.duration", (metric) => {
        for (const point of pointsOf(metric)) delete point.exemplars;
      }),
    says: [
      "changes: api: metric http.server.request.duration has no exemplars any more: no way from its chart to a trace",
    ],
  },
  {
    what: "a store is not scraped any more",
    mutate: (run) => run.keepMetrics((_, { service }) => service !== "redis"),
    says: [
      "breaks: redis sends no metrics any more",
      "breaks: nothing to read for 2 alerts (Redis evicts keys for lack of memory and Redis turns clients away), 15 panels (Overview > Redis memory used, Redis > Blocked clients, Redis > Clients, Redis > Commands, Redis > Commands by name and 10 more): no metric of redis arrives",
    ],
  },
  {
    what: "spans are not counted any more",
    mutate: (run) => run.keepMetrics((_, { scope }) => scope !== "spanmetricsconnector"),
    says: [
      "breaks: nothing to read for 8 alerts (A service fails more than one in twenty, A service takes more than five seconds for its slowest requests, A service's calls to its database, cache, broker or another service fail, bot cannot handle its messages, bot's commands fail and 3 more), 1 objective (bot success), 92 panels (Deploys > Failed calls, Deploys > Failed share, Deploys > Latency p95, Deploys > Work taken in, Messaging > Failed handling and 87 more): no metric of spanmetricsconnector arrives",
      "changes: api: no metric of spanmetricsconnector any more (gone: traces.span.metrics.calls and traces.span.metrics.duration)",
      "changes: bot: no metric of spanmetricsconnector any more (gone: traces.span.metrics.calls and traces.span.metrics.duration)",
      "changes: frontend: no metric of spanmetricsconnector any more (gone: traces.span.metrics.calls and traces.span.metrics.duration)",
      "changes: notification: no metric of spanmetricsconnector any more (gone: traces.span.metrics.calls and traces.span.metrics.duration)",
      "changes: status: no metric of spanmetricsconnector any more (gone: traces.span.metrics.calls and traces.span.metrics.duration)",
    ],
  },
  {
    what: "a field of a log record is gone",
    mutate: (run) => run.logs("bot", (record) => drop(record, "reminder.lateness_s")),
    says: [
      "breaks: nothing to read for 1 alert (Reminders come more than a minute late), 1 objective (Notification timeliness), 2 panels (Games > Lateness and Games > Reminders late by): no log record of bot has reminder.lateness_s",
      "changes: bot: field reminder.lateness_s is gone from log records of game_scheduler.bot.posts (info)",
    ],
  },
  {
    what: "a message that is counted is worded differently",
    mutate: (run) =>
      run.logs("bot", (record) => {
        if (record.body?.stringValue === "reminder delivered")
          record.body = { stringValue: "the reminder is delivered" };
      }),
    says: [
      "breaks: nothing to read for 1 alert (Reminders come more than a minute late), 1 objective (Notification timeliness), 4 panels (Games > Lateness, Games > Reminders, Games > Reminders delivered and Games > Reminders late by): no log record of bot says reminder delivered",
    ],
  },
  {
    what: "a service logs from warnings on",
    mutate: (run) =>
      run.keepLogs(({ severityNumber }, { service }) => service !== "bot" || (severityNumber ?? 0) >= 13),
    says: [
      "breaks: bot sends no logs any more",
      "breaks: nothing to read for 1 alert (Reminders come more than a minute late), 1 objective (Notification timeliness), 6 panels (Games > Lateness, Games > Reminders, Games > Reminders delivered, Games > Reminders late by, Games > Slash commands and bot > Log): no log record of bot arrives",
    ],
  },
  {
    what: "an attribute becomes text",
    mutate: (run) =>
      run.spans("api", (span) => {
        for (const field of span.attributes ?? [])
          if (field.key === "http.response.status_code") field.value = { stringValue: field.value.intValue ?? "" };
      }),
    says: [
      "changes: api: attribute http.response.status_code was int and is string on GET (client), GET /api/games (server), POST /api/games (server) and POST /api/games/{id}/join (server)",
    ],
  },
  {
    what: "a counter becomes a gauge",
    mutate: (run) =>
      run.metric("api", "messaging.client.sent.messages", (metric) => {
        metric.gauge = { dataPoints: metric.sum?.dataPoints ?? [] };
        delete metric.sum;
      }),
    says: ["changes: api: metric messaging.client.sent.messages was a cumulative counter and is a gauge"],
  },
  {
    what: "a resource attribute is gone",
    mutate: (run) => {
      for (const { resource } of run.groups)
        if (resource !== undefined && textOf(resource.attributes, "service.name") === "api")
          drop(resource, "service.version");
    },
    says: ["changes: api: resource attribute service.version is gone from logs, metrics and traces"],
  },
  {
    what: "a label of a metric is gone",
    mutate: (run) =>
      run.metric("api", "http.server.request.duration", (metric) => {
        for (const point of pointsOf(metric)) drop(point, "http.route");
      }),
    says: [
      "breaks: nothing to read for 3 panels (api > Errors by operation, api > Rate by operation and api > p95 by operation): metric http.server.request.duration of api lacks http.route",
      "changes: api: attribute http.route is gone from metric http.server.request.duration",
    ],
  },
  {
    what: "an instrumentation is back to its old names",
    mutate: (run) =>
      run.metric("api", "http.server.request.duration", (metric) => {
        metric.name = "http.server.duration";
        metric.unit = "ms";
      }),
    says: [
      "breaks: nothing to read for 2 objectives (api availability and api latency), 9 panels (api > Answers by status, api > Errors by operation, api > Fast requests, api > Latency, api > Rate by operation and 4 more): metric http.server.request.duration of api is gone",
      "changes: api: metric http.server.request.duration is gone",
      "adds: api: new metric http.server.duration",
    ],
  },
  {
    what: "requests make spans of their parts again",
    mutate: (run) => {
      for (const group of run.groups)
        for (const { spans } of group.scopeSpans ?? [])
          spans?.push(
            ...spans
              .filter(({ name, kind }) => kind === 2 && name === "GET /api/games")
              .map((span) => ({
                traceId: span.traceId,
                startTimeUnixNano: span.startTimeUnixNano,
                attributes: [],
                parentSpanId: span.spanId,
                spanId: `${span.spanId}s`,
                name: "GET /api/games http send",
                kind: 1,
              })),
          );
    },
    says: ["adds: api: new spans: GET /api/games http send (internal)"],
  },
];
