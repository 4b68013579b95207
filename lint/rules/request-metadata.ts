/** What a sender's request says (its headers), and who on the way to the exporter still knows it. */
import { at, type Component, type Config, listOf, type Pipeline, textOf, textsOf } from "../model.ts";
import type { Finding, Rule } from "../rule.ts";

/** A name of the request's metadata that an exporter sends on. */
interface Wanted {
  readonly name: string;
  /** What is sent where there is none. */
  readonly hasDefault: boolean;
}

/** Keys of exporters that name metadata of the request themselves. */
const METADATA_KEYS: Readonly<Record<string, string>> = {
  kafka: "include_metadata_keys",
  otelarrow: "metadata_keys",
};

function wantedBy(config: Config, { type, settings }: Component): readonly Wanted[] {
  const own = textsOf(settings[Object.hasOwn(METADATA_KEYS, type) ? (METADATA_KEYS[type] ?? "") : ""]);
  const setter = config.find("extension", textOf(at(settings, "auth", "authenticator")));
  const headers = setter?.type === "headerssetter" ? listOf(setter.settings.headers) : [];
  const named = [
    ...own.map((name) => ({ name, hasDefault: false })),
    ...headers.map((header) => ({
      name: textOf(at(header, "from_context")),
      hasDefault: at(header, "default_value") !== undefined,
    })),
  ];
  return named.flatMap(({ name, hasDefault }) => (name === "" ? [] : [{ name: name.toLowerCase(), hasDefault }]));
}

/** Pipelines that lead to this one through connectors, itself among them. */
function upstream(config: Config, pipeline: Pipeline, seen = new Set<string>()): readonly Pipeline[] {
  if (seen.has(pipeline.id)) return [];
  seen.add(pipeline.id);
  const before = pipeline.receivers
    .filter((id) => config.find("connector", id) !== undefined)
    .flatMap((id) => config.using("exporters", id));
  return [pipeline, ...before.flatMap((each) => upstream(config, each, seen))];
}

/** Protocols of OTLP receivers by which data enters pipelines, with whether they keep the request's metadata. */
function* entrances(config: Config, pipelines: readonly Pipeline[]) {
  const ids = new Set(pipelines.flatMap(({ receivers }) => receivers));
  for (const receiver of config.of("receiver", "otlp"))
    if (ids.has(receiver.id))
      for (const protocol of ["grpc", "http"]) {
        const settings = at(receiver.settings, "protocols", protocol);
        const keeps = at(settings, "include_metadata");
        if (settings !== undefined)
          yield { receiver, protocol, keeps: keeps === true || (typeof keeps === "string" && keeps !== "false") };
      }
}

/** Said where no entrance keeps the metadata: with one that does, the others may be meant for senders without it. */
function* unheard(
  config: Config,
  pipelines: readonly Pipeline[],
  reader: string,
  protocols: readonly string[] = ["grpc", "http"],
): Generator<Finding> {
  const all = [...entrances(config, pipelines)];
  if (all.some(({ protocol, keeps }) => keeps || !protocols.includes(protocol))) return;
  for (const { receiver, protocol } of all)
    yield {
      path: [...receiver.path, "protocols", protocol],
      message: `${reader} reads the request's metadata, which ${protocol} of ${receiver.id} does not keep`,
      fix: `set include_metadata: true below ${protocol}`,
    };
}

