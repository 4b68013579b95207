/** What others can read: encryption, and credentials in the file. */
import { endpointOf, isInternal, isPublic, isReference } from "../address.ts";
import { at, type Component, recordOf, textOf, wordOf } from "../model.ts";
import type { Path } from "../record.ts";
import type { Rule } from "../rule.ts";

const SECRET_KEY =
  /^(authorization|proxy-authorization|x-honeycomb-team|dd-api-key|api-key|x-api-key|signoz-access-token|lightstep-access-token|password|passwd|token|api_key|apikey|client_secret|secret|secret_key|access_token|auth_token|license_key|ingestion_key|bearer_token|key)$/i;
/** Of any vendor: `access-token`, `X-Scope-Api-Key`; not which token or tenant is meant. */
const SECRET_HEADER =
  /(^|[-_])(authorization|token|secret|password|(api|access|licen[sc]e|ingest\w*|write|auth)[-_]?key|team)$|^key$/i;
const PLACEHOLDER =
  /^$|^<.*>$|^\[.*\]$|your|example|change|replace|xxx|todo|dummy|placeholder|redacted|\*{3}|\.{3}|…|^(bearer|basic|apikey|api-token)?\s*$/i;

/** Processors that are named after what they keep from leaving. */
const REDACTS =
  /^redaction\b|(^|[/_.-])(pii|redact\w*|scrub\w*|mask\w*|gdpr|saniti[sz]\w*|anonymi[sz]\w*|privacy|privat\w*|personal|sensitive|secrets?)([_.-]|$)/i;
/** Exporters that lead out of the house without an address in the file. */
const GOES_OUT =
  /^(awss3|azureblob|googlecloudstorage|datadog|googlecloud|awscloudwatchlogs|awsemf|awsxray|azuremonitor|coralogix|logzio|signalfx|sumologic|sentry|honeycombmarker)$/;
/** Pipelines that are to keep everything. */
const IS_WHOLE = /\b(raw|full|unredacted|unmasked|original|audit|restricted|vault|forensic\w*)\b/i;

/** Whether an exporter sends without encryption, as its settings say. */
function isPlain({ settings, type }: Component, endpoint: string): boolean {
  return endpoint.startsWith("http://") || (type === "otlp" && at(settings, "tls", "insecure") === true);
}

/** What a header is named after that opens something. */
const signsOf = (settings: Component["settings"]): string | undefined => {
  const authenticator = at(settings, "auth", "authenticator");
  return typeof authenticator === "string"
    ? authenticator
    : Object.keys(recordOf(settings.headers)).find((name) => SECRET_HEADER.test(name));
};

