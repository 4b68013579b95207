import { MASK } from "../cli/mask.ts";
import { VALUE_PATTERNS } from "../pipeline/privacy.ts";
import type { BackendQuery } from "../vendors/query.ts";

/** What an answer may be: so long, and without any secret. Pure. */

const LONGEST = 60_000;

/** Texts that are a secret wherever they come from; the collector has redacted what is stored, and this masks once more. */
const SECRET_FORMS = (["vendorKey", "newRelicLicense", "jwt", "discordToken", "urlCredentials"] as const).map(
  (name) => new RegExp(VALUE_PATTERNS[name], "g"),
);

/** Keys by which the backends of a stack are asked. */
export function secretsOf(query: readonly BackendQuery[]): readonly string[] {
  return query.flatMap((one) =>
    Object.entries(one).flatMap(([key, value]) => (/token|key$/i.test(key) && value !== "" ? [String(value)] : [])),
  );
}

/** An answer as JSON, every secret masked, cut where it is too long for a conversation. */
export function answerText(answer: unknown, secrets: readonly string[]): string {
  const text = withoutSecrets(JSON.stringify(answer, undefined, 1), secrets);
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST)}\n… cut at ${LONGEST} of ${text.length} characters: ask for less (a smaller limit, a shorter time, one service).`;
}

export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const known = secrets.reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
  return SECRET_FORMS.reduce((rest, form) => rest.replace(form, MASK), known);
}
