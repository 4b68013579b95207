/** Processors: order, limits, sampling, actions. */
import { nearest } from "../../config/nearest.ts";
import { type Capabilities, capabilities as table } from "../../vendors/capabilities.ts";
import type { BackendKind } from "../../vendors/kinds.ts";
import { isRemote } from "../address.ts";
import { at, type Component, type Config, listOf, type Pipeline, recordOf, textOf, textsOf } from "../model.ts";
import type { Finding, Rule } from "../rule.ts";

const capabilities: Readonly<Record<BackendKind, Capabilities>> = table;

const places = (config: Config, { processors }: Pipeline, ...types: readonly string[]): readonly number[] =>
  processors.flatMap((id, i) => (types.includes(config.typeIn(id)) ? [i] : []));

/** Every pipeline in which a processor of `later` stands before one of `earlier`. */
function* wrongOrder(
  config: Config,
  first: readonly string[],
  then: readonly string[],
  say: (a: string, b: string) => Pick<Finding, "message" | "fix">,
): Generator<Finding> {
  for (const pipeline of config.pipelines) {
    const [i] = places(config, pipeline, ...then);
    const j = places(config, pipeline, ...first).at(-1);
    if (i === undefined || j === undefined || i > j) continue;
    const [wrong = "", other = ""] = [pipeline.processors[j], pipeline.processors[i]];
    yield { path: [...pipeline.path, "processors", j], ...say(wrong, other) };
  }
}

