/** Consumers that share messages, and those that take each other's. */
import { at, type Config, textOf } from "../model.ts";
import type { Finding, Rule } from "../rule.ts";

/** What differs from one copy of a collector to the next. */
const OF_THE_COPY =
  /\$\{(?:env:)?(?!\w*NAMESPACE)\w*(HOST|POD|INSTANCE|REPLICA|CONTAINER|NODE_?(NAME|ID|IP)|UID|ORDINAL)\w*(?::-[^}]*)?\}/i;

function* groups(config: Config): Generator<Finding> {
  for (const [type, key] of [
    ["kafka", "group_id"],
    ["pulsar", "subscription"],
    ["azureeventhub", "group"],
  ] as const)
    for (const { settings, path, id } of config.of("receiver", type))
      if (OF_THE_COPY.test(textOf(settings[key])))
        yield {
          path: [...path, key],
          message: `each copy of the collector is a group of its own by ${textOf(settings[key])}, and ${id} reads every message in each`,
          fix: `write one ${key} for all, without the name of the pod or host`,
        };
  // the allocator gives targets to a collector by its id
  for (const { settings, path } of config.of("receiver", "prometheus")) {
    const own = textOf(at(settings, "target_allocator", "collector_id"));
    if (own !== "" && !own.includes("$"))
      yield {
        path: [...path, "target_allocator", "collector_id"],
        message: `every copy is ${own}, and all scrape the same targets`,
        fix: "write collector_id: '${env:POD_NAME}'",
      };
  }
}

export const consumerGroupRules: readonly Rule[] = [
  {
    id: "name-of-each-copy",
    severity: "warning",
    explain:
      "Copies of a collector share the messages of a topic where they are in one group: with the name of the pod or host in it each copy reads everything, and all is stored as often as there are copies. The target allocator, the other way round, knows copies apart by collector_id.",
    bad: "receivers:\n  kafka: {brokers: ['kafka:9092'], group_id: 'otel-${env:HOSTNAME}', logs: {topics: [otlp_logs]}}\n",
    good: "receivers:\n  kafka: {brokers: ['kafka:9092'], group_id: otel, logs: {topics: [otlp_logs]}}\n",
    find: groups,
  },
];
