/** Attributes along a pipeline: asked for before a processor makes them, or after one has removed them. */
import type { RE2JS } from "re2js";
import {
  at,
  type Component,
  type Config,
  listOf,
  type Pipeline,
  recordOf,
  type Scalar,
  textOf,
  textsOf,
} from "../model.ts";
import type { Path } from "../record.ts";
import { patternOf } from "../regexp.ts";
import type { Rule } from "../rule.ts";

/** Attributes that k8sattributes gives where nothing is listed. */
const OF_PODS =
  "k8s.namespace.name k8s.pod.name k8s.pod.uid k8s.pod.start_time k8s.deployment.name k8s.node.name container.image.name container.image.tag".split(
    " ",
  );
/** What detectors give. */
const OF_DETECTORS =
  /^(cloud\.\w[\w.]*|host\.(id|type|name)|os\.(type|description)|k8s\.cluster\.name|azure\.\w[\w.]*)$/;
/** Names of the conventions for what happened: the sender gives them. */
const OF_SENDERS =
  /^(http|url|db|rpc|messaging|net|network|server|client|user_agent|service|exception|error|code|thread|log|event|otel|peer|enduser|faas|graphql|level|severity|message|msg)\b/;

/** Two names of one thing: what one processor writes under the one, another does not find under the other. */
const ALIASES: ReadonlyMap<string, string> = new Map(
  [
    ["deployment.environment", "deployment.environment.name"],
    ["http.status_code", "http.response.status_code"],
    ["http.method", "http.request.method"],
    ["k8s.namespace", "k8s.namespace.name"],
    ["env", "deployment.environment.name"],
    ["tenant", "tenant.id"],
  ].flatMap(([a = "", b = ""]) => [
    [a, b],
    [b, a],
  ]),
);

/** A place that asks for an attribute. */
interface Use {
  readonly name: string;
  /** `resource`, `own` for that of a span or a record, `any`. */
  readonly where: "resource" | "own" | "any";
  readonly path: Path;
  readonly byValue: boolean;
}

const IN_TEXT = /(resource\.)?(?:\w+\.)?attributes\["([^"]+)"\]\s*([=!]=\s*"[^"]+")?/g;

function* usesInText(text: string, path: Path, isResource: boolean): Generator<Use> {
  for (const [, resource, name = "", compared] of text.matchAll(IN_TEXT))
    yield {
      name,
      path,
      where: isResource || resource !== undefined ? "resource" : "own",
      byValue: compared !== undefined,
    };
}