export const processorRules: readonly Rule[] = [
  {
    id: "memory-limiter-first",
    severity: "warning",
    explain:
      "Only a limiter in front of everything refuses data before memory is spent on it, so that the sender can retry.",
    bad: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [batch, memory_limiter], exporters: [debug]}\n",
    good: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [memory_limiter, batch], exporters: [debug]}\n",
    *find(config) {
      for (const pipeline of config.pipelines)
        for (const i of places(config, pipeline, "memorylimiter")) {
          const before = pipeline.processors.slice(0, i).filter((id) => !HOLDS_NOTHING.test(config.typeIn(id)));
          if (before.length > 0)
            yield {
              path: [...pipeline.path, "processors", i],
              message: `memory_limiter stands behind ${before.join(", ")}`,
              fix: "name it first",
            };
        }
    },
  },
  {
    id: "memory-limiter-behind-sampling",
    severity: "warning",
    explain:
      "A sampler has answered its sender long before it hands a trace on: what a limiter behind it refuses is lost without a count.",
    bad: "connectors:\n  forward/sampled: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [memory_limiter, tail_sampling], exporters: [forward/sampled]}\n    traces/out: {receivers: [forward/sampled], processors: [memory_limiter], exporters: [debug]}\n",
    good: "connectors:\n  forward/sampled: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [memory_limiter, tail_sampling], exporters: [forward/sampled]}\n    traces/out: {receivers: [forward/sampled], exporters: [debug]}\n",
    *find(config) {
      const sampled = config.pipelines.filter((one) => places(config, one, "tailsampling", "groupbytrace").length > 0);
      const handedOn = new Set(sampled.flatMap(({ exporters }) => exporters));
      for (const pipeline of config.pipelines) {
        const { receivers } = pipeline;
        if (receivers.length === 0 || !receivers.every((id) => handedOn.has(id))) continue;
        for (const i of places(config, pipeline, "memorylimiter"))
          yield {
            path: [...pipeline.path, "processors", i],
            message: `memory_limiter may refuse what comes from a sampler by ${receivers.join(", ")}`,
            fix: "remove it from this pipeline",
          };
      }
    },
  },
  {
    id: "memory-limiter-missing",
    severity: "warning",
    explain:
      "Without a limiter a slow backend or a burst fills the memory, and the kernel ends the collector with all that it holds.",
    bad: "receivers:\n  otlp: {protocols: {grpc: {}}}\nexporters:\n  otlphttp: {endpoint: 'https://a.example'}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [otlphttp]}\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {}}}\nprocessors:\n  memory_limiter: {check_interval: 1s, limit_mib: 400}\nexporters:\n  otlphttp: {endpoint: 'https://a.example'}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [memory_limiter], exporters: [otlphttp]}\n",
    *find(config) {
      const limited = config.pipelines.filter((pipeline) => places(config, pipeline, "memorylimiter").length > 0);
      const isShared = config.of("extension", "memorylimiter").length > 0;
      if (isShared || (limited.length === 0 && !isRemote(config))) return;
      for (const pipeline of config.pipelines) {
        const receives = pipeline.receivers.some((id) =>
          /^(otlp|jaeger|zipkin|opencensus|kafka|loki|datadog|faro)$/.test(config.typeIn(id)),
        );
        if (receives && !limited.includes(pipeline))
          yield {
            path: pipeline.path,
            message: `pipeline ${pipeline.id} has no memory_limiter`,
            fix: "name memory_limiter as its first processor",
          };
      }
    },
  },
  {
    id: "memory-limiter-limits",
    severity: "error",
    explain:
      "A limiter needs check_interval above zero and a limit, limit_mib or limit_percentage, above its spike limit; else it is refused.",
    bad: "processors:\n  memory_limiter: {limit_mib: 512}\n",
    good: "processors:\n  memory_limiter: {check_interval: 1s, limit_mib: 512, spike_limit_mib: 128}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "memorylimiter")) {
        const { check_interval, limit_mib, spike_limit_mib, limit_percentage, spike_limit_percentage } = settings;
        if (
          check_interval === undefined ||
          check_interval === null ||
          /^0+(ns|us|ms|s|m|h)?$/.test(String(check_interval))
        )
          yield {
            path: check_interval === undefined ? path : [...path, "check_interval"],
            message: "check_interval is not set, or zero, which the collector refuses",
            fix: "set check_interval: 1s",
          };
        if (!limit_mib && !limit_percentage)
          yield { path, message: "there is no limit", fix: "set limit_mib, or limit_percentage" };
        for (const [limit, spike, key] of [
          [limit_mib, spike_limit_mib, "spike_limit_mib"],
          [limit_percentage, spike_limit_percentage, "spike_limit_percentage"],
        ] as const)
          if (typeof limit === "number" && typeof spike === "number" && spike >= limit && limit > 0)
            yield {
              path: [...path, key],
              message: `${key} ${spike} is not below the limit ${limit}`,
              fix: "set it to a fifth of the limit",
            };
        for (const [value, key] of [
          [limit_percentage, "limit_percentage"],
          [spike_limit_percentage, "spike_limit_percentage"],
        ] as const)
          if (typeof value === "number" && value > 100)
            yield {
              path: [...path, key],
              message: `${value} per cent of the memory cannot be`,
              fix: "write a number up to 100",
            };
      }
    },
  },
  {
    id: "sampling-after-batch",
    severity: "warning",
    explain:
      "Batches that are cut before sampling are cut once more after it: the batch processor belongs behind the sampler.",
    bad: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [memory_limiter, batch, tail_sampling], exporters: [debug]}\n",
    good: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [memory_limiter, tail_sampling, batch], exporters: [debug]}\n",
    find: (config) =>
      wrongOrder(config, ["tailsampling", "probabilisticsampler"], ["batch"], (sampler, batch) => ({
        message: `${sampler} stands behind ${batch}`,
        fix: `move ${batch} behind ${sampler}`,
      })),
  },
  {
    id: "context-after-batch",
    severity: "warning",
    explain:
      "k8sattributes finds the pod by the address of the connection, which is lost behind batch, tail sampling and grouping.",
    bad: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [batch, k8sattributes], exporters: [debug]}\n",
    good: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [k8sattributes, batch], exporters: [debug]}\n",
    find: (config) =>
      wrongOrder(config, ["k8sattributes"], ["batch", "tailsampling", "groupbytrace"], (k8s, other) => ({
        message: `${k8s} stands behind ${other}, where the sender's address is lost`,
        fix: `move ${k8s} before ${other}`,
      })),
  },
  {
    id: "filter-after-batch",
    severity: "warning",
    explain: "What is dropped after batching leaves small batches behind, and was held in memory for nothing.",
    bad: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [batch, filter], exporters: [debug]}\n",
    good: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [filter, batch], exporters: [debug]}\n",
    profile: "ours",
    find: (config) =>
      wrongOrder(config, ["filter"], ["batch"], (filter, batch) => ({
        message: `${filter} stands behind ${batch}`,
        fix: `move ${filter} before ${batch}`,
      })),
  },
  {
    id: "two-samplers",
    severity: "warning",
    explain:
      "A probabilistic sampler before tail sampling drops errors before anybody looks at them; behind it, it drops kept ones.",
    bad: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [probabilistic_sampler, tail_sampling], exporters: [debug]}\n",
    good: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [tail_sampling], exporters: [debug]}\n",
    *find(config) {
      for (const pipeline of config.pipelines) {
        const [i] = places(config, pipeline, "probabilisticsampler");
        if (i !== undefined && places(config, pipeline, "tailsampling").length > 0)
          yield {
            path: [...pipeline.path, "processors", i],
            message: `${pipeline.processors[i]} and tail sampling share a pipeline`,
            fix: "use a probabilistic policy of tail_sampling",
          };
      }
    },
  },
  {
    id: "counted-after-sampling",
    severity: "warning",
    explain: "Rates and latencies from sampled spans are wrong by the sampling factor.",
    bad: "connectors:\n  spanmetrics: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [tail_sampling], exporters: [spanmetrics, debug]}\n    metrics: {receivers: [spanmetrics], exporters: [debug]}\n",
    good: "connectors:\n  spanmetrics: {}\nservice:\n  pipelines:\n    traces/all: {receivers: [otlp], exporters: [spanmetrics]}\n    traces: {receivers: [otlp], processors: [tail_sampling], exporters: [debug]}\n    metrics: {receivers: [spanmetrics], exporters: [debug]}\n",
    *find(config) {
      for (const pipeline of config.pipelines) {
        if (places(config, pipeline, "tailsampling", "probabilisticsampler").length === 0) continue;
        for (const [i, id] of pipeline.exporters.entries())
          if (/^(spanmetrics|servicegraph)$/.test(config.typeIn(id)) && config.find("connector", id))
            yield {
              path: [...pipeline.path, "exporters", i],
              message: `${id} counts spans after sampling`,
              fix: "feed it from a pipeline before the sampler",
            };
      }
    },
  },
  {
    id: "batch-sizes",
    severity: "error",
    explain: "The largest batch cannot be smaller than the one that is waited for.",
    bad: "processors:\n  batch: {send_batch_size: 1000, send_batch_max_size: 500}\n",
    good: "processors:\n  batch: {send_batch_size: 500, send_batch_max_size: 1000}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "batch")) {
        const { send_batch_size = 8192, send_batch_max_size } = settings;
        if (
          typeof send_batch_size === "number" &&
          typeof send_batch_max_size === "number" &&
          send_batch_max_size > 0 &&
          send_batch_max_size < send_batch_size
        )
          yield {
            path: [...path, "send_batch_max_size"],
            message: `send_batch_max_size ${send_batch_max_size} is below send_batch_size ${send_batch_size}`,
            fix: "raise it, or lower send_batch_size",
          };
      }
    },
  },
  {
    id: "tail-sampling-policies",
    severity: "error",
    explain: "Tail sampling needs policies, each with a name of its own, a known type, and the settings of that type.",
    bad: "processors:\n  tail_sampling: {policies: [{name: slow, type: latency}]}\n",
    good: "processors:\n  tail_sampling: {policies: [{name: slow, type: latency, latency: {threshold_ms: 500}}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "tailsampling")) {
        const policies = listOf(settings.policies);
        if (policies.length === 0)
          yield { path, message: "there are no policies, so no trace is kept", fix: "list policies, at least one" };
        const names = policies.map((policy) => at(policy, "name"));
        for (const [i, policy] of policies.entries())
          yield* policyFindings(policy, [...path, "policies", i], names.indexOf(at(policy, "name")) < i);
      }
    },
  },
  {
    id: "sampling-percentage",
    severity: "error",
    explain: "Percentages go from 0 to 100; a fraction such as 0.1 keeps one trace in a thousand.",
    bad: "processors:\n  probabilistic_sampler: {sampling_percentage: 150}\n",
    good: "processors:\n  probabilistic_sampler: {sampling_percentage: 15}\n",
    *find(config) {
      for (const { path, value } of config.scalars) {
        if (path.at(-1) !== "sampling_percentage") continue;
        const number = typeof value === "string" && /^[\d.]+%?$/.test(value) ? Number(value.replace("%", "")) : value;
        if (typeof value === "string" && value.endsWith("%"))
          yield { path, message: `"${value}" is no number`, fix: `write ${value.replace("%", "")}` };
        else if (typeof number === "number" && (number > 100 || number < 0))
          yield { path, message: `${number} is no percentage`, fix: "write a number from 0 to 100" };
      }
    },
  },
  {
    id: "attribute-action",
    severity: "error",
    explain:
      "Each action needs a key and what it does; insert, update and upsert a value or where it is from, extract a pattern with named groups.",
    bad: "processors:\n  attributes: {actions: [{key: env, action: insert}]}\n",
    good: "processors:\n  attributes: {actions: [{key: env, action: insert, value: prod}]}\n",
    *find(config) {
      for (const component of config.of("processor", "attributes", "resource")) yield* actionFindings(component);
    },
  },
  {
    id: "resource-detectors",
    severity: "error",
    explain: "A detector that does not exist stops the collector.",
    bad: "processors:\n  resourcedetection: {detectors: [env, kubernetes]}\n",
    good: "processors:\n  resourcedetection: {detectors: [env, k8snode]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "resourcedetection")) {
        if (settings.detectors !== undefined && !Array.isArray(settings.detectors))
          yield { path: [...path, "detectors"], message: "detectors is no list", fix: "write [env, system]" };
        for (const [i, name] of textsOf(settings.detectors).entries())
          if (!DETECTORS.includes(name.replaceAll("_", "")) && !name.includes("${"))
            yield {
              path: [...path, "detectors", i],
              message: `there is no detector ${name}`,
              fix: `write ${nearest(name, DETECTORS) ?? "one of env, system, docker, gcp, ec2, ecs, eks, aks, azure, k8snode"}`,
            };
      }
    },
  },
  {
    id: "redaction-drops-all",
    severity: "warning",
    explain: "Without allow_all_keys, redaction removes every attribute that allowed_keys does not name.",
    bad: "processors:\n  redaction: {blocked_values: ['4[0-9]{15}']}\n",
    good: "processors:\n  redaction: {allow_all_keys: true, blocked_values: ['4[0-9]{15}']}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "redaction"))
        if (settings.allow_all_keys !== true && listOf(settings.allowed_keys).length === 0)
          yield {
            path,
            message: "neither allow_all_keys nor allowed_keys is set, so all attributes are removed",
            fix: "set allow_all_keys: true, or list allowed_keys",
          };
    },
  },
  {
    id: "empty-processor",
    severity: "error",
    explain: "A processor without the part that says what it does is refused, or does nothing.",
    bad: "processors:\n  filter: {}\n",
    good: "processors:\n  filter: {traces: {span: ['attributes[\"a\"] == 1']}}\n",
    *find(config) {
      const needs: Readonly<Record<string, readonly string[]>> = {
        attributes: ["actions"],
        resource: ["attributes"],
        groupbyattrs: [],
        transform: ["trace_statements", "metric_statements", "log_statements", "profile_statements"],
        filter: [
          "traces",
          "metrics",
          "logs",
          "spans",
          "profiles",
          "trace_conditions",
          "metric_conditions",
          "log_conditions",
          "profile_conditions",
        ],
        probabilisticsampler: [],
      };
      for (const { type, id, settings, path } of config.of("processor")) {
        const keys = needs[type] ?? [];
        if (keys.length > 0 && !keys.some((key) => settings[key] !== undefined && settings[key] !== null))
          yield { path, message: `${id} has none of ${keys.slice(0, 4).join(", ")}`, fix: `set ${keys[0]}` };
      }
    },
  },
  {
    id: "backend-temporality",
    severity: "warning",
    explain:
      "With --backend: a backend for deltas miscounts cumulative counters, and one for cumulative ones drops deltas. The example is for new-relic.",
    bad: "service:\n  pipelines:\n    metrics: {receivers: [otlp], exporters: [otlphttp]}\n",
    good: "service:\n  pipelines:\n    metrics: {receivers: [otlp], processors: [cumulativetodelta], exporters: [otlphttp]}\n",
    find: (config, { backend }) => (backend === undefined ? [] : temporality(config, backend)),
  },
  {
    id: "delta-to-prometheus",
    severity: "error",
    explain: "Prometheus stores cumulative counters: deltas are dropped by its exporters, or counted wrongly.",
    bad: "service:\n  pipelines:\n    metrics: {receivers: [otlp], processors: [cumulativetodelta], exporters: [prometheusremotewrite]}\n",
    good: "service:\n  pipelines:\n    metrics: {receivers: [otlp], processors: [deltatocumulative], exporters: [prometheusremotewrite]}\n",
    *find(config) {
      for (const pipeline of config.pipelines) {
        const [i] = places(config, pipeline, "cumulativetodelta");
        const exporter = pipeline.exporters.find((id) =>
          /^(prometheus|prometheusremotewrite)$/.test(config.typeIn(id)),
        );
        if (i !== undefined && exporter !== undefined)
          yield {
            path: [...pipeline.path, "processors", i],
            message: `${exporter} gets deltas, which Prometheus does not store`,
            fix: "give it a pipeline without cumulativetodelta",
          };
      }
    },
  },
];

