/** Extensions: which are started, and which ones settings name. */
import { isReference } from "../address.ts";
import { type Config, textOf, wordOf } from "../model.ts";
import type { Finding, Rule } from "../rule.ts";

export const extensionRules: readonly Rule[] = [
  {
    id: "undefined-extension",
    severity: "error",
    explain: "service.extensions names an extension that is not configured.",
    bad: "service:\n  extensions: [health_check]\n",
    good: "extensions:\n  health_check: {}\nservice:\n  extensions: [health_check]\n",
    *find(config) {
      for (const [i, id] of config.extensions.entries())
        if (config.find("extension", id) === undefined)
          yield {
            path: ["service", "extensions", i],
            message: `the extension ${id} is not configured`,
            fix: "configure it in extensions, or remove it from the list",
          };
    },
  },
  {
    id: "extension-not-started",
    severity: "warning",
    explain: "An extension runs only where service.extensions names it.",
    bad: "extensions:\n  health_check: {}\nservice:\n  pipelines: {}\n",
    good: "extensions:\n  health_check: {}\nservice:\n  extensions: [health_check]\n  pipelines: {}\n",
    *find(config) {
      if (config.root.service === undefined) return;
      for (const { id, path } of config.of("extension"))
        if (!config.extensions.includes(id))
          yield {
            path,
            message: `the extension ${id} is configured and not started`,
            fix: "name it in service.extensions, or remove it",
          };
    },
  },
  {
    id: "unknown-storage",
    severity: "error",
    explain:
      "sending_queue.storage and storage name an extension; one that is not configured or not started ends the collector at its start.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {storage: file_storage}}\nservice:\n  extensions: []\n",
    good: "extensions:\n  file_storage: {directory: /var/lib/otelcol}\nexporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {storage: file_storage}}\nservice:\n  extensions: [file_storage]\n",
    find: (config) =>
      references(
        config,
        (path) => path.at(-1) === "storage" && (path[0] === "receivers" || path.at(-2) === "sending_queue"),
        "storage",
      ),
  },
  {
    id: "unknown-authenticator",
    severity: "error",
    explain:
      "auth.authenticator names an extension; one that is not configured or not started ends the collector at its start.",
    bad: "exporters:\n  otlphttp: {endpoint: 'https://a.example', auth: {authenticator: basicauth/a}}\nservice:\n  extensions: []\n",
    good: "extensions:\n  basicauth/a: {client_auth: {username: '${env:A}', password: '${env:B}'}}\nexporters:\n  otlphttp: {endpoint: 'https://a.example', auth: {authenticator: basicauth/a}}\nservice:\n  extensions: [basicauth/a]\n",
    *find(config) {
      yield* references(config, (path) => path.at(-1) === "authenticator", "authenticator");
      for (const { settings, path } of [...config.of("exporter"), ...config.of("receiver")])
        if (typeof settings.auth === "string" && /otlp/.test(wordOf(path[1])))
          yield {
            path: [...path, "auth"],
            message: "auth is a mapping",
            fix: `write auth: {authenticator: ${settings.auth}}`,
          };
    },
  },
  {
    id: "unknown-observer",
    severity: "error",
    explain:
      "watch_observers and k8s_leader_elector name extensions; one that is not configured or not started ends the collector at its start.",
    bad: "receivers:\n  receiver_creator: {watch_observers: [k8s_observer]}\nservice:\n  extensions: []\n",
    good: "extensions:\n  k8s_observer: {auth_type: serviceAccount}\nreceivers:\n  receiver_creator: {watch_observers: [k8s_observer]}\nservice:\n  extensions: [k8s_observer]\n",
    find: (config) =>
      references(
        config,
        (path) =>
          path[0] === "receivers" && (path.at(-2) === "watch_observers" || path.at(-1) === "k8s_leader_elector"),
        "extension",
      ),
  },
  {
    id: "authenticator-unused",
    severity: "warning",
    explain:
      "An authenticator guards only what names it as auth.authenticator: started and named nowhere, it lets everybody in, or gives no credentials.",
    bad: "extensions:\n  basicauth: {htpasswd: {file: /etc/htpasswd}}\nreceivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317'}}}\nservice:\n  extensions: [basicauth]\n",
    good: "extensions:\n  basicauth: {htpasswd: {file: /etc/htpasswd}}\nreceivers:\n  otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317', auth: {authenticator: basicauth}}}}\nservice:\n  extensions: [basicauth]\n",
    *find(config) {
      for (const { id, type, path } of config.of("extension")) {
        if (
          !/^(basicauth|bearertokenauth|oidc|oauth2client|sigv4auth|headerssetter|asapclient|googleclientauth|azureauth)$/.test(
            type,
          )
        )
          continue;
        if (!config.extensions.includes(id)) continue;
        // exporters name it under several keys
        const named = config.scalars.some((scalar) => scalar.value === id && scalar.path[0] !== "service");
        if (!named)
          yield {
            path,
            message: `nothing names ${id} as its authenticator`,
            fix: `write auth: {authenticator: ${id}} where it is meant, or remove it`,
          };
      }
    },
  },
  {
    id: "shared-directory",
    severity: "error",
    explain:
      "A storage locks the files of its directory: a second one in the same directory can wait for the lock of the first until the start is given up.",
    bad: "extensions:\n  file_storage/a: {directory: /var/lib/otelcol}\n  file_storage/b: {directory: /var/lib/otelcol/}\n",
    good: "extensions:\n  file_storage/a: {directory: /var/lib/otelcol/a}\n  file_storage/b: {directory: /var/lib/otelcol/b}\n",
    *find(config) {
      const taken = new Map<string, string>();
      for (const { id, settings, path } of config.of("extension", "filestorage")) {
        const directory = textOf(
          settings.directory === undefined ? "/var/lib/otelcol/file_storage" : settings.directory,
        );
        const key = directory.replace(/\/+$/, "");
        const other = taken.get(key);
        if (other === undefined) taken.set(key, id);
        else
          yield {
            path: settings.directory === undefined ? path : [...path, "directory"],
            message: `${id} and ${other} keep their files in ${directory}`,
            fix: "give each a directory of its own",
          };
      }
    },
  },
];

/** Names of extensions in settings: each must be configured and started. */
function* references(config: Config, isPlace: (path: Finding["path"]) => boolean, what: string): Generator<Finding> {
  if (config.root.service === undefined) return;
  for (const { path, value } of config.scalars) {
    if (!isPlace(path) || typeof value !== "string" || value === "" || isReference(value)) continue;
    if (config.find("extension", value) === undefined)
      yield {
        path,
        message: `the ${what} ${value} is no configured extension`,
        fix: `configure it in extensions, and name it in service.extensions`,
      };
    else if (!config.extensions.includes(value))
      yield { path, message: `the ${what} ${value} is not started`, fix: "name it in service.extensions" };
  }
}
