import type { BilledSignal, MeteredPrice, Pricing } from "../vendors/price.ts";
import type { Bill, BillLine } from "./bill.ts";
import type { Estimate, Part } from "./estimate.ts";
import { amount, dollars, percent } from "./numbers.ts";

/** The most of a month, on each backend. What is absent has no limit. */
export interface Budget {
  readonly usd?: number | undefined;
  readonly gigabytes?: number | undefined;
  readonly series?: number | undefined;
  readonly events?: number | undefined;
}

export interface Finding {
  readonly severity: "error" | "warning";
  readonly message: string;
}

/** From this share of a free tier or a budget on it is said. */
const NEAR = 0.8;

export interface Costs {
  /** Name of the backend, as it is configured. */
  readonly backend: string;
  readonly estimate: Estimate;
  /** Of a backend that has a price list. */
  readonly priced?: { readonly pricing: Pricing; readonly bill: Bill } | undefined;
  readonly overQuota?: string | undefined;
  /** Whether profiles are sent to it, where there are any. */
  readonly takesProfiles: boolean;
  /** The plan is paid for, so that its free tier decides nothing. */
  readonly paid: boolean;
}

/** What of the estimate exceeds the budget (errors), or comes near to it or to a free tier (warnings). Pure. */
export function findings(costs: Costs, budget: Budget): readonly Finding[] {
  const { usd } = budget;
  const free = usd === undefined && !costs.paid ? freeTier(costs) : [];
  return [...limits(costs, budget), ...(usd === undefined ? [] : money(costs, usd)), ...free];
}

function limits({ backend, estimate, takesProfiles }: Costs, budget: Budget): readonly Finding[] {
  const { usage } = estimate;
  const { traces, metrics, logs } = usage.bytes.otlp;
  const profiles = takesProfiles ? (usage.profiles?.bytes ?? 0) : 0;
  const used = {
    gigabytes: {
      value: (traces + metrics + logs + profiles) / 1e9,
      what: "gigabytes a month",
      of: heaviest(usage.bytes.otlp),
    },
    series: { value: usage.series, what: "series", of: "metrics" },
    events: { value: usage.spans + usage.records, what: "events a month", of: "traces" },
  } as const;
  return (["gigabytes", "series", "events"] as const).flatMap((key): readonly Finding[] => {
    const limit = budget[key];
    if (limit === undefined) return [];
    const { value, what, of } = used[key];
    const said = `budget.${key}: ${amount(value)} ${what} are estimated on ${backend}, and ${amount(limit)} are allowed. ${driver(estimate, of)}`;
    return judged(key, value, limit, said);
  });
}

const UNPRICED =
  "budget.usd: what an endpoint of backend otlp costs is not known, so nothing is held against it. Limit budget.gigabytes, budget.series or budget.events there (docs/cost.md)";

function money({ backend, estimate, priced }: Costs, limit: number): readonly Finding[] {
  if (priced === undefined) return backend === "otlp" ? [{ severity: "warning", message: UNPRICED }] : [];
  const { bill, pricing } = priced;
  const dearest = bill.lines.toSorted((a, b) => costOf(b) - costOf(a))[0];
  const of = dearest === undefined ? "metrics" : signalOf(dearest, estimate, pricing);
  const said = `budget.usd: ${costText(bill)} a month are estimated on ${backend} (${pricing.plan}, prices of ${pricing.asOf}), and ${dollars(limit)} are allowed. ${driver(estimate, of)}`;
  return judged("usd", bill.usd, limit, said);
}

function judged(key: keyof Budget, value: number, limit: number, said: string): readonly Finding[] {
  if (value > limit) {
    const raise = `pulumi config set --path budget.${key} ${raised(value)}`;
    return [{ severity: "error", message: `${said}; or allow more with: ${raise}` }];
  }
  return value === 0 || value < limit * NEAR ? [] : [{ severity: "warning", message: said }];
}