/** Attributes that the statements of a processor set. */
const madeInText = (scalars: readonly Scalar[]): readonly string[] =>
  scalars.flatMap(({ value }) =>
    typeof value === "string" && value.includes("attributes[")
      ? [...value.matchAll(/^\s*set\(\s*[\w.]*attributes\["([^"]+)"\]/g)].map(([, name = ""]) => name)
      : [],
  );

/** Keys of exporters that name an attribute. */
const OF_EXPORTERS: readonly (readonly [type: string, key: string, where: Use["where"]])[] = [
  ["kafka", "topic_from_attribute", "resource"],
  ["coralogix", "application_name_attributes", "resource"],
  ["coralogix", "subsystem_name_attributes", "resource"],
  ["pulsar", "topic_from_attribute", "resource"],
];

/** Which attributes a processor or a connector asks for. */
function* usesOf(config: Config, component: Component): Generator<Use> {
  const { type, settings, path, section } = component;
  const scalars = config.within(component);
  if (/^(filter|routing|count|logdedup)$/.test(type) || (type === "tailsampling" && section === "processors"))
    for (const { path: place, value } of scalars)
      if (typeof value === "string" && value.includes("attributes[")) {
        const context = textOf(at(config.root, ...place.slice(0, -1), "context"));
        const isResource =
          place.includes("resource") || context === "resource" || (type === "routing" && context === "");
        yield* usesInText(value, place, isResource);
      }
  if (type === "tailsampling" && section === "processors")
    for (const { path: place, value } of scalars)
      if (
        place.at(-1) === "key" &&
        /^(string|numeric|boolean)_attribute$/.test(String(place.at(-2))) &&
        typeof value === "string"
      )
        yield { name: value, where: "any", path: place, byValue: true };
  if (type === "groupbyattrs")
    for (const [i, name] of textsOf(settings.keys).entries())
      yield { name, where: "own", path: [...path, "keys", i], byValue: false };
  if (type === "probabilisticsampler" && typeof settings.from_attribute === "string")
    yield { name: settings.from_attribute, where: "own", path: [...path, "from_attribute"], byValue: false };
  if (type === "spanmetrics" || type === "servicegraph")
    for (const [i, dimension] of listOf(settings.dimensions).entries())
      yield {
        name: textOf(at(dimension, "name") ?? dimension),
        where: "any",
        path: [...path, "dimensions", i],
        byValue: false,
      };
  if (type === "transform") {
    const made = madeInText(scalars);
    for (const { path: place, value } of scalars)
      if (typeof value === "string" && value.includes("attributes[")) {
        const isResource = at(config.root, ...place.slice(0, 4), "context") === "resource";
        // what is written or deleted is not asked for
        const read = value.replace(/^\s*\w+\(\s*[\w.]+\["[^"]*"\]\s*(?=,)/, "");
        // another statement of the same processor may have made it
        if (!made.some((name) => read.includes(`"${name}"`))) yield* usesInText(read, place, isResource);
      }
  }
  if (/^(attributes|resource)$/.test(type))
    for (const [list, where] of [
      ["actions", "own"],
      ["attributes", "resource"],
    ] as const)
      for (const [i, item] of listOf(settings[list]).entries())
        if (typeof at(item, "from_attribute") === "string")
          yield { name: textOf(at(item, "from_attribute")), where, path: [...path, list, i], byValue: false };
  if (type === "k8sattributes" && settings.passthrough !== true) {
    const entries = listOf(settings.pod_association);
    // alternatives: the pod is found by another one
    if (entries.length === 1)
      for (const [i, source] of listOf(at(entries[0], "sources")).entries())
        if (at(source, "from") === "resource_attribute")
          yield {
            name: textOf(at(source, "name")),
            where: "resource",
            path: [...path, "pod_association", 0, "sources", i, "name"],
            byValue: true,
          };
  }
  for (const [kind, key, where] of OF_EXPORTERS)
    if (type === kind && section === "exporters")
      for (const name of typeof settings[key] === "string" ? [settings[key]] : textsOf(settings[key]))
        yield { name, where, path: [...path, key], byValue: true };
  if (type === "loadbalancing")
    for (const [i, name] of textsOf(settings.routing_attributes).entries())
      yield { name, where: "any", path: [...path, "routing_attributes", i], byValue: false };
}

/** Attributes that a processor makes, of the resource or of the record itself. */
function* madeBy({ type, settings }: Component): Generator<readonly [name: string, where: "resource" | "own"]> {
  if (type === "k8sattributes" && settings.passthrough !== true) {
    const listed = at(settings, "extract", "metadata");
    for (const name of listed === undefined ? OF_PODS : textsOf(listed)) yield [name, "resource"];
    for (const kind of ["labels", "annotations"])
      for (const item of listOf(at(settings, "extract", kind))) yield [textOf(at(item, "tag_name")), "resource"];
  }
  for (const [processor, list, where] of [
    ["attributes", "actions", "own"],
    ["resource", "attributes", "resource"],
  ] as const)
    if (type === processor)
      for (const item of listOf(settings[list])) {
        const { key, action, pattern } = recordOf(item);
        if (/^(insert|upsert)$/.test(textOf(action))) yield [textOf(key), where];
        if (action === "extract")
          for (const [, name = ""] of textOf(pattern).matchAll(/\(\?P?<(\w+)>/g)) yield [name, where];
      }
}

const givesDetected = ({ type, settings }: Component, name: string): boolean =>
  type === "resourcedetection" &&
  OF_DETECTORS.test(name) &&
  (name.startsWith("cloud.") || name.startsWith("azure.")
    ? textsOf(settings.detectors).some((one) => !/^(env|system|docker)$/.test(one))
    : textsOf(settings.detectors).some((one) => /^(system|docker|ec2|gcp|azure)$/.test(one)));

/** Attributes that a processor takes away from everything that passes. */
function* removedBy({
  type,
  settings,
  id,
}: Component): Generator<readonly [name: string, where: "resource" | "own", hashed: boolean]> {
  for (const [processor, list, where] of [
    ["attributes", "actions", "own"],
    ["resource", "attributes", "resource"],
  ] as const)
    if (type === processor && settings.include === undefined && settings.exclude === undefined && id !== "")
      for (const item of listOf(settings[list])) {
        const { key, action } = recordOf(item);
        if (/^(delete|hash)$/.test(textOf(action))) yield [textOf(key), where, action === "hash"];
      }
  if (type === "transform")
    for (const key of ["trace_statements", "log_statements", "metric_statements"])
      for (const item of listOf(settings[key])) {
        const context = textOf(at(item, "context"));
        const guarded = listOf(at(item, "conditions")).length > 0;
        for (const text of typeof item === "string" ? [item] : guarded ? [] : textsOf(at(item, "statements"))) {
          const [, resource, name] =
            /^\s*delete_key\(\s*(resource\.)?(?:\w+\.)?attributes\s*,\s*"([^"]+)"\s*\)\s*$/.exec(text) ?? [];
          if (name !== undefined)
            yield [name, resource !== undefined || context === "resource" ? "resource" : "own", false];
        }
      }
}

/** Components of a pipeline that work on its attributes, in their order; its connectors and balancers at the end. */
/** What a log file's path, or the kubelet, says of a container. */
const OF_CONTAINER = /^k8s\.(pod|namespace|container|node|volume)\.|^container\./;

const stationsOf = (config: Config, { processors, exporters }: Pipeline): readonly Component[] => [
  ...processors.flatMap((id) => config.find("processor", id) ?? []),
  ...exporters.flatMap((id) => config.find("connector", id) ?? config.find("exporter", id) ?? []),
];

const agrees = (use: Use["where"], other: "resource" | "own"): boolean => use === "any" || use === other;

export const flowRules: readonly Rule[] = [
  {
    id: "asked-before-made",
    severity: "warning",
    explain:
      "Processors work in the order of the pipeline: an attribute that a later one adds is not there yet for a filter, a sampler or a grouping before it.",
    bad: 'processors:\n  filter: {logs: {log_record: [\'resource.attributes["k8s.namespace.name"] == "kube-system"\']}}\n  k8sattributes: {extract: {metadata: [k8s.namespace.name]}}\nservice:\n  pipelines:\n    logs: {receivers: [otlp], processors: [filter, k8sattributes], exporters: [otlp]}\n',
    good: 'processors:\n  filter: {logs: {log_record: [\'resource.attributes["k8s.namespace.name"] == "kube-system"\']}}\n  k8sattributes: {extract: {metadata: [k8s.namespace.name]}}\nservice:\n  pipelines:\n    logs: {receivers: [otlp], processors: [k8sattributes, filter], exporters: [otlp]}\n',
    *find(config) {
      for (const pipeline of config.pipelines) {
        const given = JSON.stringify(pipeline.receivers.map((id) => config.find("receiver", id)?.settings ?? {}));
        // the container operator and the kubelet name the pod themselves, the cluster's receivers everything
        const isNamed = /"type":"container"/.test(given) || pipeline.receivers.some((id) => /^kubelet/.test(id));
        const isOfCluster = pipeline.receivers.some((id) => /^k8s/.test(id));
        const own = stationsOf(config, pipeline);
        // what a router sends to is behind it
        const behind = own
          .filter(({ role, type }) => role === "connector" && type === "routing")
          .flatMap(({ id }) => config.using("receivers", id))
          .flatMap((next) => next.processors.flatMap((id) => config.find("processor", id) ?? []));
        const stations = [...own, ...behind];
        for (const [i, station] of own.entries())
          for (const use of usesOf(config, station)) {
            const makes = (one: Component): boolean =>
              [...madeBy(one)].some(([name, where]) => name === use.name && agrees(use.where, where)) ||
              (one.type === "transform" && use.byValue && madeInText(config.within(one)).includes(use.name)) ||
              givesDetected(one, use.name);
            const maker = stations.slice(i + 1).find(makes);
            if (maker === undefined || stations.slice(0, i + 1).some(makes)) continue;
            if (OF_SENDERS.test(use.name) || given.includes(use.name)) continue;
            if (isNamed && OF_CONTAINER.test(use.name)) continue;
            if (isOfCluster && /^(k8s|container)\./.test(use.name)) continue;
            yield {
              path: use.path,
              message: `${station.id} asks for ${use.name}, which ${maker.id} adds behind it in ${pipeline.id}`,
              fix: `name ${maker.id} before ${station.id}`,
            };
          }
      }
    },
  },
  {
    id: "asked-after-removed",
    severity: "warning",
    explain:
      "What a processor has deleted, a filter, a sampler, k8sattributes, a connector or an exporter behind it does not find; of a hashed attribute it finds another value, and what was written under a new name it does not find under the old one.",
    bad: "processors:\n  attributes: {actions: [{key: tenant, action: delete}]}\n  tail_sampling: {policies: [{name: gold, type: string_attribute, string_attribute: {key: tenant, values: [gold]}}]}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [attributes, tail_sampling], exporters: [otlp]}\n",
    good: "processors:\n  attributes: {actions: [{key: tenant, action: delete}]}\n  tail_sampling: {policies: [{name: gold, type: string_attribute, string_attribute: {key: tenant, values: [gold]}}]}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [tail_sampling, attributes], exporters: [otlp]}\n",
    *find(config) {
      for (const pipeline of config.pipelines) {
        const gone = new Map<
          string,
          { readonly where: "resource" | "own"; readonly by: string; readonly hashed: boolean }
        >();
        const made = new Set<string>();
        for (const station of stationsOf(config, pipeline)) {
          for (const use of usesOf(config, station)) {
            const found = gone.get(use.name);
            const other = ALIASES.get(use.name);
            if (other !== undefined && made.has(other) && !made.has(use.name) && use.byValue)
              yield {
                path: use.path,
                message: `${station.id} asks for ${use.name}, and this pipeline writes ${other}`,
                fix: `ask for ${other}`,
              };
            if (found !== undefined && agrees(use.where, found.where) && (!found.hashed || use.byValue))
              yield {
                path: use.path,
                message: `${station.id} asks for ${use.name}, which ${found.by} has ${found.hashed ? "hashed" : "deleted"} before in ${pipeline.id}`,
                fix: `name ${found.by} behind ${station.id}`,
              };
          }
          for (const [name] of madeBy(station)) {
            gone.delete(name);
            made.add(name);
          }
          for (const name of madeInText(config.within(station))) made.add(name);
          for (const [name, where, hashed] of removedBy(station)) gone.set(name, { where, by: station.id, hashed });
        }
      }
    },
  },
  {
    id: "action-after-deletion",
    severity: "warning",
    explain: "Actions run in their order: what one of them deletes, a later one neither copies nor changes.",
    bad: "processors:\n  attributes: {actions: [{key: http.url, action: delete}, {key: url.full, from_attribute: http.url, action: insert}]}\n",
    good: "processors:\n  attributes: {actions: [{key: url.full, from_attribute: http.url, action: insert}, {key: http.url, action: delete}]}\n",
    *find(config) {
      for (const [type, list] of [
        ["attributes", "actions"],
        ["resource", "attributes"],
      ] as const)
        for (const { settings, path } of config.of("processor", type)) {
          const gone = new Set<string>();
          const patterns: RE2JS[] = [];
          const isGone = (name: string): boolean =>
            name !== "" && (gone.has(name) || patterns.some((pattern) => pattern.matcher(name).find()));
          for (const [i, item] of listOf(settings[list]).entries()) {
            const action = textOf(at(item, "action"));
            const [key, source] = [textOf(at(item, "key")), textOf(at(item, "from_attribute"))];
            const asked = isGone(source)
              ? source
              : /^(update|hash|convert|extract)$/.test(action) && isGone(key)
                ? key
                : "";
            if (asked !== "")
              yield {
                path: [...path, list, i],
                message: `${asked} is deleted by an action before`,
                fix: "write the deletion behind this action",
              };
            if (action === "delete") {
              const pattern = patternOf(textOf(at(item, "pattern")));
              if (key !== "") gone.add(key);
              if (pattern !== undefined) patterns.push(pattern);
            } else if (/^(insert|upsert)$/.test(action)) {
              gone.delete(key);
              // a pattern may have deleted it, and it is there again
              if (patterns.length > 0 && asked === "" && isGone(key)) patterns.length = 0;
            }
          }
        }
    },
  },
  {
    id: "name-of-service-dropped",
    severity: "warning",
    explain:
      "A list of attributes to keep takes away all others. Without service.name nobody knows whose the data is; redaction works on the resource as well.",
    bad: "processors:\n  redaction: {allow_all_keys: false, allowed_keys: [http.route, http.request.method]}\n",
    good: "processors:\n  redaction: {allow_all_keys: false, allowed_keys: [service.name, http.route, http.request.method]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "redaction")) {
        const keys = textsOf(settings.allowed_keys);
        const ignored = [...textsOf(settings.ignored_keys), ...textsOf(settings.ignored_key_patterns)];
        if (settings.allow_all_keys === true || keys.length === 0) continue;
        if (![...keys, ...ignored].some((key) => /service\.?\\?\.?name|service\.\*/.test(key)))
          yield {
            path: [...path, "allowed_keys"],
            message: "service.name is not among the keys that are kept",
            fix: "list service.name as well",
          };
      }
      for (const { settings, path } of config.of("processor", "resource")) {
        const actions = listOf(settings.attributes).map(recordOf);
        const i = actions.findIndex(({ key, action }) => key === "service.name" && action === "delete");
        // copied before, or written anew behind it
        if (
          i >= 0 &&
          !actions.some(
            ({ key, from_attribute }, j) => from_attribute === "service.name" || (key === "service.name" && j > i),
          )
        )
          yield {
            path: [...path, "attributes", i],
            message: "without service.name nobody knows whose the data is",
            fix: "keep it, or write another name in its place",
          };
      }
      for (const { settings, path } of config.of("processor", "transform"))
        for (const key of ["trace_statements", "log_statements", "metric_statements"])
          for (const [i, item] of listOf(settings[key]).entries()) {
            const isResource = at(item, "context") === "resource";
            const texts = typeof item === "string" ? [item] : textsOf(at(item, "statements"));
            for (const [j, text] of texts.entries()) {
              const [, resource, list] =
                /^\s*keep_keys\(\s*(resource\.)?attributes\s*,\s*\[([^\]]*)\]\s*\)/.exec(text) ?? [];
              if (list !== undefined && (isResource || resource !== undefined) && !list.includes('"service.name"'))
                yield {
                  path: [...path, key, i, ...(typeof item === "string" ? [] : ["statements", j])],
                  message: "service.name is not among the keys that are kept",
                  fix: 'list "service.name" as well',
                };
            }
          }
    },
  },
];
