/** What others can read: encryption, and credentials in the file. */
import { endpointOf, isInternal, isPublic, isReference } from "../address.ts";
import { at, recordOf, textOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";

const SECRET_KEY =
  /^(authorization|proxy-authorization|x-honeycomb-team|dd-api-key|api-key|x-api-key|signoz-access-token|lightstep-access-token|password|passwd|token|api_key|apikey|client_secret|secret|secret_key|access_token|auth_token|license_key|ingestion_key|bearer_token|key)$/i;
const PLACEHOLDER =
  /^$|^<.*>$|^\[.*\]$|your|example|change|replace|xxx|todo|dummy|placeholder|redacted|\*{3}|\.{3}|…|^(bearer|basic|apikey|api-token)?\s*$/i;

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
        if (isInternal(endpoint))
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
    id: "credential-unencrypted",
    severity: "warning",
    explain: "A credential that leaves without encryption can be read by anybody between here and there.",
    bad: "exporters:\n  otlp: {endpoint: 'ingest.vendor.example:4317', headers: {api-key: '${env:KEY}'}, tls: {insecure: true}}\n",
    good: "exporters:\n  otlp: {endpoint: 'ingest.vendor.example:4317', headers: {api-key: '${env:KEY}'}}\n",
    *find(config) {
      for (const component of config.of("exporter")) {
        const endpoint = endpointOf(component);
        const { settings, path, type } = component;
        const plain = endpoint.startsWith("http://") || (type === "otlp" && at(settings, "tls", "insecure") === true);
        const signs =
          at(settings, "auth", "authenticator") ??
          Object.keys(recordOf(settings.headers)).find((name) => SECRET_KEY.test(name));
        if (plain && signs !== undefined && isPublic(endpoint))
          yield {
            path: [...path, "endpoint"],
            message: `${component.id} sends a credential (${wordOf(signs)}) to ${endpoint} in plain text`,
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
        const inUrl = /:\/\/[^\s/:@]+:([^\s/@]+)@/.exec(text)?.[1];
        const isKey =
          SECRET_KEY.test(name) &&
          (path[0] === "exporters" || path[0] === "receivers" || path[0] === "extensions") &&
          !path.includes("actions") &&
          (name !== "key" || path[0] === "exporters");
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
