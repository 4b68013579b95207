import type { LogPattern } from "../../parity/evaluate/recorded/recording.ts";

type Series = Readonly<Record<string, string>>;

/** Series that make an alert fire, and series of a system that is well. Values in promtool's notation, one sample in 30 s. */
export interface AlertCase {
  readonly alert: string;
  readonly firing: Series;
  readonly quiet: Series;
  /** The same of log records, for alerts counted from them. */
  readonly logs?: { readonly firing: readonly LogPattern[]; readonly quiet: readonly LogPattern[] };
  /** When to look, in minutes. Default: 40. */
  readonly minutes?: number;
  /** When all is still well, if not at the same time: only for an alert that judges the clock. */
  readonly quietMinutes?: number;
}

const env = 'deployment_environment_name="test"';
const calls = "traces_span_metrics_calls_total";
const STEPS = 400;
/** Grows by `n` in 30 s, for the whole test. */
const grows = (n: number): string => `0+${n}x${STEPS}`;
const stays = (n: number): string => `${n}x${STEPS}`;

/** Half an hour of peace, then a restart every five minutes: rare enough that only a long look sees two of them. */
const RESTARTS = "0x60 1x9 2x20";

function span(service: string, kind: string, more: string): string {
  const queue = kind === "CONSUMER" ? ', messaging_destination_name="jobs"' : "";
  return `${calls}{${env}, service_name="${service}", span_kind="SPAN_KIND_${kind}"${queue}${more}}`;
}
const OK = ', status_code="STATUS_CODE_UNSET"';
const ERROR = ', status_code="STATUS_CODE_ERROR"';

function durations(service: string, fast: number, slow: number): Series {
  const name = "traces_span_metrics_duration_seconds_bucket";
  const labels = `${env}, service_name="${service}", span_kind="SPAN_KIND_CONSUMER", messaging_destination_name="jobs"`;
  return {
    [`${name}{${labels}, le="0.1"}`]: grows(fast),
    [`${name}{${labels}, le="5"}`]: grows(fast),
    [`${name}{${labels}, le="10"}`]: grows(fast + slow),
    [`${name}{${labels}, le="+Inf"}`]: grows(fast + slow),
    [`traces_span_metrics_duration_seconds_count{${labels}}`]: grows(fast + slow),
  };
}

/** Spans that begin a trace: scheduled runs. The daemon itself goes on reporting. */
function daemonRuns(service: string, runs: string): Series {
  return {
    [span(service, "CLIENT", ', span_root="true", span_name="UPDATE games"')]: runs,
    [`target_info{${env}, service_name="${service}"}`]: stays(1),
  };
}

/** @param minutes when it is judged: a daemon that runs seldom is missed late */
const daemon = (service: string, minutes: number): AlertCase => ({
  alert: `DaemonStopped${pascal(service)}`,
  // the spans' counter ends ten minutes after the last run: it must not resolve by that
  firing: daemonRuns(service, "0+15x20 300x20 _x360"),
  quiet: daemonRuns(service, grows(15)),
  minutes,
});

const pascal = (service: string): string => `${service.charAt(0).toUpperCase()}${service.slice(1)}`;

function silence(service: string): AlertCase {
  const info = `target_info{${env}, service_name="${service}"}`;
  return {
    alert: `Silence${pascal(service)}`,
    firing: { [info]: "1x20 _x380" },
    quiet: { [info]: stays(1) },
  };
}

const gateway = (acknowledged: string): Series => ({
  [`discord_gateway_heartbeats_total{${env}, service_name="bot"}`]: acknowledged,
});
const connections = (type: string, opened: string): Series => ({
  [`discord_gateway_connections_total{${env}, service_name="bot", discord_gateway_connection_type="${type}"}`]: opened,
});
const command = (more: string): string => span("bot", "SERVER", `${more}, span_name="slash join"`);
const announced = (more: string): string =>
  `traced_function_duration_seconds_count{${env}, service_name="notification", code_function_name="game_scheduler.announcements.announce_due"${more}}`;

