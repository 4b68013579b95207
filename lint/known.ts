import type { Role } from "../pipeline/component.ts";
import { REMOVED_COMPONENTS } from "../pipeline/versions.ts";
import { typeOf } from "./model.ts";

/** What exists in the collector: names of components, and which signals they carry. Data, with where it is from. */

/** Components of the contrib distribution by the oldest name that it takes (manifest of August 2026). `typeOf` compares them without underscores. */
const NAMES: Readonly<Record<Role, string>> = {
  extension:
    "ack asapclient aws_logs_encoding awscloudwatchmetricstreams_encoding awsiamdbauth awsproxy azure_auth " +
    "azure_encoding basicauth bearertokenauth cgroupruntime datadog db_storage docker_observer ecs_observer " +
    "file_storage googleclientauth googlecloudlogentry_encoding headers_setter health_check healthcheckv2 " +
    "host_observer http_forwarder jaeger_encoding jaegerremotesampling json_log_encoding k8s_leader_elector " +
    "k8s_observer memory_limiter oauth2client oidc opamp otlp_encoding pebble_tail_storage pprof redis_storage " +
    "sigv4auth skywalking_encoding sumologic text_encoding zipkin_encoding zpages",
  receiver:
    "activedirectoryds aerospike apache apachespark awscloudwatch awscontainerinsight awscontainerinsightreceiver awsecscontainermetrics " +
    "awsfirehose awslambda awss3 awsxray azureblob azureeventhub azuremonitor carbon chrony ciscoos cloudflare " +
    "cloudfoundry collectd couchdb datadog docker_stats ebpf_profiler elasticsearch envoyals expvar faro filelog " +
    "filestats flinkmetrics fluentforward github gitlab googlecloudmonitoring googlecloudpubsub " +
    "googlecloudspanner haproxy hostmetrics httpcheck icmpcheck iis influxdb jaeger journald k8s_cluster " +
    "k8s_events k8sobjects kafka kafkametrics kubeletstats libhoney loki macosunifiedlogging memcached mongodb " +
    "mongodbatlas mysql namedpipe netflow nginx nop nsxt ntp obi oracledb otelarrow otlp otlpjsonfile podman_stats " +
    "postgresql pprof profiling prometheus prometheus_simple prometheusremotewrite pulsar purefa purefb rabbitmq " +
    "receiver_creator redis riak saphana skywalking snmp snowflake solace splunk_hec splunkenterprise sqlquery " +
    "sqlserver sshcheck statsd stef syslog systemd tcpcheck tcplog tlscheck udplog vcenter wavefront webhookevent " +
    "windowseventlog windowsperfcounters windowsservice yanggrpc zipkin zookeeper",
  processor:
    "attributes batch cardinalityguardian coralogix cumulativetodelta deltatocumulative deltatorate drain filter " +
    "genainormalizer geoip groupbyattrs groupbytrace interval isolationforest k8sattributes logdedup " +
    "memory_limiter metricsgeneration metricstarttime metricstransform probabilistic_sampler redaction remotetap " +
    "resource resourcedetection schema span sumologic tail_sampling transform unroll",
  connector:
    "count datadog exceptions failover forward grafanacloud otlpjson roundrobin routing servicegraph " +
    "signaltometrics spanmetrics sum",
  exporter:
    "alibabacloud_logservice awscloudwatchlogs awsemf awskinesis awss3 awsxray azureblob azuredataexplorer " +
    "azuremonitor bmchelix cassandra clickhouse coralogix datadog dataset debug doris elasticsearch faro file " +
    "googlecloud googlecloudpubsub googlecloudstorage googlemanagedprometheus honeycombmarker influxdb kafka " +
    "loadbalancing logicmonitor logzio mezmo nop opensearch otelarrow otlp otlphttp prometheus " +
    "prometheusremotewrite pulsar rabbitmq sentry signalfx splunk_hec stef sumologic syslog " +
    "tencentcloud_logservice tinybird zipkin",
};

const BY_ROLE = new Map(
  (Object.keys(NAMES) as Role[]).map((role) => [
    role,
    new Map(NAMES[role].split(" ").map((name) => [typeOf(name), name])),
  ]),
);

/** Names of this repository's own distribution. */
const OWN: readonly string[] = [
  "clockguard",
  "dropoverflow",
  "tracesampler",
  "retryablestatus",
  "privacy",
  "dockerlogs",
];

/** Components of contrib's repository that were never in a manifest of its distributions (opentelemetry-collector-releases, to August 2026). */
export const UNRELEASED: readonly string[] =
  "cfgarden_observer solarwindsapmsettings dynamic_sampling dnslookup lookup logstransform metricsaslogs slowsql huaweicloudces alertmanager"
    .split(" ")
    .map(typeOf);