export const requestMetadataRules: readonly Rule[] = [
  {
    id: "metadata-not-kept",
    severity: "warning",
    explain:
      "headers_setter (from_context), metadata_keys and the context request read headers of the request; a receiver keeps them with include_metadata: true only, and they are empty without a word.",
    bad: "receivers:\n  otlp: {protocols: {http: {endpoint: '0.0.0.0:4318'}}}\nextensions:\n  headers_setter: {headers: [{key: X-Scope-OrgID, from_context: x-tenant}]}\nexporters:\n  otlphttp: {endpoint: 'https://a.example', auth: {authenticator: headers_setter}}\nservice:\n  extensions: [headers_setter]\n  pipelines:\n    traces: {receivers: [otlp], exporters: [otlphttp]}\n",
    good: "receivers:\n  otlp: {protocols: {http: {endpoint: '0.0.0.0:4318', include_metadata: true}}}\nextensions:\n  headers_setter: {headers: [{key: X-Scope-OrgID, from_context: x-tenant}]}\nexporters:\n  otlphttp: {endpoint: 'https://a.example', auth: {authenticator: headers_setter}}\nservice:\n  extensions: [headers_setter]\n  pipelines:\n    traces: {receivers: [otlp], exporters: [otlphttp]}\n",
    *find(config) {
      // with a default an empty one is meant
      for (const exporter of config.of("exporter"))
        if (wantedBy(config, exporter).some(({ hasDefault }) => !hasDefault))
          for (const pipeline of config.using("exporters", exporter.id))
            yield* unheard(
              config,
              upstream(config, pipeline),
              textOf(at(exporter.settings, "auth", "authenticator")) || exporter.id,
            );
      for (const { id, settings } of config.of("processor", "batch"))
        if (listOf(settings.metadata_keys).length > 0)
          for (const pipeline of config.using("processors", id)) yield* unheard(config, upstream(config, pipeline), id);
      for (const { id, type, settings } of config.of("processor", "attributes", "resource")) {
        const asked = listOf(settings[type === "attributes" ? "actions" : "attributes"]).some((item) =>
          /^metadata\./.test(textOf(at(item, "from_context"))),
        );
        if (asked)
          for (const pipeline of config.using("processors", id)) yield* unheard(config, upstream(config, pipeline), id);
      }
      // over gRPC routing reads the request itself
      for (const { id, settings } of config.of("connector", "routing"))
        if (listOf(settings.table).some((item) => at(item, "context") === "request"))
          for (const pipeline of config.using("exporters", id))
            yield* unheard(config, upstream(config, pipeline), id, ["http"]);
    },
  },
  {
    id: "metadata-lost-in-batch",
    severity: "warning",
    explain:
      "A batch joins what several senders sent, and forgets whose it was: with metadata_keys it makes a batch for each value and keeps it.",
    bad: "processors:\n  batch: {}\nextensions:\n  headers_setter: {headers: [{key: X-Scope-OrgID, from_context: x-tenant}]}\nexporters:\n  otlphttp: {endpoint: 'https://a.example', auth: {authenticator: headers_setter}}\nservice:\n  extensions: [headers_setter]\n  pipelines:\n    traces: {receivers: [otlp], processors: [batch], exporters: [otlphttp]}\n",
    good: "processors:\n  batch: {metadata_keys: [x-tenant]}\nextensions:\n  headers_setter: {headers: [{key: X-Scope-OrgID, from_context: x-tenant}]}\nexporters:\n  otlphttp: {endpoint: 'https://a.example', auth: {authenticator: headers_setter}}\nservice:\n  extensions: [headers_setter]\n  pipelines:\n    traces: {receivers: [otlp], processors: [batch], exporters: [otlphttp]}\n",
    *find(config) {
      for (const { id, settings } of config.of("connector", "routing")) {
        const names = listOf(settings.table).flatMap((item) => {
          const [, name] = /^request\["([^"]+)"\]/.exec(textOf(at(item, "condition")).trim()) ?? [];
          return at(item, "context") === "request" && name !== undefined ? [name.toLowerCase()] : [];
        });
        for (const pipeline of config.using("exporters", id).flatMap((each) => upstream(config, each)))
          for (const [i, one] of pipeline.processors.entries()) {
            const batch = config.find("processor", one);
            const kept = textsOf(batch?.settings.metadata_keys).map((name) => name.toLowerCase());
            const lost = names.find((name) => !kept.includes(name));
            if (batch?.type === "batch" && lost !== undefined)
              yield {
                path: [...pipeline.path, "processors", i],
                message: `${one} loses ${lost}, by which ${id} routes`,
                fix: `route before it, or set metadata_keys: [${lost}]`,
              };
          }
      }
      for (const pipeline of config.pipelines)
        for (const [i, one] of pipeline.processors.entries()) {
          const { type, settings } = config.find("processor", one) ?? {};
          if (type !== "attributes" && type !== "resource") continue;
          for (const item of listOf(settings?.[type === "attributes" ? "actions" : "attributes"])) {
            const [, name] = /^metadata\.(.+)$/.exec(textOf(at(item, "from_context"))) ?? [];
            const before = pipeline.processors.slice(0, i).findIndex((id) => {
              const batch = config.find("processor", id);
              const kept = textsOf(batch?.settings.metadata_keys).map((key) => key.toLowerCase());
              return batch?.type === "batch" && !kept.includes((name ?? "").toLowerCase());
            });
            if (name !== undefined && before >= 0)
              yield {
                path: [...pipeline.path, "processors", i],
                message: `${one} asks for ${name} of the request, which ${pipeline.processors[before]} has lost`,
                fix: `name ${one} before it, or set metadata_keys: [${name}]`,
              };
          }
        }
      for (const exporter of config.of("exporter")) {
        const pipelines = config.using("exporters", exporter.id).flatMap((each) => upstream(config, each));
        const isKept = [...entrances(config, pipelines)].some(({ keeps }) => keeps);
        // where no request brings any, the default is all that is sent
        const wanted = wantedBy(config, exporter).filter(({ hasDefault }) => !hasDefault || isKept);
        for (const key of new Set(wanted.map(({ name }) => name))) yield* lost(config, exporter, pipelines, key);
      }
    },
  },
];

/** Where what an exporter sends of the request is lost on the way to it. */
function* lost(config: Config, exporter: Component, pipelines: readonly Pipeline[], key: string): Generator<Finding> {
  for (const pipeline of pipelines)
    for (const [i, id] of pipeline.processors.entries()) {
      const batch = config.find("processor", id);
      const loses = batch?.type === "batch" || batch?.type === "tailsampling" || batch?.type === "groupbytrace";
      const kept = textsOf(batch?.settings.metadata_keys).map((name) => name.toLowerCase());
      if (loses && !kept.includes(key))
        yield {
          path: [...pipeline.path, "processors", i],
          message: `${id} loses ${key}, which ${exporter.id} sends as a header`,
          fix:
            batch?.type === "batch" ? `set metadata_keys: [${key}]` : "send each tenant through a pipeline of its own",
        };
    }
  const batch = at(exporter.settings, "sending_queue", "batch");
  const parts = textsOf(at(batch, "partition", "metadata_keys")).map((name) => name.toLowerCase());
  if (batch !== undefined && batch !== null && !parts.includes(key))
    yield {
      path: [...exporter.path, "sending_queue", "batch"],
      message: `batches of ${exporter.id} lose ${key}, which it sends as a header`,
      fix: `set partition: {metadata_keys: [${key}]}`,
    };
}
