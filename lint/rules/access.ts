/** Who may send and receive: authenticators, certificates, tokens. */
import { at, recordOf, textOf, wordOf } from "../model.ts";
import type { Path } from "../read.ts";
import type { Rule } from "../rule.ts";

/** Authenticators that work on one side only. */
const CLIENTS = ["oauth2client", "sigv4auth", "headerssetter", "asapclient", "googleclientauth"];
const SERVERS = ["oidc"];

export const accessRules: readonly Rule[] = [
  {
    id: "authenticator-side",
    severity: "error",
    explain:
      "A receiver asks for credentials, an exporter gives them: an authenticator of the wrong side ends the collector at its start.",
    bad: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317', auth: {authenticator: basicauth}}}}\nextensions:\n  basicauth: {client_auth: {username: u, password: '${env:P}'}}\nservice:\n  extensions: [basicauth]\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317', auth: {authenticator: basicauth}}}}\nextensions:\n  basicauth: {htpasswd: {file: /etc/htpasswd}}\nservice:\n  extensions: [basicauth]\n",
    *find(config) {
      for (const { path, value } of config.scalars) {
        if (path.at(-1) !== "authenticator" || path.at(-2) !== "auth") continue;
        const [section] = path;
        if (section !== "receivers" && section !== "exporters") continue;
        const extension = config.find("extension", wordOf(value));
        if (extension === undefined) continue;
        const { type, settings, id } = extension;
        const isClient =
          CLIENTS.includes(type) ||
          (type === "basicauth" && settings.client_auth !== undefined && settings.htpasswd === undefined);
        const isServer =
          SERVERS.includes(type) ||
          (type === "basicauth" && settings.htpasswd !== undefined && settings.client_auth === undefined);
        // what a receiver fetches, it fetches as a client
        const listens = section === "receivers" && path.includes("protocols");
        if (listens && isClient)
          yield {
            path,
            message: `${id} gives credentials, and a receiver asks for them`,
            fix:
              type === "basicauth"
                ? "write htpasswd in place of client_auth"
                : "use basicauth, bearertokenauth or oidc",
          };
        if (section === "exporters" && isServer)
          yield {
            path,
            message: `${id} asks for credentials, and an exporter gives them`,
            fix:
              type === "basicauth"
                ? "write client_auth in place of htpasswd"
                : "use oauth2client, basicauth or bearertokenauth",
          };
      }
    },
  },
  {
    id: "open-protocol",
    severity: "warning",
    explain: "Where one protocol of a receiver asks who sends and the other does not, everybody takes the other one.",
    bad: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317', auth: {authenticator: oidc}}, http: {endpoint: '0.0.0.0:4318'}}}\nextensions:\n  oidc: {issuer_url: 'https://idp.example', audience: otel}\nservice:\n  extensions: [oidc]\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317', auth: {authenticator: oidc}}, http: {endpoint: '0.0.0.0:4318', auth: {authenticator: oidc}}}}\nextensions:\n  oidc: {issuer_url: 'https://idp.example', audience: otel}\nservice:\n  extensions: [oidc]\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "otlp")) {
        const protocols = Object.entries(recordOf(settings.protocols));
        const guarded = protocols.find(([, protocol]) => at(protocol, "auth") !== undefined);
        if (guarded === undefined) continue;
        // what only this machine reaches, or a certificate opens, needs no guard
        for (const [name, protocol] of protocols)
          if (
            at(protocol, "auth") === undefined &&
            at(protocol, "tls", "client_ca_file") === undefined &&
            !/^(localhost|127\.0\.0\.1|\[::1\]|\/|unix:)/.test(textOf(at(protocol, "endpoint")))
          )
            yield {
              path: [...path, "protocols", name],
              message: `${guarded[0]} has auth, and ${name} asks for no credentials`,
              fix: `set auth for ${name} as well, or remove ${name}`,
            };
      }
    },
  },
  {
    id: "certificate-pair",
    severity: "error",
    explain:
      "A certificate without its key, or a key without its certificate, is refused; a receiver with encryption needs both.",
    bad: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317', tls: {cert_file: /etc/server.crt}}}}\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317', tls: {cert_file: /etc/server.crt, key_file: /etc/server.key}}}}\n",
    *find(config) {
      for (const { settings, path: start } of config.components)
        for (const { path, value } of mappingsCalled("tls", settings, start)) {
          const tls = recordOf(value);
          const has = (...keys: readonly string[]) => keys.some((key) => textOf(tls[key]) !== "");
          const [certificate, key] = [has("cert_file", "cert_pem"), has("key_file", "key_pem")];
          if (certificate !== key)
            yield {
              path,
              message: certificate ? "cert_file has no key_file beside it" : "key_file has no cert_file beside it",
              fix: certificate ? "set key_file" : "set cert_file",
            };
        }
    },
  },
  {
    id: "token-scheme",
    severity: "warning",
    explain:
      "bearertokenauth, and the exporter of Splunk, write their scheme before the token: one that is in the token is sent twice, and refused.",
    bad: "extensions:\n  bearertokenauth: {token: 'Bearer ${env:TOKEN}'}\nservice:\n  extensions: [bearertokenauth]\n",
    good: "extensions:\n  bearertokenauth: {token: '${env:TOKEN}'}\nservice:\n  extensions: [bearertokenauth]\n",
    *find(config) {
      for (const { settings, path } of config.of("extension", "bearertokenauth")) {
        const scheme = settings.scheme === undefined ? "Bearer" : textOf(settings.scheme);
        const token = textOf(settings.token);
        if (scheme !== "" && token.toLowerCase().startsWith(`${scheme.toLowerCase()} `))
          yield {
            path: [...path, "token"],
            message: `the token begins with ${scheme}, which is written before it`,
            fix: "remove it from the token, or set scheme: ''",
          };
      }
      for (const { settings, path } of config.of("exporter", "splunkhec"))
        if (/^splunk\s/i.test(textOf(settings.token)))
          yield {
            path: [...path, "token"],
            message: "the token begins with Splunk, which is written before it",
            fix: "write the token alone",
          };
    },
  },
];

/** Mappings of that name, at any depth that a component has them. */
function* mappingsCalled(
  name: string,
  value: unknown,
  path: Path,
  depth = 0,
): Generator<{ path: Path; value: unknown }> {
  if (depth > 6) return;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield* mappingsCalled(name, item, [...path, i], depth + 1);
    return;
  }
  for (const [key, child] of Object.entries(recordOf(value)))
    if (key === name) yield { path: [...path, key], value: child };
    else if (typeof at(value, key) === "object") yield* mappingsCalled(name, child, [...path, key], depth + 1);
}
