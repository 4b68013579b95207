/** What well-known backends ask of every request: credentials, and a path of their own. */
import { isReference } from "../address.ts";
import { at, type Component, recordOf, textOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";

/** Hosts, and the headers of which each request needs one (pages of the vendors, August 2026). */
const CREDENTIALS: readonly (readonly [host: RegExp, headers: readonly string[]])[] = [
  [/\bapi(\.eu1)?\.honeycomb\.io\b/, ["x-honeycomb-team"]],
  [/\botlp(\.eu01)?\.nr-data\.net\b/, ["api-key"]],
  [/\botlp-gateway[\w-]*\.grafana\.net\b/, ["authorization"]],
  [/\.(live|apps)\.dynatrace\.com\b/, ["authorization"]],
  [/\bapi\.axiom\.co\b/, ["authorization"]],
  [/\bingest\.lightstep\.com\b/, ["lightstep-access-token"]],
  [/\bingest\.[\w.]*signoz\.(cloud|io)\b/, ["signoz-ingestion-key", "signoz-access-token"]],
  [/\botlp\.[\w.]*datadoghq\.(com|eu)\b/, ["dd-api-key"]],
  [/\b(otlp|api)\.uptrace\.dev\b/, ["uptrace-dsn"]],
  [/\bingest\.[\w.-]*coralogix\.(com|us|in)\b/, ["authorization"]],
  [/\.apm\.[\w.-]*(elastic-cloud\.com|cloud\.es\.io|elastic\.cloud)\b/, ["authorization"]],
  [/\.ingest\.(\w+\.)?sentry\.io\b/, ["x-sentry-auth"]],
  [/\btelemetry\.googleapis\.com\b/, ["authorization"]],
  [/\.betterstackdata\.com\b|\bin-otel\.logs\.betterstack\.com\b/, ["authorization"]],
  [/\bingress\.[\w.-]*(coralogix\.com|coralogix\.us|coralogix\.in)\b/, ["authorization"]],
  [/\bingress\.[\w.-]*dash0\.com\b/, ["authorization"]],
  [/\botlp-listener[\w-]*\.logz\.io\b/, ["authorization"]],
  [/\bingest\.\w+\.(signalfx\.com|observability\.splunkcloud\.com)\b/, ["x-sf-token"]],
  [/\bcloud\.langfuse\.com\b/, ["authorization"]],
  [/\bprometheus-[\w-]+\.grafana\.net\b/, ["authorization"]],
];

/** Addresses of OTLP over HTTP that have a path before /v1/traces. */
const PATHS: readonly (readonly [host: RegExp, path: string])[] = [
  [/^https?:\/\/otlp-gateway[\w-]*\.grafana\.net\/?$/, "/otlp"],
  [/^https?:\/\/[\w-]+\.live\.dynatrace\.com\/?$/, "/api/v2/otlp"],
  [/^https?:\/\/(?:[\w-]*[-.])?loki(?:[-.][\w.-]*)?:3100\/?$/, "/otlp"],
  [/^https?:\/\/(?:[\w-]*[-.])?prometheus(?:[-.][\w.-]*)?:9090\/?$/, "/api/v1/otlp"],
  [/^https?:\/\/(?:[\w-]*[-.])?mimir(?:[-.][\w.-]*)?(?::\d+)?\/?$/, "/otlp"],
  [/^https?:\/\/(?:[\w-]*[-.])?openobserve(?:[-.][\w.-]*)?:5080\/?$/, "/api/default"],
];

/** Addresses of AWS that take signed requests alone. */
const SIGNED = /\baps-workspaces\.[\w-]+\.amazonaws\.com\b|\b(xray|logs|monitoring)\.[\w-]+\.amazonaws\.com\/v1\//;

/** Addresses of an exporter by their keys. */
export const endpointsOf = ({ settings }: Component): readonly (readonly [key: string, text: string])[] =>
  ["endpoint", "traces_endpoint", "metrics_endpoint", "logs_endpoint"].flatMap((key) => {
    const text = textOf(settings[key]);
    return text === "" ? [] : [[key, text] as const];
  });

export const vendorRules: readonly Rule[] = [
  {
    id: "credentials-missing",
    severity: "error",
    explain: "The backend at this address refuses what comes without its key: nothing arrives.",
    bad: "exporters:\n  otlp: {endpoint: 'api.honeycomb.io:443'}\n",
    good: "exporters:\n  otlp: {endpoint: 'api.honeycomb.io:443', headers: {x-honeycomb-team: '${env:HONEYCOMB_KEY}'}}\n",
    *find(config) {
      for (const component of config.of("exporter", "otlp", "otlphttp", "prometheusremotewrite")) {
        const { settings, path, id } = component;
        for (const [key, text] of endpointsOf(component))
          if (SIGNED.test(text) && settings.auth === undefined)
            yield {
              path: [...path, key],
              message: `${id} does not sign its requests, and AWS takes no others`,
              fix: "use the extension sigv4auth: auth: {authenticator: sigv4auth}",
            };
        if (settings.auth !== undefined || isReference(JSON.stringify(settings.headers ?? "").slice(0, 4))) continue;
        const names = Array.isArray(settings.headers)
          ? settings.headers.map((header) => wordOf(at(header, "name")).toLowerCase())
          : Object.keys(recordOf(settings.headers)).map((name) => name.toLowerCase());
        if (typeof settings.headers === "string") continue;
        for (const [key, text] of endpointsOf(component)) {
          const [, wanted] = CREDENTIALS.find(([host]) => host.test(text)) ?? [];
          if (wanted !== undefined && !wanted.some((name) => names.includes(name)))
            yield {
              path: [...path, key],
              message: `${id} has no ${wanted.join(" or ")}, without which this backend takes nothing`,
              fix: `write headers: {${wanted[0]}: "\${env:NAME}"}, or auth`,
            };
        }
      }
    },
  },
  {
    id: "basic-credentials",
    severity: "error",
    explain:
      "Grafana Cloud's OTLP gateway takes an instance and a token as Basic credentials; a Bearer token is refused.",
    bad: "exporters:\n  otlphttp: {endpoint: 'https://otlp-gateway-prod-eu-west-2.grafana.net/otlp', headers: {Authorization: 'Bearer ${env:TOKEN}'}}\n",
    good: "exporters:\n  otlphttp: {endpoint: 'https://otlp-gateway-prod-eu-west-2.grafana.net/otlp', headers: {Authorization: 'Basic ${env:ID_AND_TOKEN_BASE64}'}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter", "otlphttp"))
        if (/\botlp-gateway[\w-]*\.grafana\.net\b/.test(textOf(settings.endpoint)))
          for (const [name, value] of Object.entries(recordOf(settings.headers)))
            if (/^authorization$/i.test(name) && /^bearer\s/i.test(textOf(value)))
              yield {
                path: [...path, "headers", name],
                message: "the gateway takes Basic credentials",
                fix: "write Basic and instance:token in base64, or use basicauth",
              };
    },
  },
  {
    id: "endpoint-path",
    severity: "error",
    explain:
      "Zipkin, and OTLP of Loki, Prometheus, Mimir, Grafana Cloud and Dynatrace, are behind a path: without it every request is answered 404 and dropped.",
    bad: "exporters:\n  zipkin: {endpoint: 'http://zipkin:9411'}\n",
    good: "exporters:\n  zipkin: {endpoint: 'http://zipkin:9411/api/v2/spans'}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter", "zipkin"))
        if (/^https?:\/\/[^/$]+\/?$/.test(textOf(settings.endpoint)))
          yield {
            path: [...path, "endpoint"],
            message: `${textOf(settings.endpoint)} has no path`,
            fix: "append /api/v2/spans",
          };
      for (const { settings, path } of config.of("exporter", "otlphttp")) {
        const endpoint = textOf(settings.endpoint);
        const [, missing] = PATHS.find(([host]) => host.test(endpoint)) ?? [];
        if (missing !== undefined)
          yield {
            path: [...path, "endpoint"],
            message: `${endpoint} takes OTLP below ${missing}`,
            fix: `write ${endpoint.replace(/\/$/, "")}${missing}`,
          };
      }
    },
  },
];
