/** What a component is useless without, beyond an address, and what cannot stand beside what; from the checks that the components make themselves. */
import { at, type Config, listOf, recordOf, textOf } from "../model.ts";
import { placesAt, type Types } from "../places.ts";
import { isRecord } from "../record.ts";
import type { Finding, Rule } from "../rule.ts";

/** One of the keys, separated by |, must be set; `below` names places of which each is asked, `*` any item or key. */
interface Need {
  readonly of: Types;
  readonly key: string;
  readonly below?: string;
  /** Not asked of settings that have this value under this key. */
  readonly unless?: readonly [key: string, value: string | boolean];
  /** Not asked of settings whose text under this key is like that. */
  readonly unlessLike?: readonly [key: string, like: RegExp];
  /** Asked of settings with this value alone. */
  readonly only?: readonly [key: string, value: string | boolean];
  /** Asked of settings in which this key is set alone. */
  readonly beside?: string;
}

/** At most one of the keys may be set. */
interface Choice {
  readonly of: Types;
  readonly keys: string;
  readonly below?: string;
}

const EXPORTERS: readonly Need[] = [
  { of: ["exporter", "splunkhec"], key: "endpoint" },
  { of: ["exporter", "splunkhec"], key: "token" },
  { of: ["exporter", "awss3"], key: "s3uploader.s3_bucket|s3uploader.endpoint" },
  { of: ["exporter", "awscloudwatchlogs"], key: "log_group_name" },
  { of: ["exporter", "awscloudwatchlogs"], key: "log_stream_name" },
  { of: ["exporter", "azureblob"], key: "url|auth.connection_string" },
  { of: ["exporter", "clickhouse"], key: "endpoint" },
  { of: ["exporter", "coralogix"], key: "application_name" },
  { of: ["exporter", "coralogix"], key: "private_key" },
  { of: ["exporter", "coralogix"], key: "domain|traces.endpoint|metrics.endpoint|logs.endpoint|profiles.endpoint" },
  { of: ["exporter", "logzio"], key: "account_token" },
  { of: ["exporter", "opensearch"], key: "http.endpoint" },
  { of: ["exporter", "influxdb"], key: "endpoint" },
  { of: ["exporter", "signalfx"], key: "access_token" },
  { of: ["exporter", "signalfx"], key: "realm|ingest_url" },
  { of: ["exporter", "sumologic"], key: "endpoint|auth" },
  { of: ["exporter", "syslog"], key: "endpoint" },
  { of: ["exporter", "googlecloudpubsub"], key: "topic" },
  { of: ["exporter", "rabbitmq"], key: "connection.endpoint" },
  { of: ["exporter", "rabbitmq"], key: "connection.auth.plain.username" },
  { of: ["exporter", "azuredataexplorer"], key: "cluster_uri" },
  { of: ["exporter", "azuredataexplorer"], key: "application_id|managed_identity_id|use_azure_auth" },
  { of: ["exporter", "doris"], key: "endpoint" },
  { of: ["exporter", "doris"], key: "mysql_endpoint", unless: ["create_schema", false] },
  { of: ["exporter", "cassandra"], key: "dsn" },
  { of: ["exporter", "file"], key: "create_directory", beside: "directory_permissions" },
  { of: ["exporter", "elasticsearch"], key: "user", beside: "password" },
  { of: ["exporter", "elasticsearch"], key: "password", beside: "user" },
  { of: ["exporter", "awskinesis"], key: "aws.stream_name" },
  { of: ["exporter", "honeycombmarker"], key: "api_key" },
];

/** Exporters that take their address or key from the environment where the file has none. */
const FROM_ENVIRONMENT: readonly (Need & { readonly variable: string })[] = [
  { of: ["exporter", "elasticsearch"], key: "endpoint|endpoints|cloudid", variable: "ELASTICSEARCH_URL" },
  {
    of: ["exporter", "azuremonitor"],
    key: "connection_string|instrumentation_key",
    variable: "APPLICATIONINSIGHTS_CONNECTION_STRING",
  },
];