/** Whether counters of a pipeline are turned into what the backend takes. */
function* temporality(config: Config, backend: BackendKind): Generator<Finding> {
  const wants = capabilities[backend].temporality;
  if (wants === "either") return;
  const [turning, wrong] =
    wants === "delta" ? ["cumulativetodelta", "deltatocumulative"] : ["deltatocumulative", "cumulativetodelta"];
  for (const pipeline of config.pipelines) {
    if (pipeline.signal !== "metrics") continue;
    const sends = pipeline.exporters.some((id) => /^(otlp|otlphttp|datadog)$/.test(config.typeIn(id)));
    const [i] = places(config, pipeline, wrong);
    if (sends && i !== undefined)
      yield {
        path: [...pipeline.path, "processors", i],
        message: `${backend} takes ${wants} counters`,
        fix: "remove the processor",
      };
    else if (sends && wants === "delta" && places(config, pipeline, turning).length === 0)
      yield {
        path: pipeline.path,
        message: `${backend} takes delta counters, and SDKs and receivers send cumulative ones`,
        fix: `name ${turning} in the pipeline`,
      };
  }
}

/** Processors that change what passes and hold none of it. */
const HOLDS_NOTHING = /^(resource|resourcedetection|k8sattributes|filter)$/;

const DETECTORS =
  "env system docker gcp gce gke ec2 ecs eks lambda elasticbeanstalk azure aks consul heroku k8snode k8sapi kubeadm openshift dynatrace akamai alibabaecs digitalocean hetzner ibmcloudvpc ibmcloudclassic azurecontainerapps nova openstack oraclecloud scaleway tencentcvm upcloud vultr cloudfoundry".split(
    " ",
  );