function delays(service: string, soon: number, late: number): Series {
  const name = "messaging_message_delay_seconds";
  const labels = `${env}, service_name="${service}", messaging_destination_name="games"`;
  return {
    [`${name}_bucket{${labels}, le="1"}`]: grows(soon),
    [`${name}_bucket{${labels}, le="60"}`]: grows(soon),
    [`${name}_bucket{${labels}, le="300"}`]: grows(soon + late),
    [`${name}_bucket{${labels}, le="+Inf"}`]: grows(soon + late),
    [`${name}_count{${labels}}`]: grows(soon + late),
  };
}

function value(
  alert: string,
  series: string,
  bad: string,
  good: string,
  more: Series = {},
  minutes?: number,
): AlertCase {
  const at = minutes === undefined ? {} : { minutes };
  return { alert, firing: { [series]: bad, ...more }, quiet: { [series]: good, ...more }, ...at };
}

export const ALERT_CASES: readonly AlertCase[] = [
  value("ServiceErrors", span("api", "SERVER", ERROR), grows(2), grows(0), { [span("api", "SERVER", OK)]: grows(18) }),
  { alert: "ServiceSlow", firing: durations("status", 80, 20), quiet: durations("status", 100, 0) },
  value("DependencyFailures", span("api", "CLIENT", ERROR), grows(3), "0x400", {
    [span("api", "CLIENT", OK)]: grows(20),
    // whatever a visitor's browser says of its own requests
    [span("frontend", "CLIENT", `${ERROR}, telemetry_source="browser"`)]: grows(20),
  }),
  daemon("notification", 40),
  daemon("status", 80),
  ...["bot", "worker"].map((service) =>
    value(`ConsumerFailing${pascal(service)}`, span(service, "CONSUMER", `${ERROR}`), grows(2), "0x400", {
      [span(service, "CONSUMER", `${OK}`)]: grows(8),
    }),
  ),
  value("PlatformRefusesBot", span("bot", "CLIENT", `${ERROR}, http_request_method="POST"`), grows(3), "0x400", {
    [span("bot", "CLIENT", `${OK}, http_request_method="POST"`)]: grows(9),
  }),
  value(
    "PlatformRateLimitBot",
    span("bot", "CLIENT", `${ERROR}, http_request_method="POST", http_response_status_code="429"`),
    grows(3),
    "1x400",
  ),
  {
    alert: "GatewayUnreachableBot",
    // the process goes on and tries again; its counter of heartbeats stands still
    firing: { ...gateway("0+1x20 20x380"), ...connections("resume", "0+1x400") },
    quiet: { ...gateway(grows(1)), ...connections("resume", stays(1)) },
  },
  {
    alert: "GatewayReconnectsBot",
    firing: { ...gateway(grows(1)), ...connections("reconnect", grows(2)) },
    quiet: { ...gateway(grows(1)), ...connections("reconnect", stays(3)) },
  },
  value("CommandsFailingBot", command(ERROR), grows(2), "0x400", { [command(OK)]: grows(8) }),
  { alert: "MessagesLate", firing: delays("worker", 80, 20), quiet: delays("worker", 100, 0) },
  value("AnnouncementsFailing", announced(', error_type="AMQPConnectionError"'), grows(1), "0x400", {
    [announced("")]: grows(3),
  }),
  ...["api", "bot", "notification", "status", "worker"].map(silence),
  value("SilenceFrontend", `nginx_requests_total{${env}, service_name="frontend"}`, "0+30x20 _x380", grows(30)),
  value("QueueAge", `rabbitmq_detailed_queue_messages_ready{${env}, vhost="/", queue="bot"}`, stays(400), stays(2), {
    [`rabbitmq_global_messages_acknowledged_total{${env}}`]: grows(15),
  }),
  value(
    "QueueBacklog",
    `rabbitmq_detailed_queue_messages_ready{${env}, vhost="/", queue="bot"}`,
    stays(900),
    stays(30),
  ),
  value(
    "QueueUnacked",
    `rabbitmq_detailed_queue_messages_acked_total{${env}, vhost="/", queue="bot"}`,
    "0+15x20 300x380",
    grows(15),
    { [`rabbitmq_detailed_queue_messages_unacked{${env}, vhost="/", queue="bot"}`]: stays(20) },
  ),
  value(
    "QueueWithoutConsumer",
    `rabbitmq_detailed_queue_consumers{${env}, vhost="/", queue="bot"}`,
    stays(0),
    stays(1),
    {
      [`rabbitmq_detailed_queue_messages_ready{${env}, vhost="/", queue="bot"}`]: stays(5),
    },
  ),
  value("DeadLetters", `rabbitmq_global_messages_dead_lettered_rejected_total{${env}}`, grows(1), stays(7), {
    [`rabbitmq_global_messages_dead_lettered_expired_total{${env}}`]: stays(0),
    [`rabbitmq_global_messages_dead_lettered_maxlen_total{${env}}`]: stays(0),
    [`rabbitmq_global_messages_dead_lettered_delivery_limit_total{${env}}`]: stays(0),
  }),
  value("MessagesUnroutable", `rabbitmq_global_messages_unroutable_dropped_total{${env}}`, grows(1), stays(4), {
    [`rabbitmq_global_messages_unroutable_returned_total{${env}}`]: stays(0),
  }),
  value("MessagesRedelivered", `rabbitmq_global_messages_redelivered_total{${env}}`, grows(4), stays(4), {
    [`rabbitmq_global_messages_delivered_total{${env}}`]: grows(10),
  }),
  value("RabbitmqAlarm", `rabbitmq_alarms_memory_used_watermark{${env}}`, stays(1), stays(0), {
    [`rabbitmq_alarms_free_disk_space_watermark{${env}}`]: stays(0),
    [`rabbitmq_alarms_file_descriptor_limit{${env}}`]: stays(0),
  }),
  value("RabbitmqMemory", `rabbitmq_process_resident_memory_bytes{${env}}`, stays(95), stays(40), {
    [`rabbitmq_resident_memory_limit_bytes{${env}}`]: stays(100),
  }),
  value("PostgresDown", `postgresql_backends{${env}, postgresql_database_name="games"}`, "4x20 _x380", stays(4)),
  value("RedisDown", `redis_uptime_seconds_total{${env}}`, "0+30x20 _x380", grows(30)),
  value("RabbitmqDown", `rabbitmq_consumers{${env}}`, "3x20 _x380", stays(3)),
  value("PostgresConnections", `postgresql_backends{${env}, postgresql_database_name="games"}`, stays(90), stays(20), {
    [`postgresql_connection_max{${env}}`]: stays(100),
  }),
  value(
    "PostgresDeadlocks",
    `postgresql_deadlocks_total{${env}, postgresql_database_name="games"}`,
    grows(1),
    stays(2),
  ),
  value("PostgresRollbacks", `postgresql_rollbacks_total{${env}}`, grows(380), grows(20), {
    [`postgresql_commits_total{${env}}`]: grows(20),
  }),
  value("PostgresCache", `postgresql_blks_hit_total{${env}}`, grows(50), grows(990), {
    [`postgresql_blks_read_total{${env}}`]: grows(50),
  }),
  value("RedisEvictions", `redis_keys_evicted_total{${env}}`, grows(1), stays(9)),
  value("RedisMemory", `redis_memory_used_bytes{${env}}`, stays(95), stays(10), {
    [`redis_maxmemory_bytes{${env}}`]: stays(100),
  }),
  value("RedisRejections", `redis_connections_rejected_total{${env}}`, grows(1), stays(1)),
  value("ContainerMemory", `container_memory_usage_total_bytes{${env}, container_name="api"}`, stays(99), stays(50), {
    [`container_memory_usage_limit_bytes{${env}, container_name="api"}`]: stays(100),
  }),
  value("ContainerRestarts", `container_restarts_total{${env}, container_name="api"}`, RESTARTS, "3x60 4x340"),
  value(
    "DiskFull",
    `system_filesystem_utilization_ratio{${env}, device="/dev/sda1", mountpoint="/"}`,
    stays(0.95),
    stays(0.5),
  ),
  value("HostMemory", `system_memory_utilization_ratio{${env}, state="used"}`, stays(0.95), stays(0.5)),
  value("CollectorSilent", `otelcol_process_uptime_total{${env}}`, "0+30x20 _x380", grows(30)),
  value("CollectorQueue", `otelcol_exporter_queue_size{${env}, exporter="otlphttp"}`, stays(90), stays(5), {
    [`otelcol_exporter_queue_capacity{${env}, exporter="otlphttp"}`]: stays(100),
  }),
  value(
    "CollectorLost",
    `otelcol_exporter_enqueue_failed_spans_total{${env}, exporter="otlphttp"}`,
    grows(5),
    stays(5),
  ),
  value(
    "CollectorUnaccounted",
    `otelcol_ledger_lost_items_total{${env}, exporter="otlp_http/jaeger", signal="traces"}`,
    grows(5),
    stays(5),
  ),
  value("CollectorRefused", `otelcol_receiver_refused_log_records_total{${env}, receiver="otlp"}`, grows(5), stays(5)),
  value(
    "CollectorSendFailures",
    `otelcol_exporter_send_failed_metric_points_total{${env}, exporter="otlphttp"}`,
    grows(5),
    stays(5),
  ),
  value(
    "CollectorScrapeErrors",
    `otelcol_scraper_errored_metric_points_total{${env}, receiver="postgresql"}`,
    grows(5),
    stays(5),
  ),
  value(
    "ClockWrong",
    `otelcol_processor_clock_guard_items_total{${env}, signal="metrics", service="bot"}`,
    grows(5),
    stays(5),
  ),
  value(
    "SamplingTooSmall",
    `otelcol_processor_tail_sampling_sampling_trace_dropped_too_early_total{${env}}`,
    grows(5),
    stays(5),
  ),
  value("ExpectedSpans", `otelcol_receiver_accepted_spans_total{${env}, receiver="otlp"}`, grows(6000), grows(1000)),
  value(
    "ExpectedPoints",
    `otelcol_receiver_accepted_metric_points_total{${env}, receiver="otlp"}`,
    grows(6000),
    grows(1000),
  ),
  value(
    "ExpectedRecords",
    `otelcol_receiver_accepted_log_records_total{${env}, receiver="otlp"}`,
    grows(6000),
    grows(1000),
  ),
  value(
    "SeriesLimit",
    `otelcol_processor_series_limit_dropped_points_total{${env}, metric="app.users"}`,
    grows(5),
    stays(5),
  ),
  value(
    "SamplingCeiling",
    `otelcol_processor_trace_sampler_spans_total{${env}, decision="dropped", reason="ceiling"}`,
    grows(5),
    stays(5),
  ),
];

