import type { ExporterProfile } from "./backend-profile.ts";
import type { RetryableStatusExtension } from "./components/extensions.ts";
import type { PipelineInput } from "./input.ts";
import { secretsIn } from "./needs.ts";

/**
 * Answers that OTLP calls final although the data is good: the key or the account is refused (401, 402, 403), or something failed in
 * the backend or in the network in front of it (408, 500, and what Cloudflare answers when what lies behind it is away).
 */
const codes: readonly number[] = [401, 402, 403, 408, 500, 520, 521, 522, 523, 524, 530];

/** At one try in about 30 s, five minutes. */
const loneRefusals = 10;

/** An outage that takes the whole budget must still be survived by what was sent at its first moment, next try included. */
const slackSeconds = 300;

/** Whether an exporter keeps what its backend refuses: where there is a key to be refused, and a collector that can. */
export function keepsRefused(profile: ExporterProfile, input: PipelineInput): boolean {
  return input.collector.distribution === "own" && signsIn(profile);
}

function signsIn(profile: ExporterProfile): boolean {
  return profile.basicAuth !== undefined || profile.tls?.keySecret !== undefined || secretsIn(profile.headers).size > 0;
}

/** One for all exporters: it keeps their refusals apart by itself. */
export function refusedKeeper(outageBudgetSeconds: number): RetryableStatusExtension {
  return {
    kind: "retryable_status",
    why: "A revoked key is an outage, not bad data: what it would have delivered waits for the next one.",
    settings: { codes, lone_refusals: loneRefusals, max_age: `${outageBudgetSeconds + slackSeconds}s` },
  };
}
