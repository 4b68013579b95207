/** What a reviewer asks at a second look: where samplers find their trace id, who may send, what a journal is read from. */
import { at, isInPod, listOf, recordOf, textOf, textsOf } from "../model.ts";
import type { Rule } from "../rule.ts";

/** Receivers whose records belong to no trace. */
const WITHOUT_TRACE =
  /^(filelog|journald|syslog|tcplog|udplog|windowseventlog|k8sevents|k8sobjects|fluentforward|webhookevent)$/;

export const secondLookRules: readonly Rule[] = [
  {
    id: "records-without-trace",
    severity: "warning",
    explain:
      "The sampler decides on a record by its trace id; lines of files and events have none, and with fail_closed (the default) all of them are dropped.",
    bad: "receivers:\n  filelog: {include: [/srv/a.log]}\nprocessors:\n  probabilistic_sampler: {sampling_percentage: 10}\nservice:\n  pipelines:\n    logs: {receivers: [filelog], processors: [probabilistic_sampler], exporters: [debug]}\n",
    good: "receivers:\n  filelog: {include: [/srv/a.log]}\nprocessors:\n  probabilistic_sampler: {sampling_percentage: 10, attribute_source: record, from_attribute: log.record.id}\nservice:\n  pipelines:\n    logs: {receivers: [filelog], processors: [probabilistic_sampler], exporters: [debug]}\n",
    *find(config) {
      for (const { id, settings, path } of config.of("processor", "probabilisticsampler"))
        for (const { signal, receivers } of config.using("processors", id)) {
          const isBlind = receivers.length > 0 && receivers.every((one) => WITHOUT_TRACE.test(config.typeIn(one)));
          const parsed = JSON.stringify(receivers.map((one) => config.find("receiver", one)?.settings.operators ?? []));
          if (signal !== "logs" || !isBlind || settings.attribute_source === "record" || settings.fail_closed === false)
            continue;
          if (/trace_parser|trace_id/.test(parsed)) continue;
          yield {
            path,
            message: `${receivers.join(", ")} gives records without a trace id, by which ${id} decides`,
            fix: "set attribute_source: record and from_attribute",
          };
        }
    },
  },
  {
    id: "links-of-containers",
    severity: "warning",
    explain:
      "The operator container reads namespace and pod off paths below /var/log/pods; the links in /var/log/containers have other names, and each record fails.",
    bad: "receivers:\n  filelog: {include: [/var/log/containers/*.log], include_file_path: true, operators: [{type: container}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/pods/*/*/*.log], include_file_path: true, operators: [{type: container}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "filelog")) {
        const container = listOf(settings.operators).find((operator) => at(operator, "type") === "container");
        if (container === undefined || at(container, "add_metadata_from_filepath") === false) continue;
        for (const [i, file] of textsOf(settings.include).entries())
          if (/\/var\/log\/containers\//.test(file))
            yield {
              path: [...path, "include", i],
              message: `${file} are links, whose names container cannot read`,
              fix: "write /var/log/pods/*/*/*.log",
            };
      }
    },
  },
  {
    id: "open-to-the-internet",
    severity: "warning",
    explain:
      "A receiver that everybody on the internet reaches, without encryption and without asking who sends, takes what anybody invents. Said where the file's first comment calls it public.",
    bad: "# public gateway for browsers on the internet\nreceivers:\n  otlp: {protocols: {http: {endpoint: '0.0.0.0:4318'}}}\n",
    good: "# public gateway for browsers on the internet\nreceivers:\n  otlp: {protocols: {http: {endpoint: '0.0.0.0:4318', auth: {authenticator: oidc}, tls: {cert_file: /c, key_file: /k}}}}\nextensions:\n  oidc: {issuer_url: 'https://a.example', audience: b}\nservice:\n  extensions: [oidc]\n  pipelines: {}\n",
    *find(config) {
      const { head } = config.comments;
      if (!/\binternet\b|\bpublicly\b|\bpublic (gateway|endpoint|ingress|edge)|\buntrusted\b|\bdmz\b/i.test(head))
        return;
      if (/ingress|proxy|load ?balancer|terminat|\bbehind\b|no(t| ) /i.test(head)) return;
      for (const { settings, path } of config.of("receiver", "otlp"))
        for (const [name, protocol] of Object.entries(recordOf(settings.protocols)))
          if (
            /^(0\.0\.0\.0|\[::\])?:\d/.test(textOf(at(protocol, "endpoint"))) &&
            at(protocol, "tls") === undefined &&
            at(protocol, "auth") === undefined
          )
            yield {
              path: [...path, "protocols", name],
              message: `${name} takes what anybody sends, without encryption`,
              fix: "set tls and auth",
            };
    },
  },
  {
    id: "journal-of-container",
    severity: "warning",
    explain:
      "In a pod journalctl reads the container's own journal, of which there is none: directory names where the node's is mounted.",
    bad: "mode: daemonset\nconfig:\n  receivers:\n    journald: {units: [kubelet]}\n  service:\n    pipelines:\n      logs: {receivers: [journald]}\n",
    good: "mode: daemonset\nconfig:\n  receivers:\n    journald: {directory: /var/log/journal, units: [kubelet]}\n  service:\n    pipelines:\n      logs: {receivers: [journald]}\n",
    *find(config) {
      if (!isInPod(config)) return;
      for (const { id, settings, path } of config.of("receiver", "journald"))
        if (
          ["directory", "files", "root_path", "merge"].every((key) => settings[key] === undefined) &&
          config.using("receivers", id).length > 0
        )
          yield {
            path,
            message: `${id} reads the journal of its own container`,
            fix: "set directory: /var/log/journal",
          };
    },
  },
  {
    id: "queue-of-few",
    severity: "warning",
    explain:
      "A queue counts requests: one that holds a handful is full at the first pause of the backend, and what comes then is dropped.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {queue_size: 2}}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {queue_size: 1000}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter")) {
        const { queue_size, sizer = "requests", enabled, block_on_overflow } = recordOf(settings.sending_queue);
        if (
          typeof queue_size === "number" &&
          queue_size > 0 &&
          queue_size < 10 &&
          sizer === "requests" &&
          enabled !== false &&
          block_on_overflow !== true
        )
          yield {
            path: [...path, "sending_queue", "queue_size"],
            message: `${queue_size} requests are all that waits for the backend`,
            fix: "write some hundreds or thousands",
          };
      }
    },
  },
  {
    id: "credentials-need-encryption",
    severity: "error",
    explain:
      "gRPC gives a token or a password to an encrypted connection alone: with tls.insecure the exporter does not start.",
    bad: "extensions:\n  bearertokenauth: {token: '${env:T}'}\nexporters:\n  otlp: {endpoint: 'gateway:4317', tls: {insecure: true}, auth: {authenticator: bearertokenauth}}\nservice:\n  extensions: [bearertokenauth]\n",
    good: "extensions:\n  bearertokenauth: {token: '${env:T}'}\nexporters:\n  otlp: {endpoint: 'gateway:4317', tls: {ca_file: /ca.pem}, auth: {authenticator: bearertokenauth}}\nservice:\n  extensions: [bearertokenauth]\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter", "otlp")) {
        const name = textOf(at(settings, "auth", "authenticator"));
        const type = config.find("extension", name)?.type ?? "";
        if (at(settings, "tls", "insecure") === true && /^(bearertokenauth|oauth2client|basicauth)$/.test(type))
          yield {
            path: [...path, "tls", "insecure"],
            message: `${name} gives credentials, which gRPC refuses without encryption`,
            fix: "remove it, and set ca_file",
          };
      }
    },
  },
  {
    id: "endpoint-of-balancer",
    severity: "warning",
    explain: "loadbalancing takes the addresses from its resolver: an endpoint below protocol is replaced.",
    bad: "exporters:\n  loadbalancing: {protocol: {otlp: {endpoint: 'sampler:4317', tls: {insecure: true}}}, resolver: {dns: {hostname: sampler}}}\n",
    good: "exporters:\n  loadbalancing: {protocol: {otlp: {tls: {insecure: true}}}, resolver: {dns: {hostname: sampler, port: '4317'}}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter", "loadbalancing"))
        if (textOf(at(settings, "protocol", "otlp", "endpoint")) !== "")
          yield {
            path: [...path, "protocol", "otlp", "endpoint"],
            message: "this endpoint is not used",
            fix: "remove it, and name hosts in resolver",
          };
    },
  },
];
