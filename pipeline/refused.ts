import type { ExporterProfile } from "./backend-profile.ts";
import type { Extension } from "./components.ts";
import type { PipelineInput } from "./input.ts";
import { secretsIn } from "./reference.ts";

/**
 * Answers that OTLP calls final although the data is good: the key or the account is refused (401, 402, 403), or the backend or a
 * proxy in front of it failed (408, 500, and the codes of Cloudflare for an origin that does not answer).
 */
const CODES: readonly number[] = [401, 402, 403, 408, 500, 520, 521, 522, 523, 524, 530];

/** At one retry in about 30 s, five minutes. */
const LONE_REFUSALS = 10;

/** Data sent at the start of an outage that takes the whole budget must survive it, including the next retry. */
const SLACK_SECONDS = 300;

/** Whether an exporter retries what its backend refuses: where it has a key that can be refused, and the collector is ours. */
export function retriesRefused(profile: ExporterProfile, input: PipelineInput): boolean {
  return input.collector.distribution === "own" && signsIn(profile);
}

function signsIn(profile: ExporterProfile): boolean {
  return profile.basicAuth !== undefined || profile.tls?.keySecret !== undefined || secretsIn(profile.headers).size > 0;
}

/** One for all exporters: it tracks the refusals of each by itself. */
export function refusedRetry(outageBudgetSeconds: number): Extension<"retryable_status"> {
  return {
    kind: "retryable_status",
    why: "A revoked key is an outage, not bad data: the data waits in the queue for the next key.",
    settings: { codes: CODES, lone_refusals: LONE_REFUSALS, max_age: `${outageBudgetSeconds + SLACK_SECONDS}s` },
  };
}