function freeTier({ backend, estimate, priced, overQuota }: Costs): readonly Finding[] {
  if (priced === undefined) return [];
  const { bill, pricing } = priced;
  return bill.lines.flatMap((line): readonly Finding[] => {
    const { price, used } = line;
    if (price.free === 0 || used < price.free * NEAR) return [];
    const beyond = used > price.free && overQuota !== undefined ? `, and above it ${overQuota}` : "";
    const then = bill.usd > 0 ? `; on ${pricing.plan} a month is ${costText(bill)}` : "";
    const why = driver(estimate, signalOf(line, estimate, pricing));
    const message = `cost: ${amount(used)} ${unitOf(price)}${often(line, estimate)} are estimated on ${backend}, ${percent(used / price.free)} of what is free (${amount(price.free)})${beyond}${then}. ${why}`;
    return [{ severity: "warning", message }];
  });
}

/** Where points are what makes series dear: how many there are of each. */
function often({ price, used }: BillLine, { usage: { series, samplesPerMinute } }: Estimate): string {
  if (price.pointsPerMinute === undefined || used <= series) return "";
  return `, since ${amount(series)} series have ${amount(samplesPerMinute / series)} points a minute each,`;
}

export const costText = (bill: Bill): string => `${bill.atLeast ? "at least " : ""}${dollars(bill.usd)}`;

/** What a meter counts, for a person. */
export function unitOf({ meter, of, pointsPerMinute }: MeteredPrice): string {
  switch (meter) {
    case "series":
      return pointsPerMinute === undefined ? "series" : `billed series (of ${pointsPerMinute} point a minute)`;
    case "points":
      return "points a month";
    case "events":
      return "events a month";
    case "gigabytes":
      return of.length === 3 ? "GB a month" : `GB of ${of.join(" and ")} a month`;
    default:
      return meter satisfies never;
  }
}

const costOf = ({ price, used }: BillLine): number => (Math.max(0, used - price.free) / price.per) * (price.usd ?? 0);

function signalOf({ price }: BillLine, { usage }: Estimate, { bytes }: Pricing): BilledSignal {
  const [only, ...more] = price.of;
  if (only !== undefined && more.length === 0) return only;
  return heaviest(usage.bytes[bytes], price.of);
}

function heaviest(
  bytes: Readonly<Record<BilledSignal, number>>,
  among: readonly BilledSignal[] = ["traces", "metrics", "logs"],
): BilledSignal {
  return among.toSorted((a, b) => bytes[b] - bytes[a])[0] ?? "metrics";
}

/** What sends most of a signal, and how to send less. */
function driver({ parts }: Estimate, signal: BilledSignal): string {
  const by: Readonly<Record<BilledSignal, (part: Part) => number>> = {
    traces: ({ spans }) => spans,
    metrics: ({ series }) => series,
    logs: ({ records }) => records,
  };
  const most = parts.filter((part) => by[signal](part) > 0).toSorted((a, b) => by[signal](b) - by[signal](a));
  const total = most.reduce((sum, part) => sum + by[signal](part), 0);
  const named = most.slice(0, 3).map((part) => `${part.name} (${percent(by[signal](part) / total)})`);
  const most3 = named.length === 0 ? "" : `Most ${signal} are of ${named.join(", ")}. `;
  return `${most3}Send less: ${LESS[signal]}`;
}

const LESS: Readonly<Record<BilledSignal, string>> = {
  traces:
    "pulumi config set --path sampling.mode tail, with a lower sampling.baseline or a sampling.ceiling (docs/sampling.md)",
  metrics:
    "pulumi config set containerMetrics false, hostMetrics false, or fewer routes and attribute values (docs/cost.md)",
  logs: "pulumi config set containerLogs false, or a higher log level in the service (docs/cost.md)",
};

/** A limit with room, in two digits. */
const raised = (value: number): string => String(Number((value * 1.2).toPrecision(2)));