const OTHERS: readonly Need[] = [
  { of: ["extension", "basicauth"], key: "htpasswd|client_auth" },
  { of: ["extension", "bearertokenauth"], key: "token|tokens|filename" },
  {
    of: ["extension", "oauth2client"],
    key: "client_id|client_id_file|client_certificate_key|client_certificate_key_file",
  },
  { of: ["extension", "oauth2client"], key: "token_url" },
  { of: ["extension", "oidc"], key: "issuer_url|providers" },
  { of: ["extension", "oidc"], key: "audience|ignore_audience", beside: "issuer_url" },
  { of: ["extension", "oidc"], below: "providers.*", key: "issuer_url" },
  { of: ["extension", "oidc"], below: "providers.*", key: "audience|ignore_audience" },
  { of: ["extension", "headerssetter"], key: "headers" },
  {
    of: ["extension", "headerssetter"],
    below: "headers.*",
    key: "from_context|from_attribute|value|value_file",
    unless: ["action", "delete"],
  },
  { of: ["extension", "asapclient"], key: "private_key" },
  { of: ["extension", "k8sleaderelector"], key: "lease_name" },
  { of: ["extension", "k8sleaderelector"], key: "lease_namespace" },
  { of: ["extension", "jaegerremotesampling"], key: "source.file|source.remote|source.contents" },
  { of: ["connector", "routing"], key: "table" },
  { of: ["connector", "routing"], below: "table.*", key: "condition|statement" },
  { of: ["connector", "routing"], below: "table.*", key: "pipelines" },
  { of: ["connector", "routing"], below: "table.*", key: "condition", only: ["context", "request"] },
  { of: ["connector", "failover"], key: "priority_levels" },
  { of: ["connector", "signaltometrics"], key: "spans|datapoints|logs|profiles" },
  ...["spans", "datapoints", "logs"].flatMap((signal) =>
    ["sum", "gauge", "histogram", "exponential_histogram"].map(
      (kind): Need => ({ of: ["connector", "signaltometrics"], below: `${signal}.*.${kind}`, key: "value" }),
    ),
  ),
  { of: ["receiver", "snmp"], below: "metrics.*.gauge", key: "value_type" },
  { of: ["receiver", "snmp"], below: "metrics.*.sum", key: "value_type" },
  { of: ["connector", "spanmetrics"], key: "events.dimensions", only: ["events.enabled", true] },
  { of: ["connector", "count"], below: "*.*.attributes.*", key: "key" },
  { of: ["connector", "sum"], below: "spans.*", key: "source_attribute" },
  { of: ["connector", "sum"], below: "logs.*", key: "source_attribute" },
  { of: ["connector", "sum"], below: "datapoints.*", key: "source_attribute" },
  { of: ["connector", "sum"], below: "metrics.*", key: "source_attribute" },
  { of: ["processor", "tailsampling"], key: "policies" },
  { of: ["processor", "probabilisticsampler"], key: "sampling_percentage", unlessLike: ["mode", /^equalizing$|\$\{/] },
  { of: ["processor", "probabilisticsampler"], key: "from_attribute", only: ["attribute_source", "record"] },
  { of: ["processor", "k8sattributes"], below: "extract.labels.*", key: "key|key_regex" },
  { of: ["processor", "k8sattributes"], below: "extract.annotations.*", key: "key|key_regex" },
  { of: ["processor", "geoip"], key: "providers" },
  { of: ["receiver", "windowsperfcounters"], key: "perfcounters" },
  { of: ["receiver", "jmx"], key: "target_system" },
  { of: ["receiver", "kafkametrics"], key: "scrapers" },
  { of: ["processor", "geoip"], below: "providers.maxmind", key: "database_path" },
  { of: ["processor", "schema"], key: "targets" },
  { of: ["processor", "deltatorate"], key: "metrics" },
  { of: ["processor", "metricstransform"], below: "transforms.*", key: "include" },
  { of: ["processor", "metricstransform"], below: "transforms.*", key: "action" },
  { of: ["processor", "metricsgeneration"], below: "rules.*", key: "name" },
  { of: ["processor", "metricsgeneration"], below: "rules.*", key: "type" },
  { of: ["processor", "metricsgeneration"], below: "rules.*", key: "metric1" },
  { of: ["processor", "metricsgeneration"], below: "rules.*", key: "metric2", only: ["type", "calculate"] },
  { of: ["processor", "metricsgeneration"], below: "rules.*", key: "scale_by", only: ["type", "scale"] },
  { of: ["extension", "opamp"], key: "server.ws|server.http" },
  { of: ["receiver", "elasticsearch"], key: "username", beside: "password" },
  { of: ["receiver", "elasticsearch"], key: "password", beside: "username" },
  { of: ["receiver", "mongodb"], key: "username", beside: "password" },
  { of: ["receiver", "mongodb"], key: "password", beside: "username" },
  { of: ["receiver", "snmp"], key: "user", only: ["version", "v3"] },
  { of: ["receiver", "snmp"], key: "security_level", only: ["version", "v3"] },
  { of: ["receiver", "sqlquery"], below: "queries.*.metrics.*", key: "metric_name" },
  { of: ["receiver", "sqlquery"], below: "queries.*.metrics.*", key: "value_column" },
  { of: ["receiver", "httpcheck"], key: "targets" },
  { of: ["receiver", "rabbitmq", "couchdb", "vcenter"], key: "username" },
  { of: ["receiver", "rabbitmq", "couchdb", "vcenter"], key: "password" },
  { of: ["receiver", "oracledb"], key: "datasource|service" },
  { of: ["receiver", "vcenter"], key: "endpoint" },
  { of: ["receiver", "jaeger", "loki", "skywalking"], key: "protocols" },
  { of: ["receiver", "filestats"], key: "include" },
  { of: ["receiver", "awscloudwatch"], key: "region" },
  { of: ["receiver", "awscloudwatch"], key: "logs" },
  { of: ["receiver", "googlecloudpubsub"], key: "subscription" },
  { of: ["receiver", "azureeventhub"], key: "connection|auth" },
  { of: ["receiver", "k8sobjects"], below: "objects.*", key: "name" },
  { of: ["receiver", "receivercreator"], key: "watch_observers" },
  { of: ["receiver", "snmp"], key: "metrics" },
  { of: ["receiver", "sqlquery"], below: "queries.*", key: "sql" },
  { of: ["receiver", "sqlquery"], below: "queries.*", key: "metrics|logs" },
  { of: ["receiver", "syslog"], key: "tcp|udp" },
  ...(["receiver", "exporter"] as const).flatMap((role): readonly Need[] => [
    { of: [role, "kafka"], below: "auth.sasl", key: "mechanism" },
    ...["username", "password"].map(
      (key): Need => ({
        of: [role, "kafka"],
        below: "auth.sasl",
        key,
        // AWS signs with its own credentials, and tokens come from elsewhere
        unlessLike: ["mechanism", /^(AWS_|OAUTH)|\$\{/],
      }),
    ),
  ]),
  { of: ["receiver", "syslog"], key: "protocol" },
  { of: ["receiver", "tcplog", "udplog"], key: "listen_address" },
  { of: ["receiver", "httpcheck"], below: "targets.*", key: "endpoint|endpoints" },
  { of: ["receiver", "webhookevent"], key: "endpoint" },
  { of: ["receiver", "windowseventlog"], key: "channel|query" },
  {
    of: ["extension", "oauth2client"],
    key: "client_secret|client_secret_file",
    unlessLike: ["grant_type", /jwt-bearer|\$\{/],
  },
  {
    of: ["processor", "metricstransform"],
    below: "transforms.*",
    key: "group_resource_labels",
    only: ["action", "group"],
  },
  ...["aggregate_labels", "aggregate_label_values"].map(
    (action): Need => ({
      of: ["processor", "metricstransform"],
      below: "transforms.*.operations.*",
      key: "aggregation_type",
      only: ["action", action],
    }),
  ),
  { of: ["processor", "redaction"], key: "hmac_key", only: ["hash_function", "hmac-sha256"] },
  { of: ["processor", "redaction"], key: "hmac_key", only: ["hash_function", "hmac-sha512"] },
  { of: ["receiver", "snmp"], below: "metrics.*", key: "unit" },
  { of: ["receiver", "snmp"], below: "metrics.*", key: "gauge|sum" },
  { of: ["receiver", "snmp"], below: "metrics.*", key: "scalar_oids|column_oids" },
  { of: ["receiver", "snmp"], key: "auth_password", only: ["security_level", "auth_priv"] },
  { of: ["receiver", "snmp"], key: "auth_password", only: ["security_level", "auth_no_priv"] },
  { of: ["receiver", "snmp"], key: "privacy_password", only: ["security_level", "auth_priv"] },
  { of: ["receiver", "sqlquery"], key: "datasource|host" },
  { of: ["receiver", "sqlquery"], below: "queries.*.logs.*", key: "body_column" },
  { of: ["receiver", "statsd"], below: "timer_histogram_mapping.*", key: "statsd_type" },
  { of: ["receiver", "statsd"], below: "timer_histogram_mapping.*", key: "observer_type" },
];

const EXCLUSIVE: readonly Choice[] = [
  { of: ["exporter", "file"], keys: "append rotation" },
  { of: ["exporter", "elasticsearch"], keys: "endpoint endpoints cloudid" },
  { of: ["exporter", "elasticsearch"], keys: "logs_index logs_dynamic_index.enabled" },
  { of: ["exporter", "elasticsearch"], keys: "metrics_index metrics_dynamic_index.enabled" },
  { of: ["exporter", "elasticsearch"], keys: "traces_index traces_dynamic_index.enabled" },
  { of: ["exporter", "elasticsearch"], keys: "retry.max_requests retry.max_retries" },
  { of: ["exporter", "kafka"], keys: "partition_logs_by_resource_attributes partition_logs_by_trace_id" },
  { of: ["exporter"], keys: "sending_queue.storage sending_queue.wait_for_result" },
  { of: ["processor", "k8sattributes"], below: "extract.labels.*", keys: "key key_regex" },
  { of: ["processor", "k8sattributes"], below: "extract.annotations.*", keys: "key key_regex" },
  { of: ["processor", "logdedup"], keys: "exclude_fields include_fields" },
  { of: ["connector", "servicegraph"], keys: "latency_histogram_buckets exponential_histogram_max_size" },
  { of: ["connector", "routing"], below: "table.*", keys: "condition statement" },
  { of: ["extension", "basicauth"], keys: "htpasswd client_auth" },
  { of: ["extension", "bearertokenauth"], keys: "token tokens" },
  { of: ["extension", "headerssetter"], below: "headers.*", keys: "from_context from_attribute value value_file" },
  { of: ["extension", "opamp"], keys: "server.ws server.http" },
  { of: ["extension", "jaegerremotesampling"], keys: "source.file source.remote" },
  { of: ["receiver", "k8sobjects"], below: "objects.*", keys: "namespaces exclude_namespaces" },
  { of: ["receiver", "awscloudwatch"], keys: "logs.groups.autodiscover logs.groups.named" },
  { of: ["receiver", "awsfirehose"], keys: "record_type encoding" },
  { of: ["processor", "redaction"], keys: "masking_string hash_function" },
  { of: ["processor", "filter"], keys: "trace_conditions traces" },
  { of: ["processor", "filter"], keys: "metric_conditions metrics" },
  { of: ["processor", "filter"], keys: "log_conditions logs" },
  { of: ["connector", "spanmetrics"], below: "dimensions.*", keys: "name glob" },
  { of: ["exporter", "kafka"], keys: "auth.sasl auth.kerberos" },
  { of: ["receiver", "kafka", "kafkametrics"], keys: "auth.sasl auth.kerberos" },
  ...["prometheus", "prometheusremotewrite"].map(
    (type): Choice => ({ of: ["exporter", type], keys: "resource_to_telemetry_conversion resource_constant_labels" }),
  ),
  ...["host", "port", "database", "username", "password"].map(
    (key): Choice => ({ of: ["receiver", "sqlquery"], keys: `datasource ${key}` }),
  ),
  { of: ["receiver", "syslog"], keys: "enable_octet_counting non_transparent_framing_trailer" },
  ...["scrape_configs.*", "scrape_configs.*.kubernetes_sd_configs.*"].flatMap((place): readonly Choice[] =>
    [
      "basic_auth authorization oauth2 bearer_token bearer_token_file",
      "basic_auth.password basic_auth.password_file",
      "basic_auth.username basic_auth.username_file",
      "authorization.credentials authorization.credentials_file",
      "oauth2.client_secret oauth2.client_secret_file",
    ].map((keys) => ({ of: ["receiver", "prometheus"], below: `config.${place}`, keys })),
  ),
  // of both it takes the first one alone, without a word
  { of: ["receiver", "syslog"], keys: "tcp udp" },
];

/** The places that a table's line speaks of: the settings, or each item below them. */
function* placesOf(config: Config, { of: types, below }: Need | Choice) {
  for (const { component, path, value } of placesAt(config, types, below ?? ""))
    yield { settings: recordOf(value), path, what: below === undefined ? component.id : `an item of ${path.at(-2)}` };
}

const isSet = (settings: unknown, key: string): boolean => {
  const value = at(settings, ...key.split("."));
  const isEmpty = Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
  return value !== undefined && value !== null && value !== "" && value !== false && !isEmpty;
};

function* missing(config: Config, needs: readonly Need[]): Generator<Finding & { readonly need: Need }> {
  for (const need of needs)
    for (const { settings, path, what } of placesOf(config, need)) {
      const keys = need.key.split("|");
      const { unless, unlessLike, only, beside } = need;
      if (only !== undefined && at(settings, ...only[0].split(".")) !== only[1]) continue;
      if (unless !== undefined && at(settings, ...unless[0].split(".")) === unless[1]) continue;
      if (unlessLike?.[1].test(textOf(at(settings, ...unlessLike[0].split("."))))) continue;
      if (beside !== undefined && !isSet(settings, beside)) continue;
      if (!keys.some((key) => isSet(settings, key)))
        yield { path, message: `${what} has no ${keys.join(" or ")}`, fix: `set ${keys[0]}`, need };
    }
}

function* plain(findings: Iterable<Finding>): Generator<Finding> {
  for (const { path, message, fix } of findings) yield { path, message, fix };
}

/** A collector that others send to, by its own words. */
const BEHIND_AGENTS =
  /\bgateway\b.*\b(behind|receives from|fed by|takes from|from) (the |our |node |all )*(agents?|daemon ?sets?)\b/i;

export const needRules: readonly Rule[] = [
  {
    id: "exporter-needs",
    severity: "error",
    explain: "Some exporters do not start without a token, a bucket, a topic, even where a proxy adds its own.",
    bad: "exporters:\n  splunk_hec: {endpoint: 'https://splunk.example:8088/services/collector'}\n",
    good: "exporters:\n  splunk_hec: {endpoint: 'https://splunk.example:8088/services/collector', token: '${env:HEC_TOKEN}'}\n",
    find: (config) => plain(missing(config, EXPORTERS)),
  },
  {
    id: "address-from-environment",
    severity: "warning",
    explain:
      "The exporter takes its address or key from an environment variable where the file has none; without either it does not start.",
    bad: "exporters:\n  azuremonitor: {}\n",
    good: "exporters:\n  azuremonitor: {connection_string: '${env:APPLICATIONINSIGHTS_CONNECTION_STRING}'}\n",
    *find(config) {
      for (const need of FROM_ENVIRONMENT)
        for (const { path, message } of missing(config, [need]))
          yield { path, message, fix: `set it, or ${need.variable} in the collector's environment` };
    },
  },
  {
    id: "component-needs",
    severity: "error",
    explain: "A component without the setting that says what it works on, or who may enter, is refused at the start.",
    bad: "receivers:\n  jaeger: {}\n",
    good: "receivers:\n  jaeger: {protocols: {thrift_http: {endpoint: '0.0.0.0:14268'}}}\n",
    find: (config) => plain(missing(config, OTHERS)),
  },
  {
    id: "exclusive-settings",
    severity: "error",
    explain:
      "Two settings that say the same thing in two ways, or opposite things: the collector refuses both together.",
    bad: "exporters:\n  file: {path: /data/out.json, append: true, rotation: {max_megabytes: 10}}\n",
    good: "exporters:\n  file: {path: /data/out.json, rotation: {max_megabytes: 10}}\n",
    *find(config) {
      for (const choice of EXCLUSIVE)
        for (const { settings, path } of placesOf(config, choice)) {
          const given = choice.keys.split(" ").filter((key) => isSet(settings, key));
          const [first, second] = given;
          if (first !== undefined && second !== undefined)
            yield {
              path: [...path, ...second.split(".")],
              message: `${first} and ${second} cannot both be set`,
              fix: "keep one of them",
            };
        }
    },
  },
  {
    id: "pod-association-of-files",
    severity: "warning",
    explain:
      "What is read from files or scraped comes over no connection of a pod, so a pod that is looked up by its connection alone is never found.",
    bad: "receivers:\n  filelog: {include: [/var/log/pods/*/*/*.log]}\nprocessors:\n  k8sattributes: {pod_association: [{sources: [{from: connection}]}]}\nservice:\n  pipelines:\n    logs: {receivers: [filelog], processors: [k8sattributes]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/pods/*/*/*.log]}\nprocessors:\n  k8sattributes: {pod_association: [{sources: [{from: resource_attribute, name: k8s.pod.uid}]}]}\nservice:\n  pipelines:\n    logs: {receivers: [filelog], processors: [k8sattributes]}\n",
    *find(config) {
      for (const { id, settings, path } of config.of("processor", "k8sattributes")) {
        const sources = listOf(settings.pod_association).flatMap((one) => listOf(at(one, "sources")));
        if (sources.length === 0 || sources.some((source) => at(source, "from") !== "connection")) continue;
        const pipelines = config.using("processors", id);
        const reads = (receiver: string) =>
          /^(filelog|journald|hostmetrics|kubeletstats|k8scluster|k8sevents|k8sobjects)$/.test(config.typeIn(receiver));
        if (pipelines.length > 0 && pipelines.every(({ receivers }) => receivers.length > 0 && receivers.every(reads)))
          yield {
            path: [...path, "pod_association"],
            message: `${id} looks for the pod of a connection, and its pipelines have none`,
            fix: "write {from: resource_attribute, name: k8s.pod.uid}, which the operator container gives",
          };
      }
    },
  },
  {
    id: "pod-association-name",
    severity: "error",
    explain: "A pod is found by a resource attribute that has a name; without one this source matches no pod at all.",
    bad: "processors:\n  k8sattributes: {pod_association: [{sources: [{from: resource_attribute}]}]}\n",
    good: "processors:\n  k8sattributes: {pod_association: [{sources: [{from: resource_attribute, name: k8s.pod.ip}]}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "k8sattributes"))
        for (const [i, association] of listOf(settings.pod_association).entries()) {
          const { length } = listOf(at(association, "sources"));
          if (length > 4)
            yield {
              path: [...path, "pod_association", i, "sources", 4],
              message: `${length} sources stand in one association, and four are the most`,
              fix: "write associations beside each other",
            };
          for (const [j, source] of listOf(at(association, "sources")).entries())
            if (at(source, "from") === "resource_attribute" && !at(source, "name"))
              yield {
                path: [...path, "pod_association", i, "sources", j],
                message: "the resource attribute has no name",
                fix: "write name: k8s.pod.ip, or another attribute that applications send",
              };
        }
    },
  },
  {
    id: "pod-association-unknown",
    severity: "warning",
    explain:
      "A pod is looked up by what k8sattributes itself knows of it: its address, names and what extract takes. By any other attribute (service.name, service.instance.id) none is found, and by k8s.pod.name alone that of another namespace may be.",
    bad: "processors:\n  k8sattributes: {pod_association: [{sources: [{from: resource_attribute, name: service.instance.id}]}]}\n",
    good: "processors:\n  k8sattributes: {pod_association: [{sources: [{from: resource_attribute, name: k8s.pod.uid}]}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "k8sattributes")) {
        const taken = ["labels", "annotations"].flatMap((list) => listOf(at(settings, "extract", list)));
        // names that a pattern makes are not known here
        if (taken.some((one) => at(one, "key_regex") !== undefined)) continue;
        const names = taken.map((one) => textOf(at(one, "tag_name")));
        for (const [i, association] of listOf(settings.pod_association).entries()) {
          const sources = listOf(at(association, "sources"));
          const isName = sources.length === 1 && at(sources[0], "name") === "k8s.pod.name";
          if (isName && at(settings, "filter", "namespace") === undefined)
            yield {
              path: [...path, "pod_association", i, "sources"],
              message: "pods of several namespaces may have one name, and the last one is taken",
              fix: "name k8s.namespace.name beside it, as a second source of this entry",
            };
          const isByConnection =
            listOf(settings.pod_association).length === 1 &&
            sources.length === 1 &&
            at(sources[0], "from") === "connection";
          if (isByConnection && BEHIND_AGENTS.test(config.comments.head))
            yield {
              path: [...path, "pod_association", i],
              message: "the connection is that of an agent, so everything is given the agent's pod",
              fix: "find pods by k8s.pod.ip or k8s.pod.uid, which the agents write (passthrough: true)",
            };
          for (const [j, source] of listOf(at(association, "sources")).entries()) {
            const name = textOf(at(source, "name"));
            const isKnown = /^(k8s|container)\.|^(ip|host\.name)$|\$\{/.test(name) || names.includes(name);
            if (at(source, "from") === "resource_attribute" && name !== "" && !isKnown)
              yield {
                path: [...path, "pod_association", i, "sources", j, "name"],
                message: `no pod is known by its ${name}`,
                fix: "write k8s.pod.uid, k8s.pod.ip, or k8s.pod.name beside k8s.namespace.name",
              };
          }
        }
      }
    },
  },
];
