/** Who reaches a gateway, and whom it lets in: what the defaults of listening and encryption do not do. */
import { atLeast } from "../../pipeline/versions.ts";
import { roleInWords, servesInWords } from "../comments.ts";
import { isGateway } from "../gateway.ts";
import { at, type Config, isInPod, placesOf, recordOf, textOf } from "../model.ts";
import type { Path } from "../read.ts";
import type { Rule } from "../rule.ts";

const LOCAL = /^(localhost|127\.0\.0\.1|\[::1\]):/;

/** Receivers whose `tls` is that of a server, below `protocols` or at the top. */
const SERVERS =
  "otlp otelarrow jaeger zipkin loki skywalking splunkhec signalfx datadog influxdb webhookevent faro prometheusremotewrite awsfirehose".split(
    " ",
  );

/** Whether the pipelines do what is done for other pods: find the pod behind a connection, or hold whole traces. A sidecar does neither. */
const servesPods = (config: Config): boolean =>
  config.pipelines.some((pipeline) => placesOf(config, pipeline, "tailsampling", "groupbytrace").length > 0) ||
  config
    .of("processor", "k8sattributes")
    .some(({ id, settings }) => settings.passthrough !== true && config.using("processors", id).length > 0);

export const reachRules: readonly Rule[] = [
  {
    id: "listens-on-localhost-by-default",
    severity: "warning",
    explain:
      "Since 0.104 an OTLP receiver without an endpoint listens on localhost: in a pod that serves others it is reached by none of them, and so is one that is told to. The operator and Helm's chart write an endpoint themselves.",
    bad: "receivers:\n  otlp: {protocols: {grpc: {}}}\nprocessors:\n  k8sattributes: {}\nexporters:\n  debug: {}\nextensions:\n  health_check: {endpoint: '${env:POD_IP}:13133'}\nservice:\n  extensions: [health_check]\n  pipelines:\n    traces: {receivers: [otlp], processors: [k8sattributes], exporters: [debug]}\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '${env:POD_IP}:4317'}}}\nprocessors:\n  k8sattributes: {}\nexporters:\n  debug: {}\nextensions:\n  health_check: {endpoint: '${env:POD_IP}:13133'}\nservice:\n  extensions: [health_check]\n  pipelines:\n    traces: {receivers: [otlp], processors: [k8sattributes], exporters: [debug]}\n",
    *find(config, { version }) {
      if (config.mode === "sidecar" || roleInWords(config.comments) === "agent") return;
      if (!isInPod(config) && !servesInWords(config.comments)) return;
      if (!servesPods(config) && !isGateway(config)) return;
      const defaults = atLeast(version, "0.104.0") && config.mode === undefined && servesPods(config);
      for (const { id, settings, path } of config.of("receiver", "otlp")) {
        if (config.using("receivers", id).length === 0) continue;
        for (const [name, protocol] of Object.entries(recordOf(settings.protocols)))
          if (LOCAL.test(textOf(at(protocol, "endpoint"))))
            yield {
              path: [...path, "protocols", name, "endpoint"],
              message: `${textOf(at(protocol, "endpoint"))} is reached from its own pod only`,
              fix: `write \${env:POD_IP}:${name === "grpc" ? 4317 : 4318}`,
            };
          else if (
            defaults &&
            (name === "grpc" || name === "http") &&
            at(protocol, "endpoint") === undefined &&
            !isText(protocol)
          )
            yield {
              path: [...path, "protocols", name],
              message: `${name} has no endpoint, and listens on localhost`,
              fix: `set endpoint: \${env:POD_IP}:${name === "grpc" ? 4317 : 4318}`,
            };
      }
    },
  },
  {
    id: "no-client-certificate-asked",
    severity: "warning",
    explain:
      "On a receiver ca_file asks nobody for a certificate: everybody who reaches the port may send. client_ca_file does, and lets in only whom that authority signed.",
    bad: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317', tls: {cert_file: /tls/gw.crt, key_file: /tls/gw.key, ca_file: /tls/agents-ca.crt}}}}\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317', tls: {cert_file: /tls/gw.crt, key_file: /tls/gw.key, client_ca_file: /tls/agents-ca.crt}}}}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", ...SERVERS)) {
        const protocols = Object.entries(recordOf(settings.protocols)).map(
          ([name, protocol]) => [[...path, "protocols", name] as Path, protocol] as const,
        );
        for (const [place, listener] of [[path, settings] as const, ...protocols]) {
          const tls = recordOf(at(listener, "tls"));
          const key = ["ca_file", "ca_pem"].find((name) => textOf(tls[name]) !== "");
          if (key === undefined || tls.client_ca_file !== undefined || at(listener, "auth") !== undefined) continue;
          yield {
            path: [...place, "tls", key],
            message: `${key} asks no sender for a certificate`,
            fix: "write client_ca_file, or remove it",
          };
        }
      }
    },
  },
];

const isText = (value: unknown): boolean => typeof value === "string";