/** Components that other distributions have of their own (Jaeger 2, Elastic, Splunk, Datadog, Sumo Logic, AWS, Bindplane, Dash0), whatever their role. */
const OF_OTHERS: readonly string[] = (
  "jaeger_query jaeger_storage jaeger_storage_exporter jaeger_storage_cleaner jaeger_mcp adaptive_sampling remote_sampling remote_storage " +
  "elasticapm elastictrace elasticinframetrics elasticapmintake apmconfig beatsauth file_integrity profilingmetrics ratelimit " +
  "smartagent timestamp cloudfoundrymetrics ddflare ddprofiling infraattributes serializer logsagent sumologicsyslog sourceidprocessor " +
  "awsapplicationsignals gpuattributes awsebsnvme ec2tagger entitystore snapshotprocessor throughputmeasurement removeemptyvalues " +
  "datapointcount logcount spancount metricextract maskprocessor topology telemetrygeneratorreceiver bindplane chronicle " +
  "avro_log_encoding queue_batch"
)
  .split(" ")
  .map(typeOf);

export const namesOf = (role: Role): readonly string[] => [...(BY_ROLE.get(role)?.values() ?? [])];

/** Whether a collector knows the name: in the old spelling or, with underscores, in a newer one. */
export function isKnown(role: Role, kind: string): boolean {
  const name = BY_ROLE.get(role)?.get(typeOf(kind));
  if (name === undefined) return [OWN, OF_OTHERS, UNRELEASED].some((names) => names.includes(typeOf(kind)));
  return kind === name || kind.includes("_") || !name.includes("_");
}

/** The name that was meant, where only underscores differ. */
export const spelling = (role: Role, kind: string): string | undefined => BY_ROLE.get(role)?.get(typeOf(kind));

/** Roles that have a component of that name. */
export const rolesOf = (kind: string): readonly Role[] =>
  (Object.keys(NAMES) as Role[]).filter((role) => BY_ROLE.get(role)?.has(typeOf(kind)));

/** Components that are no more, with the first version whose contrib distribution is without them (by the manifests of opentelemetry-collector-releases). */
export const GONE: readonly {
  readonly role: Role;
  readonly type: string;
  readonly since: string;
  readonly instead: string;
}[] = [
  ...REMOVED_COMPONENTS.map(({ role, kind, since, instead }) => ({ role, type: typeOf(kind), since, instead })),
  { role: "receiver", type: "opencensus", since: "0.132.0", instead: "use the otlp receiver" },
  { role: "exporter", type: "opencensus", since: "0.132.0", instead: "use the otlp exporter" },
  { role: "processor", type: "spanmetrics", since: "0.94.0", instead: "use the spanmetrics connector" },
  { role: "processor", type: "servicegraph", since: "0.116.0", instead: "use the servicegraph connector" },
  { role: "processor", type: "routing", since: "0.120.0", instead: "use the routing connector" },
  {
    role: "processor",
    type: "queuedretry",
    since: "0.20.0",
    instead: "set sending_queue and retry_on_failure of the exporter",
  },
  { role: "processor", type: "k8stagger", since: "0.30.0", instead: "use k8sattributes" },
  { role: "processor", type: "k8sprocessor", since: "0.30.0", instead: "use k8sattributes" },
  { role: "processor", type: "experimentalmetricsgeneration", since: "0.148.0", instead: "use metricsgeneration" },
  { role: "extension", type: "memoryballast", since: "0.118.0", instead: "set GOMEMLIMIT in the environment" },
  { role: "exporter", type: "jaegerthrifthttp", since: "0.85.0", instead: "use otlphttp; Jaeger takes OTLP itself" },
  { role: "exporter", type: "jaegerthrift", since: "0.85.0", instead: "use otlphttp; Jaeger takes OTLP itself" },
  { role: "exporter", type: "sapm", since: "0.147.0", instead: "use otlphttp" },
  { role: "receiver", type: "sapm", since: "0.133.0", instead: "use the otlp receiver" },
  { role: "exporter", type: "carbon", since: "0.141.0", instead: "use prometheusremotewrite or otlphttp" },
  { role: "exporter", type: "skywalking", since: "0.122.0", instead: "use otlp; SkyWalking takes OTLP itself" },
  { role: "exporter", type: "instana", since: "0.125.0", instead: "use otlp" },
  { role: "exporter", type: "dynatrace", since: "0.104.0", instead: "use otlphttp" },
  { role: "exporter", type: "f5cloud", since: "0.99.0", instead: "use otlphttp" },
  { role: "exporter", type: "parquet", since: "0.86.0", instead: "use file" },
  { role: "exporter", type: "mezmo", since: "0.161.0", instead: "use otlphttp; Mezmo takes OTLP itself" },
  { role: "receiver", type: "bigip", since: "0.146.0", instead: "use prometheus" },
  { role: "receiver", type: "jmx", since: "0.154.0", instead: "use the JMX scraper beside it, which sends OTLP" },
  { role: "receiver", type: "signalfx", since: "0.157.0", instead: "use the otlp receiver" },
  { role: "receiver", type: "wavefront", since: "0.162.0", instead: "use the otlp receiver" },
  { role: "extension", type: "ecstaskobserver", since: "0.139.0", instead: "use ecs_observer" },
  {
    role: "extension",
    type: "kafkatopicsobserver",
    since: "0.159.0",
    instead: "use a regular expression as topic of the kafka receiver",
  },
];

