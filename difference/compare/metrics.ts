import { prometheusName } from "../../dashboards/model/metric.ts";
import { PROMOTED_ATTRIBUTES } from "../../dashboards/promoted-attributes.ts";
import type { Inventory, MetricShape } from "../inventory/model.ts";
import { isExported, isOnSeries } from "../steady.ts";
import { type AttributeChange, attributeChanges, grew, grownAttributes } from "./attributes.ts";
import { enumerated, type Finding, type Sentence, type Severity, say, type What } from "./finding.ts";

/** How many more series a metric may have before somebody has to look. */
const MORE_SERIES = 3;

export function metricFindings(base: Inventory, head: Inventory, left: ReadonlySet<string>): readonly Finding[] {
  const of = ({ metrics }: Inventory): readonly MetricShape[] => metrics.filter(({ service }) => !left.has(service));
  const [before, after] = [of(base), of(head)];
  const gone = before.filter((metric) => isExported(metric) && !find(after, metric));
  const come = after.filter((metric) => isExported(metric) && !find(before, metric));
  return [
    ...presence(gone, after, "vanished"),
    ...presence(come, before, "appeared"),
    ...before.flatMap((was) => {
      const is = find(after, was);
      return is === undefined ? [] : changes(was, is);
    }),
  ];
}

const find = (metrics: readonly MetricShape[], { service, name }: MetricShape): MetricShape | undefined =>
  metrics.find((metric) => metric.service === service && metric.name === name);

/** What a Prometheus stores it as: what queries name. */
export function storedName(metric: MetricShape): string {
  const known = stored.get(metric);
  if (known !== undefined) return known;
  const { name, unit, type } = metric;
  const made = prometheusName({ name, unit, kind: type === "summary" ? "gauge" : type });
  stored.set(metric, made);
  return made;
}

/** Every reader asks for every metric. */
const stored = new WeakMap<MetricShape, string>();

function presence(
  metrics: readonly MetricShape[],
  others: readonly MetricShape[],
  what: "vanished" | "appeared",
): readonly Finding[] {
  const groups = Map.groupBy(metrics, ({ service, scope }) => JSON.stringify([service, scope]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { service, scope } = first;
    const names = enumerated(group.map(({ name }) => name));
    const whole = !others.some((other) => other.service === service && other.scope === scope);
    const sentence =
      what === "vanished"
        ? whole
          ? say`${service}: no metric of ${scope} any more (gone: ${names})`
          : say`${service}: metric ${names} ${literal(group.length === 1 ? "is" : "are")} gone`
        : whole
          ? say`${service}: ${scope} sends metrics now: ${names}`
          : say`${service}: new metric ${names}`;
    return [finding(what, what === "vanished" ? "changes" : "adds", service, sentence)];
  });
}

function finding(what: What, severity: Severity, service: string, sentence: Sentence): Finding {
  return { what, severity, signal: "metrics", service, sentence };
}

function changes(was: MetricShape, is: MetricShape): readonly Finding[] {
  const { service, name } = was;
  const found: Finding[] = [];
  if (was.unit !== is.unit) {
    const stored =
      storedName(was) === storedName(is)
        ? literal("")
        : say`; Prometheus stores it as ${storedName(is)}, no longer ${storedName(was)}`;
    const sentence = say`${service}: the unit of metric ${name} was ${was.unit || "none"} and is ${is.unit || "none"}${stored}`;
    found.push(finding("unit", "changes", service, sentence));
  }
  const [from, to] = [typeOf(was), typeOf(is)];
  if (from !== to)
    found.push(finding("type", "changes", service, say`${service}: metric ${name} was a ${from} and is a ${to}`));
  if (isExported({ ...was, ...was.exemplars }) && is.exemplars.count === 0) {
    const sentence = say`${service}: metric ${name} has no exemplars any more: no way from its chart to a trace`;
    found.push(finding("vanished", "changes", service, sentence));
  }
  const series = seriesGrowth(was, is);
  const side = (metric: MetricShape) => ({ ...metric, count: metric.series, steady: isOnSeries });
  const attributes = attributeChanges(side(was), side(is)).flatMap((change) =>
    attributeFinding(change, was, series !== undefined),
  );
  return [...found, ...(series === undefined ? [] : [series]), ...attributes];
}

const literal = (text: string): Sentence => ({ words: [text], names: [] });

const typeOf = ({ type, temporality }: MetricShape): string =>
  temporality === "none" ? type : `${temporality} ${type}`;

/** Which attribute multiplies them is said too. */
function seriesGrowth(was: MetricShape, is: MetricShape): Finding | undefined {
  if (!grew(was.series, is.series, MORE_SERIES)) return undefined;
  const values = ({ key }: AttributeChange): number => is.attributes[key]?.values ?? 0;
  const by = grownAttributes(was.attributes, is.attributes, 2).toSorted((a, b) => values(b) - values(a))[0];
  const why =
    by === undefined
      ? literal("")
      : say`, by attribute ${by.key} (${was.attributes[by.key]?.values ?? 0} values before, ${values(by)} now)`;
  const sentence = say`${was.service}: metric ${was.name} has ${is.series} series where it had ${was.series}${why}`;
  return finding("cardinality", "changes", was.service, sentence);
}

const OF_RESOURCES: ReadonlySet<string> = new Set(PROMOTED_ATTRIBUTES);

function attributeFinding(
  { key, how }: AttributeChange,
  { service, name }: MetricShape,
  grown: boolean,
): readonly Finding[] {
  // said once, of the service
  if (OF_RESOURCES.has(key)) return [];
  switch (how.is) {
    case "vanished":
      return [finding("vanished", "changes", service, say`${service}: attribute ${key} is gone from metric ${name}`)];
    case "appeared":
      return grown
        ? []
        : [finding("appeared", "adds", service, say`${service}: new attribute ${key} on metric ${name}`)];
    case "type": {
      const sentence = say`${service}: attribute ${key} of metric ${name} was ${how.from} and is ${how.to}`;
      return [finding("type", "changes", service, sentence)];
    }
    default:
      // values of labels come and go with what happens; what is read of them is judged with the content
      return [];
  }
}