/** Types of policies, with the key of their settings where they need some. */
const POLICIES: Readonly<Record<string, string | undefined>> = {
  always_sample: undefined,
  latency: "latency",
  numeric_attribute: "numeric_attribute",
  probabilistic: "probabilistic",
  status_code: "status_code",
  string_attribute: "string_attribute",
  rate_limiting: "rate_limiting",
  bytes_limiting: "bytes_limiting",
  span_count: "span_count",
  boolean_attribute: "boolean_attribute",
  ottl_condition: "ottl_condition",
  trace_state: "trace_state",
  and: "and",
  not: "not",
  drop: "drop",
  composite: "composite",
  trace_flags: undefined,
};

function* policyFindings(policy: unknown, path: Finding["path"], isTwin: boolean): Generator<Finding> {
  const { name, type } = recordOf(policy);
  if (typeof name !== "string" || name === "") yield { path, message: "a policy has no name", fix: "give it one" };
  else if (isTwin) yield { path, message: `two policies are called ${name}`, fix: "rename one" };
  if (typeof type !== "string") {
    yield { path, message: "a policy has no type", fix: "set type, such as status_code" };
    return;
  }
  if (!Object.hasOwn(POLICIES, type)) {
    // extensions may bring further types; a near one is a typing mistake
    const guess = nearest(type, Object.keys(POLICIES));
    if (guess !== undefined)
      yield { path: [...path, "type"], message: `there is no policy of type ${type}`, fix: `write ${guess}` };
    return;
  }
  const key = POLICIES[type];
  if (key !== undefined && at(policy, key) === undefined) {
    yield { path, message: `a policy of type ${type} has no ${key}`, fix: `set ${key}` };
    return;
  }
  const codes = type === "status_code" ? textsOf(at(policy, "status_code", "status_codes")) : [];
  for (const code of codes)
    if (!["ERROR", "OK", "UNSET"].includes(code))
      yield {
        path: [...path, "status_code"],
        message: `"${code}" is no status of a span`,
        fix: "write ERROR, OK or UNSET",
      };
  const nested = {
    and: "and_sub_policy",
    composite: "composite_sub_policy",
    not: "not_sub_policy",
    drop: "drop_sub_policy",
  }[type];
  if (nested !== undefined)
    for (const [i, sub] of listOf(at(policy, type, nested)).entries())
      yield* policyFindings(sub, [...path, type, nested, i], false);
}