/** Signals of receivers, processors and exporters that do not carry all. */
export const SIGNALS_OF: Readonly<Record<string, readonly string[]>> = {
  ...each(
    "metrics",
    "receiver",
    "hostmetrics dockerstats prometheus prometheussimple postgresql redis mysql mongodb rabbitmq nginx kubeletstats k8scluster statsd httpcheck kafkametrics memcached elasticsearch apache haproxy zookeeper sqlserver windowsperfcounters podmanstats chrony snmp tcpcheck carbon collectd prometheusremotewrite expvar",
  ),
  ...each(
    "logs",
    "receiver",
    "filelog journald syslog tcplog udplog windowseventlog fluentforward k8sevents k8sobjects webhookevent loki",
  ),
  ...each("traces", "receiver", "jaeger zipkin awsxray skywalking"),
  ...each("traces", "processor", "tailsampling groupbytrace span"),
  ...each(
    "metrics",
    "processor",
    "cumulativetodelta deltatocumulative deltatorate metricstransform metricsgeneration metricstarttime interval",
  ),
  ...each("logs", "processor", "logdedup"),
  ...each("metrics", "exporter", "prometheus prometheusremotewrite awsemf googlemanagedprometheus"),
  ...each("traces", "exporter", "zipkin jaeger awsxray"),
  ...each("logs", "exporter", "loki awscloudwatchlogs"),
  ...each(
    "metrics",
    "receiver",
    "awscontainerinsight awsecscontainermetrics vcenter iis oracledb snowflake sshcheck tlscheck ntp filestats nsxt saphana riak aerospike couchdb flinkmetrics activedirectoryds apachespark googlecloudmonitoring googlecloudspanner splunkenterprise azuremonitor purefa purefb icmpcheck systemd windowsservice",
  ),
  ...each("logs", "receiver", "awscloudwatch namedpipe cloudflare"),
  ...each("logs", "exporter", "syslog honeycombmarker"),
  "receiver/skywalking": ["traces", "metrics", "logs"],
  "receiver/sqlserver": ["metrics", "logs"],
  "receiver/postgresql": ["metrics", "logs"],
  "receiver/mysql": ["metrics", "logs"],
  "receiver/elasticsearch": ["metrics"],
  "receiver/oracledb": ["metrics", "logs"],
  "exporter/opensearch": ["traces", "logs"],
  "exporter/logzio": ["traces", "logs"],
  "exporter/cassandra": ["traces", "logs"],
  "processor/probabilisticsampler": ["traces", "logs"],
};

function each(signal: string, role: Role, types: string): Record<string, readonly string[]> {
  return Object.fromEntries(types.split(" ").map((type) => [`${role}/${type}`, [signal]]));
}

/** Signals that a pipeline may carry. */
export const SIGNALS = ["traces", "metrics", "logs", "profiles"];

/** Which signals go into a connector and which come out; those not listed give out what they take. */
export const CONNECTORS: Readonly<
  Record<string, { readonly takes: readonly string[]; readonly gives: readonly string[] }>
> = {
  spanmetrics: { takes: ["traces"], gives: ["metrics"] },
  servicegraph: { takes: ["traces"], gives: ["metrics"] },
  exceptions: { takes: ["traces"], gives: ["metrics", "logs"] },
  grafanacloud: { takes: ["traces"], gives: ["metrics"] },
  count: { takes: ["traces", "metrics", "logs", "profiles"], gives: ["metrics"] },
  sum: { takes: ["traces", "metrics", "logs"], gives: ["metrics"] },
  signaltometrics: { takes: ["traces", "metrics", "logs", "profiles"], gives: ["metrics"] },
  datadog: { takes: ["traces"], gives: ["traces", "metrics"] },
  otlpjson: { takes: ["logs"], gives: ["traces", "metrics", "logs"] },
};