export const secrecyRules: readonly Rule[] = [
  {
    id: "tls-by-default",
    severity: "warning",
    explain:
      "The otlp exporter and the PostgreSQL receiver encrypt unless tls.insecure is true; a container beside them seldom does, and every connection fails.",
    bad: "exporters:\n  otlp: {endpoint: 'jaeger:4317'}\n",
    good: "exporters:\n  otlp: {endpoint: 'jaeger:4317', tls: {insecure: true}}\n",
    *find(config) {
      for (const component of [...config.of("exporter", "otlp"), ...config.of("receiver", "postgresql")]) {
        const endpoint = endpointOf(component);
        if (
          endpoint === "" ||
          /^(http|https|unix):/.test(endpoint) ||
          isReference(endpoint) ||
          component.settings.tls !== undefined
        )
          continue;
        // a company's own authority is often among those that the machine trusts
        const isOfCompany = /^[\w-]+(\.[\w-]+)+\.internal(:|$)/.test(endpoint) && !/docker|compute/.test(endpoint);
        if (isInternal(endpoint) && !isOfCompany)
          yield {
            path: [...component.path, "endpoint"],
            message: `${component.id} encrypts, and ${endpoint} is no public address`,
            fix: "set tls.insecure: true, or tls.ca_file",
          };
      }
    },
  },
  {
    id: "tls-contradiction",
    severity: "warning",
    explain: "An address says one thing of encryption, tls.insecure another.",
    bad: "exporters:\n  otlphttp: {endpoint: 'https://a.example', tls: {insecure: true}}\n",
    good: "exporters:\n  otlphttp: {endpoint: 'https://a.example'}\n",
    *find(config) {
      for (const component of config.of("exporter")) {
        const endpoint = endpointOf(component);
        const insecure = at(component.settings, "tls", "insecure");
        if (endpoint.startsWith("https://") && insecure === true)
          yield {
            path: [...component.path, "tls", "insecure"],
            message: "the address is https, and tls.insecure asks for no encryption",
            fix: "remove tls.insecure, or write http://",
          };
        if (component.type === "otlp" && insecure === true && /:443$/.test(endpoint))
          yield {
            path: [...component.path, "tls", "insecure"],
            message: "port 443 expects encryption, and tls.insecure asks for none",
            fix: "remove tls.insecure",
          };
      }
    },
  },
  {
    id: "past-the-redaction",
    severity: "warning",
    explain:
      "What one pipeline takes out of the data before it leaves goes out untouched by another one that takes from the same receiver.",
    bad: "processors:\n  redaction/pii: {allow_all_keys: true, blocked_values: ['4[0-9]{12}']}\nexporters:\n  otlphttp/a: {endpoint: 'https://a.vendor.example'}\n  otlphttp/b: {endpoint: 'https://b.vendor.example'}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [redaction/pii], exporters: [otlphttp/a]}\n    traces/b: {receivers: [otlp], exporters: [otlphttp/b]}\n",
    good: "processors:\n  redaction/pii: {allow_all_keys: true, blocked_values: ['4[0-9]{12}']}\nexporters:\n  otlphttp/a: {endpoint: 'https://a.vendor.example'}\n  otlphttp/b: {endpoint: 'https://b.vendor.example'}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [redaction/pii], exporters: [otlphttp/a]}\n    traces/b: {receivers: [otlp], processors: [redaction/pii], exporters: [otlphttp/b]}\n",
    *find(config) {
      const leaves = (ids: readonly string[]) =>
        ids.some((id) => {
          const exporter = config.find("exporter", id);
          return (
            exporter !== undefined && (GOES_OUT.test(exporter.type) || isPublic(textOf(exporter.settings.endpoint)))
          );
        });
      const redactor = (ids: readonly string[]) => ids.find((id) => REDACTS.test(id));
      for (const one of config.pipelines) {
        if (redactor(one.processors) !== undefined || !leaves(one.exporters)) continue;
        if (
          IS_WHOLE.test(`${one.id} ${one.exporters.join(" ")}`.replaceAll("_", " ")) ||
          IS_WHOLE.test(config.comments.all)
        )
          continue;
        const other = config.pipelines.find(
          ({ signal, receivers, processors, exporters }) =>
            signal === one.signal &&
            redactor(processors) !== undefined &&
            exporters.some((id) => !/^(debug|nop)/.test(id)) &&
            receivers.some((id) => one.receivers.includes(id) && config.find("connector", id) === undefined),
        );
        if (other !== undefined)
          yield {
            path: one.path,
            message: `${one.id} sends untouched what ${other.id} sends through ${redactor(other.processors)}`,
            fix: "name that processor here as well",
          };
      }
    },
  },
  {
    id: "tls-settings",
    severity: "error",
    explain:
      "A certificate or key is a file or a text, not both, and the oldest version of TLS is not above the newest: the collector refuses it otherwise.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', tls: {ca_file: /tls/ca.crt, ca_pem: '${env:CA}'}}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', tls: {ca_file: /tls/ca.crt}}\n",
    *find({ scalars }) {
      const settings = new Map(scalars.map(({ path, value }) => [JSON.stringify(path), value]));
      const beside = (path: Path, key: string) => settings.get(JSON.stringify([...path.slice(0, -1), key]));
      for (const { path, value } of scalars) {
        const key = wordOf(path.at(-1));
        const other = /^(ca|cert|key)_pem$/.test(key) ? key.replace("_pem", "_file") : undefined;
        if (other !== undefined && value && beside(path, other))
          yield { path, message: `${key} stands beside ${other}`, fix: "keep one of them" };
        if (key === "min_version" && path.at(-2) === "tls" && Number(value) > Number(beside(path, "max_version")))
          yield {
            path,
            message: `${wordOf(value)} is above max_version ${wordOf(beside(path, "max_version"))}`,
            fix: "exchange them, or remove max_version",
          };
      }
    },
  },
  {
    id: "tls-obsolete",
    severity: "warning",
    explain: "TLS 1.0 and 1.1 are broken and refused by most; 1.2 is the least unless a setting lowers it.",
    bad: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317', tls: {cert_file: /c, key_file: /k, min_version: '1.0'}}}}\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317', tls: {cert_file: /c, key_file: /k, min_version: '1.3'}}}}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars)
        if (
          path.at(-2) === "tls" &&
          /^(min|max)_version$/.test(wordOf(path.at(-1))) &&
          /^1(\.[01])?$/.test(wordOf(value))
        )
          yield { path, message: `TLS ${wordOf(value)} is broken`, fix: "write '1.2' or '1.3'" };
    },
  },
  {
    id: "credential-unencrypted",
    severity: "warning",
    explain: "A credential that leaves without encryption can be read by anybody between here and there.",
    bad: "exporters:\n  otlp: {endpoint: 'ingest.vendor.example:4317', headers: {api-key: '${env:KEY}'}, tls: {insecure: true}}\n",
    good: "exporters:\n  otlp: {endpoint: 'ingest.vendor.example:4317', headers: {api-key: '${env:KEY}'}}\n",
    *find(config) {
      for (const component of config.of("exporter")) {
        const endpoint = endpointOf(component);
        const { settings, path, type } = component;
        const signs = signsOf(settings);
        if (isPlain(component, endpoint) && signs !== undefined && isPublic(endpoint))
          yield {
            path: [...path, "endpoint"],
            message: `${component.id} sends a credential (${signs}) to ${endpoint} in plain text`,
            fix: type === "otlp" && !endpoint.startsWith("http://") ? "remove tls.insecure" : "write https://",
          };
      }
    },
  },
  {
    id: "certificate-not-verified",
    severity: "warning",
    explain: "Without verification anybody between here and there can read what is sent, tokens included.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', tls: {insecure_skip_verify: true}}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', tls: {ca_file: /etc/ssl/ca.pem}}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars)
        if (path.at(-1) === "insecure_skip_verify" && value === true && path[0] === "exporters")
          yield { path, message: "the server's certificate is not verified", fix: "give its authority as tls.ca_file" };
    },
  },
  {
    id: "secret-in-plain",
    severity: "warning",
    explain: "A credential in the file is in every copy of it: repository, image, ConfigMap.",
    bad: "exporters:\n  otlphttp: {endpoint: 'https://a.example', headers: {api-key: 9f8e7d6c5b4a39281706}}\n",
    good: "exporters:\n  otlphttp: {endpoint: 'https://a.example', headers: {api-key: '${env:API_KEY}'}}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars) {
        const text = textOf(value).trim();
        const name = wordOf(path.at(-1));
        const isPrivateKey = /-----BEGIN [A-Z ]*PRIVATE KEY/.test(text);
        const isPlainUser =
          name === "inline" && path.at(-2) === "htpasswd" && /^[^:\s]+:(?!\$|\{)[^\s$]+\s*$/m.test(text);
        if (isPlainUser)
          yield {
            path,
            message: "a password stands behind the user's name as it is",
            fix: "write its bcrypt hash, as htpasswd -nbB makes it, with $$ for each $",
          };
        const inSource = name === "datasource" ? /(?:\bpassword=|^[\w-]+:)([^\s@;&]+)/i.exec(text)?.[1] : undefined;
        const inUrl = inSource ?? /:\/\/[^\s/:@]+:([^\s/@]+)@/.exec(text)?.[1];
        const isKey =
          isPrivateKey ||
          (SECRET_KEY.test(name) &&
            (path[0] === "exporters" || path[0] === "receivers" || path[0] === "extensions") &&
            !path.includes("actions") &&
            (name !== "key" || (path[0] === "exporters" && path.at(-2) === "api")));
        const secret = isKey ? text.replace(/^(bearer|basic|apikey|api-token)\s+/i, "") : inUrl;
        if (
          secret === undefined ||
          secret.length < 4 ||
          isReference(text) ||
          PLACEHOLDER.test(secret) ||
          /^\/|\$|`/.test(secret)
        )
          continue;
        yield {
          path,
          message: `${isKey ? name : "a password in an address"} is written in plain text`,
          fix: "write ${env:NAME} or ${file:/path}",
        };
      }
    },
  },
];