const delivered = (lateness: number, every: number): LogPattern => ({
  service: "bot",
  severity: 9,
  body: "reminder delivered",
  every,
  attributes: { "reminder.lateness_s": lateness },
});
const failing = (every: number): LogPattern => ({ service: "api", severity: 17, body: "it failed", every });
const logged = (alert: string, firing: LogPattern, quiet: LogPattern, minutes?: number): AlertCase => ({
  alert,
  firing: {},
  quiet: {},
  logs: { firing: [firing], quiet: [quiet] },
  ...(minutes === undefined ? {} : { minutes }),
});

/** What a busy system writes all the time, and nobody is notified of. */
export const CHATTER: LogPattern = { service: "api", severity: 9, body: "game created", every: 2 };

/** Alerts counted from log records: Loki's, and those of every other backend. */
export const LOG_CASES: readonly AlertCase[] = [
  logged("ErrorLogs", failing(2), failing(60)),
  logged("NotificationLateness", delivered(100, 60), delivered(2, 60)),
];

/** What no recorded number decides: one fires always, one by the clock. */
export const OTHER_CASES: readonly AlertCase[] = [
  { alert: "TokenExpiryGrafanaCloudToken", firing: {}, quiet: {}, minutes: 120, quietMinutes: 60 },
  { alert: "Heartbeat", firing: {}, quiet: {} },
];
