import type { Costs } from "./budget.ts";
import { costText, unitOf } from "./budget.ts";
import { amount } from "./numbers.ts";

/** What a preview says of one backend, in one line. */
export function costLine({ backend, estimate, priced, takesProfiles }: Costs): string {
  const { usage } = estimate;
  const bytes = usage.bytes[priced?.pricing.bytes ?? "otlp"];
  const gigabytes = (["traces", "metrics", "logs"] as const).map(
    (signal) => `${amount(bytes[signal] / 1e9)} GB ${signal}`,
  );
  if (takesProfiles && usage.profiles !== undefined)
    gigabytes.push(`${amount(usage.profiles.bytes / 1e9)} GB profiles`);
  const sent = `about ${amount(usage.series)} series, ${amount(usage.spans)} spans, ${amount(usage.records)} log records, ${amount(usage.points)} points a month (${gigabytes.join(", ")})`;
  if (priced === undefined) return `cost on ${backend}: ${sent}`;
  const { bill, pricing } = priced;
  const free = bill.lines
    .filter(({ price }) => price.free > 0)
    .map(({ price, used }) => `${amount(used)} of ${amount(price.free)} free ${unitOf(price)}`);
  const due = bill.usd === 0 ? "nothing" : `${costText(bill)} on ${pricing.plan}`;
  return `cost on ${backend}: ${[sent, ...free].join("; ")}; due: ${due} (prices of ${pricing.asOf}, docs/cost.md)`;
}
