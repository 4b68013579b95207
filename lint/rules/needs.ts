/** What a component is useless without, beyond an address, and what cannot stand beside what; from the checks that the components make themselves. */
import { at, type Component, type Config, listOf, recordOf } from "../model.ts";
import type { Path } from "../read.ts";
import type { Finding, Rule } from "../rule.ts";

type Types = readonly [role: Component["role"], ...types: readonly string[]];

/** One of the keys, separated by |, must be set; `below` names a list or mapping of which each item is asked. */
interface Need {
  readonly of: Types;
  readonly key: string;
  readonly below?: string;
  /** Not asked of settings that have this word under this key. */
  readonly unless?: readonly [key: string, word: string];
  /** Asked of settings with this word alone. */
  readonly only?: readonly [key: string, word: string];
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
  { of: ["extension", "headerssetter"], key: "headers" },
  {
    of: ["extension", "headerssetter"],
    below: "headers",
    key: "from_context|from_attribute|value|value_file",
    unless: ["action", "delete"],
  },
  { of: ["extension", "asapclient"], key: "private_key" },
  { of: ["extension", "k8sleaderelector"], key: "lease_name" },
  { of: ["extension", "k8sleaderelector"], key: "lease_namespace" },
  { of: ["extension", "jaegerremotesampling"], key: "source.file|source.remote|source.contents" },
  { of: ["connector", "routing"], key: "table" },
  { of: ["connector", "routing"], below: "table", key: "condition|statement" },
  { of: ["connector", "routing"], below: "table", key: "pipelines" },
  { of: ["connector", "failover"], key: "priority_levels" },
  { of: ["connector", "sum"], below: "spans", key: "source_attribute" },
  { of: ["connector", "sum"], below: "logs", key: "source_attribute" },
  { of: ["connector", "sum"], below: "datapoints", key: "source_attribute" },
  { of: ["connector", "sum"], below: "metrics", key: "source_attribute" },
  { of: ["processor", "tailsampling"], key: "policies" },
  { of: ["processor", "probabilisticsampler"], key: "from_attribute", only: ["attribute_source", "record"] },
  { of: ["processor", "geoip"], key: "providers" },
  { of: ["processor", "schema"], key: "targets" },
  { of: ["processor", "deltatorate"], key: "metrics" },
  { of: ["processor", "metricstransform"], below: "transforms", key: "include" },
  { of: ["processor", "metricstransform"], below: "transforms", key: "action" },
  { of: ["processor", "metricsgeneration"], below: "rules", key: "name" },
  { of: ["processor", "metricsgeneration"], below: "rules", key: "type" },
  { of: ["processor", "metricsgeneration"], below: "rules", key: "metric1" },
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
  { of: ["receiver", "k8sobjects"], below: "objects", key: "name" },
  { of: ["receiver", "receivercreator"], key: "watch_observers" },
  { of: ["receiver", "snmp"], key: "metrics" },
  { of: ["receiver", "sqlquery"], below: "queries", key: "sql" },
  { of: ["receiver", "sqlquery"], below: "queries", key: "metrics|logs" },
  { of: ["receiver", "syslog"], key: "tcp|udp" },
  { of: ["receiver", "syslog"], key: "protocol" },
  { of: ["receiver", "tcplog", "udplog"], key: "listen_address" },
  { of: ["receiver", "httpcheck"], below: "targets", key: "endpoint|endpoints" },
  { of: ["receiver", "webhookevent"], key: "endpoint" },
  { of: ["receiver", "windowseventlog"], key: "channel|query" },
];

const EXCLUSIVE: readonly Choice[] = [
  { of: ["exporter", "file"], keys: "append rotation" },
  { of: ["exporter", "elasticsearch"], keys: "endpoint endpoints cloudid" },
  { of: ["exporter", "elasticsearch"], keys: "logs_index logs_dynamic_index.enabled" },
  { of: ["exporter", "elasticsearch"], keys: "metrics_index metrics_dynamic_index.enabled" },
  { of: ["exporter", "elasticsearch"], keys: "traces_index traces_dynamic_index.enabled" },
  { of: ["exporter", "elasticsearch"], keys: "retry.max_requests retry.max_retries" },
  { of: ["exporter", "kafka"], keys: "partition_logs_by_resource_attributes partition_logs_by_trace_id" },
  { of: ["processor", "k8sattributes"], below: "extract.labels", keys: "key key_regex" },
  { of: ["processor", "k8sattributes"], below: "extract.annotations", keys: "key key_regex" },
  { of: ["processor", "logdedup"], keys: "exclude_fields include_fields" },
  { of: ["connector", "servicegraph"], keys: "latency_histogram_buckets exponential_histogram_max_size" },
  { of: ["connector", "routing"], below: "table", keys: "condition statement" },
  { of: ["extension", "basicauth"], keys: "htpasswd client_auth" },
  { of: ["extension", "bearertokenauth"], keys: "token tokens" },
  { of: ["extension", "headerssetter"], below: "headers", keys: "from_context from_attribute value value_file" },
  { of: ["extension", "opamp"], keys: "server.ws server.http" },
  { of: ["extension", "jaegerremotesampling"], keys: "source.file source.remote" },
  { of: ["receiver", "k8sobjects"], below: "objects", keys: "namespaces exclude_namespaces" },
  { of: ["receiver", "awscloudwatch"], keys: "logs.groups.autodiscover logs.groups.named" },
  { of: ["receiver", "awsfirehose"], keys: "record_type encoding" },
];

/** The places that a table's line speaks of: the settings, or each item below them. */
function* placesOf(config: Config, { of: [role, ...types], below }: Need | Choice) {
  for (const component of config.of(role, ...types)) {
    if (below === undefined) yield { ...component, what: component.id };
    else {
      const place = below.split(".");
      const value = at(component.settings, ...place);
      const items = Array.isArray(value) ? listOf(value).entries() : Object.entries(recordOf(value));
      for (const [name, item] of items)
        yield {
          settings: recordOf(item),
          path: [...component.path, ...place, name] as Path,
          what: `an item of ${place.at(-1)}`,
        };
    }
  }
}

const isSet = (settings: unknown, key: string): boolean => {
  const value = at(settings, ...key.split("."));
  return value !== undefined && value !== null && value !== "" && value !== false;
};

function* missing(config: Config, needs: readonly Need[]): Generator<Finding & { readonly need: Need }> {
  for (const need of needs)
    for (const { settings, path, what } of placesOf(config, need)) {
      const keys = need.key.split("|");
      const { unless } = need;
      if (need.only !== undefined && at(settings, need.only[0]) !== need.only[1]) continue;
      if (unless !== undefined && at(settings, unless[0]) === unless[1]) continue;
      if (!keys.some((key) => isSet(settings, key)))
        yield { path, message: `${what} has no ${keys.join(" or ")}`, fix: `set ${keys[0]}`, need };
    }
}

function* plain(findings: Iterable<Finding>): Generator<Finding> {
  for (const { path, message, fix } of findings) yield { path, message, fix };
}

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
        for (const [i, association] of listOf(settings.pod_association).entries())
          for (const [j, source] of listOf(at(association, "sources")).entries())
            if (at(source, "from") === "resource_attribute" && !at(source, "name"))
              yield {
                path: [...path, "pod_association", i, "sources", j],
                message: "the resource attribute has no name",
                fix: "write name: k8s.pod.ip, or another attribute that applications send",
              };
    },
  },
];