const ACTIONS = ["insert", "update", "upsert", "delete", "hash", "extract", "convert"];

function* actionFindings({ type, settings, path }: Component): Generator<Finding> {
  const [own, other] =
    type === "attributes" ? (["actions", "attributes"] as const) : (["attributes", "actions"] as const);
  if (settings[own] === undefined && settings[other] !== undefined)
    yield { path: [...path, other], message: `the processor ${type} has no ${other}`, fix: `write ${own}` };
  for (const [i, item] of listOf(settings[own]).entries()) {
    const place = [...path, own, i];
    const { action, key, pattern } = recordOf(item);
    if (typeof action !== "string") {
      yield { path: place, message: "an action is missing", fix: `set action to one of ${ACTIONS.join(", ")}` };
      continue;
    }
    if (!ACTIONS.includes(action.toLowerCase())) {
      yield {
        path: [...place, "action"],
        message: `there is no action ${action}`,
        fix: `write ${nearest(action, ACTIONS) ?? ACTIONS.join(", ")}`,
      };
      continue;
    }
    if (key === undefined && pattern === undefined)
      yield { path: place, message: `the action ${action} has no key`, fix: "set key" };
    const hasValue = ["value", "from_attribute", "from_context", "default_value"].some(
      (name) => at(item, name) !== undefined,
    );
    if (/^(insert|update|upsert)$/i.test(action) && !hasValue)
      yield {
        path: place,
        message: `${action} has nothing to write`,
        fix: "set value, from_attribute or from_context",
      };
    if (/^extract$/i.test(action) && !/\(\?P?</.test(textOf(pattern)))
      yield { path: place, message: "extract has no pattern with named groups", fix: "set pattern, with (?P<name>…)" };
    if (/^convert$/i.test(action) && at(item, "converted_type") === undefined)
      yield { path: place, message: "convert does not say to which type", fix: "set converted_type" };
  }
}
