/** What vendors' addresses take: which protocol, which signals, which form of credentials, signed for which place. */
import { endpointOf } from "../address.ts";
import { at, type Component, type Config, listOf, recordOf, textOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { endpointsOf } from "./vendors.ts";

/** Addresses that take OTLP over HTTP alone (pages of the vendors and stores, November 2026). */
const HTTP_ONLY: readonly (readonly [host: RegExp, name: string])[] = [
  [/\botlp-gateway[\w-]*\.grafana\.net\b/, "Grafana Cloud's gateway"],
  [/\.(live|apps)\.dynatrace\.com\b/, "Dynatrace"],
  [/\b(api|edge)\.(\w+\.)?axiom\.co\b/, "Axiom"],
  [/\botlp\.[\w.]*datadoghq\.(com|eu)\b/, "Datadog's intake"],
  [/\bcloud\.langfuse\.com\b/, "Langfuse"],
  [/\.ingest\.(\w+\.)?sentry\.io\b/, "Sentry"],
  [/\b(xray|logs|monitoring)\.[\w-]+\.amazonaws\.com\b/, "AWS"],
  [/(^|[-.\w])(victoria-?(metrics|logs|traces)|vm(single|insert)|vl(single|insert))[\w.-]*:\d+/, "VictoriaMetrics"],
  [/(^|[-.])(loki|prometheus|mimir)([-.][\w.-]*)?:(80|8080|3100|9090|9009)$/, "this store"],
];

/** Headers that a backend asks for beside its credentials. */
const NEEDED: readonly (readonly [host: RegExp, names: readonly string[], what: string])[] = [
  [/\b(api|edge)\.(\w+\.)?axiom\.co\b/, ["x-axiom-dataset"], "the data set that it writes to"],
  [
    /\blogs\.[\w-]+\.amazonaws\.com\/v1\/logs/,
    ["x-aws-log-group", "x-aws-log-stream"],
    "the group and the stream that it writes to",
  ],
];

const headersOf = ({ settings }: Component): readonly string[] | undefined => {
  const { headers } = settings;
  if (typeof headers === "string") return undefined;
  return Array.isArray(headers)
    ? listOf(headers).map((header) => textOf(at(header, "name")).toLowerCase())
    : Object.keys(recordOf(headers)).map((name) => name.toLowerCase());
};

/** The service and the region in an address of AWS. */
function placeOf(address: string): { readonly service: string; readonly region: string } | undefined {
  const [, host = "", region = ""] =
    /^https:\/\/([a-z-]+)\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com\b/.exec(address) ?? [];
  const service = { "aps-workspaces": "aps", xray: "xray", logs: "logs", monitoring: "monitoring" }[host];
  return service === undefined ? undefined : { service, region };
}

const signerOf = (config: Config, { settings }: Component): Component | undefined => {
  const signer = config.find("extension", textOf(at(settings, "auth", "authenticator")));
  return signer?.type === "sigv4auth" ? signer : undefined;
};

const SENDS = ["otlp", "otlphttp", "prometheusremotewrite"];
/** Extensions that write the header Authorization, unless told otherwise. */
const WRITES = /^(basicauth|bearertokenauth|oauth2client|googleclientauth|sigv4auth|azureauth)$/;

export const vendorProtocolRules: readonly Rule[] = [
  {
    id: "http-only-backend",
    severity: "error",
    explain:
      "Some backends take OTLP over HTTP alone: Grafana Cloud's gateway, Dynatrace, Axiom, Datadog's intake, Sentry, Langfuse, AWS, Loki, Prometheus. The exporter otlp speaks gRPC, which none of them answers.",
    bad: "exporters:\n  otlp: {endpoint: 'abc12345.live.dynatrace.com:443', headers: {Authorization: 'Api-Token ${env:DT}'}}\n",
    good: "exporters:\n  otlphttp: {endpoint: 'https://abc12345.live.dynatrace.com/api/v2/otlp', headers: {Authorization: 'Api-Token ${env:DT}'}}\n",
    *find(config) {
      for (const component of config.of("exporter", "otlp")) {
        const [, name] = HTTP_ONLY.find(([host]) => host.test(endpointOf(component))) ?? [];
        if (name !== undefined)
          yield {
            path: [...component.path, "endpoint"],
            message: `${name} takes OTLP over HTTP, and ${component.id} speaks gRPC`,
            fix: "use the exporter otlphttp with https:// and the backend's path",
          };
      }
    },
  },
  {
    id: "header-of-backend",
    severity: "error",
    explain:
      "Beside the credentials some backends want to be told where the data goes: Axiom its data set, CloudWatch Logs its group and stream. Without that every request is refused.",
    bad: "exporters:\n  otlphttp: {endpoint: 'https://api.axiom.co', headers: {authorization: 'Bearer ${env:AXIOM}'}}\n",
    good: "exporters:\n  otlphttp: {endpoint: 'https://api.axiom.co', headers: {authorization: 'Bearer ${env:AXIOM}', x-axiom-dataset: shop}}\n",
    *find(config) {
      for (const component of config.of("exporter", "otlphttp")) {
        const names = headersOf(component);
        if (names === undefined) continue;
        for (const [key, address] of endpointsOf(component)) {
          const [, wanted, what] = NEEDED.find(([host]) => host.test(address)) ?? [];
          const missing = wanted?.filter((name) => !names.includes(name)) ?? [];
          if (missing.length > 0)
            yield {
              path: [...component.path, key],
              message: `${component.id} has no header ${missing.join(" and ")}: ${what}`,
              fix: `write headers: {${missing[0]}: …}`,
            };
        }
      }
    },
  },
  {
    id: "authorization-form",
    severity: "error",
    explain:
      "A scheme is a word and a blank before the token, without a colon; and Basic is followed by user:password in base64, not by the two as they are.",
    bad: "exporters:\n  otlphttp: {endpoint: 'https://a.example', headers: {Authorization: 'Basic ${env:USER}:${env:PASSWORD}'}}\n",
    good: "exporters:\n  otlphttp: {endpoint: 'https://a.example', headers: {Authorization: 'Basic ${env:USER_AND_PASSWORD_IN_BASE64}'}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter"))
        for (const [name, value] of Object.entries(recordOf(settings.headers))) {
          if (!/^(proxy-)?authorization$/i.test(name)) continue;
          const text = textOf(value).trim();
          const place = [...path, "headers", name];
          const [, scheme] = /^(bearer|basic|api-?key|api-token|token)\s*[:=]/i.exec(text) ?? [];
          if (scheme !== undefined)
            yield {
              path: place,
              message: `between ${scheme} and the token stands a sign that is no blank`,
              fix: `write ${scheme}, a blank, and the token`,
            };
          else if (/^basic\s/i.test(text) && text.replace(/\$\{[^}]*\}/g, "x").includes(":"))
            yield {
              path: place,
              message: "Basic is followed by user and password as they are",
              fix: "write both in base64, or use the extension basicauth with client_auth",
            };
          else if (/^(bearer|basic)\$\{/i.test(text))
            yield {
              path: place,
              message: "there is no blank before the token",
              fix: "write a blank behind the scheme",
            };
        }
    },
  },
  {
    id: "credentials-twice",
    severity: "warning",
    explain:
      "An authenticator and a header both write Authorization: one of the two is sent, which is seldom the one that was meant.",
    bad: "extensions:\n  bearertokenauth: {token: '${env:A}'}\nexporters:\n  otlphttp: {endpoint: 'https://a.example', auth: {authenticator: bearertokenauth}, headers: {Authorization: 'Bearer ${env:B}'}}\nservice:\n  extensions: [bearertokenauth]\n",
    good: "extensions:\n  bearertokenauth: {token: '${env:A}'}\nexporters:\n  otlphttp: {endpoint: 'https://a.example', auth: {authenticator: bearertokenauth}}\nservice:\n  extensions: [bearertokenauth]\n",
    *find(config) {
      for (const component of config.of("exporter", ...SENDS)) {
        const { settings, path } = component;
        const by = config.find("extension", textOf(at(settings, "auth", "authenticator")));
        if (by === undefined || !WRITES.test(by.type) || by.settings.header !== undefined) continue;
        const name = Object.keys(recordOf(settings.headers)).find((one) => /^authorization$/i.test(one));
        if (name !== undefined)
          yield {
            path: [...path, "headers", name],
            message: `${by.id} writes this header as well`,
            fix: "keep one of the two",
          };
      }
    },
  },
  {
    id: "signed-for-elsewhere",
    severity: "error",
    explain:
      "A request to AWS is signed for a service and a region: where the address is of another one, the signature is refused.",
    bad: "extensions:\n  sigv4auth: {region: us-east-1, service: aps}\nexporters:\n  prometheusremotewrite: {endpoint: 'https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write', auth: {authenticator: sigv4auth}}\n",
    good: "extensions:\n  sigv4auth: {region: eu-central-1, service: aps}\nexporters:\n  prometheusremotewrite: {endpoint: 'https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write', auth: {authenticator: sigv4auth}}\n",
    *find(config) {
      for (const component of config.of("exporter", ...SENDS)) {
        const signer = signerOf(config, component);
        if (signer === undefined) continue;
        for (const [key, address] of endpointsOf(component)) {
          const place = placeOf(address);
          for (const name of ["region", "service"] as const) {
            const given = textOf(signer.settings[name]);
            if (place !== undefined && given !== "" && !given.includes("${") && given !== place[name])
              yield {
                path: [...signer.path, name],
                message: `${given} is signed for, and ${key} of ${component.id} is of the ${name} ${place[name]}`,
                fix: `write ${name}: ${place[name]}`,
              };
          }
        }
      }
    },
  },
  {
    id: "series-without-place",
    severity: "warning",
    explain:
      "Google's managed Prometheus keeps no series without a location, which the detector gcp finds, or an attribute gives: without one every point is refused.",
    bad: "receivers:\n  hostmetrics: {scrapers: {cpu: {}}}\nexporters:\n  googlemanagedprometheus: {project: acme}\nservice:\n  pipelines:\n    metrics: {receivers: [hostmetrics], exporters: [googlemanagedprometheus]}\n",
    good: "receivers:\n  hostmetrics: {scrapers: {cpu: {}}}\nprocessors:\n  resourcedetection: {detectors: [gcp]}\nexporters:\n  googlemanagedprometheus: {project: acme}\nservice:\n  pipelines:\n    metrics: {receivers: [hostmetrics], processors: [resourcedetection], exporters: [googlemanagedprometheus]}\n",
    *find(config) {
      for (const exporter of config.of("exporter", "googlemanagedprometheus")) {
        // an attribute, a label or a detector somewhere may give it
        const isGiven = config.scalars.some(
          ({ path, value }) =>
            /^(gcp|gke|gce)$/.test(textOf(value)) ||
            /\b(location|cloud\.region|cloud\.availability_zone)\b/.test(`${path.at(-1)} ${textOf(value)}`),
        );
        for (const { path, receivers } of config.using("exporters", exporter.id)) {
          const measures = receivers.every((id) =>
            /^(hostmetrics|prometheus|dockerstats|redis|postgresql|mysql|nginx|statsd)$/.test(config.typeIn(id)),
          );
          if (!isGiven && measures && receivers.length > 0)
            yield {
              path,
              message: "nothing says where the series are from",
              fix: "use resourcedetection with detectors: [gcp]",
            };
        }
      }
    },
  },
  {
    id: "record-without-log-name",
    severity: "error",
    explain:
      "Google Cloud keeps each record under the name of a log: one that has no attribute gcp.log_name, in an exporter without log.default_log_name, is refused.",
    bad: "exporters:\n  googlecloud: {project: acme}\nservice:\n  pipelines:\n    logs: {receivers: [filelog], exporters: [googlecloud]}\n",
    good: "exporters:\n  googlecloud: {project: acme, log: {default_log_name: collector}}\nservice:\n  pipelines:\n    logs: {receivers: [filelog], exporters: [googlecloud]}\n",
    *find(config) {
      for (const { id, settings, path } of config.of("exporter", "googlecloud")) {
        if (at(settings, "log", "default_log_name") !== undefined) continue;
        if (config.scalars.some(({ value }) => /gcp\.log_name/.test(textOf(value)))) continue;
        if (config.using("exporters", id).some(({ signal }) => signal === "logs"))
          yield { path, message: "records have no name of a log", fix: "set log: {default_log_name: …}" };
      }
    },
  },
];
