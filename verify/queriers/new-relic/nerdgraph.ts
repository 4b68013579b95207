import { limited } from "../../../cli/limited.ts";
import type { NewRelicQuery } from "../../../vendors/new-relic.ts";
import { BackendError, postJson } from "../../http.ts";
import { type Json, list, object, text } from "../../json.ts";
import type { CountSearch, Tally } from "../../query.ts";

/** Answers an NRQL query with its result rows. */
export type Nrql = (query: string) => Promise<readonly Json[]>;

/** New Relic asks for no more than five queries at once over longer times. */
const QUERIES_AT_ONCE = 5;
/** Seconds New Relic may take for one query; its default of five is short for a busy account. */
const QUERY_SECONDS = 30;

const ASK = `query($accountId: Int!, $nrql: Nrql!) {
  actor { account(id: $accountId) { nrql(query: $nrql, timeout: ${QUERY_SECONDS}) { results } } }
}`;

/**
 * NRQL over NerdGraph, New Relic's GraphQL API.
 *
 * @throws BackendError, one sentence, for a key that is refused, an account it does not see, or a query that fails
 */
export function nerdgraph({ nerdgraph: address, accountId, apiKey }: NewRelicQuery): Nrql {
  const inTurn = limited(QUERIES_AT_ONCE);
  const access = {
    headers: { "api-key": apiKey },
    timeoutMs: (QUERY_SECONDS + 5) * 1000,
    explain: (status: number) =>
      status === 401 || status === 403
        ? `New Relic refuses the user key at ${address} (${status}): it is revoked, or of the other region (newRelic.region is US or EU).`
        : undefined,
  };
  return async (query) => {
    const body = { query: ASK, variables: { accountId: Number(accountId), nrql: query } };
    const answer = object(await inTurn(() => postJson(new URL(address), body, access)));
    // GraphQL refuses with 200 and a list of errors.
    const [error] = list(answer.errors).map(object);
    if (error !== undefined) throw new BackendError(sentenceOf(error, address, accountId));
    const account = object(object(object(answer.data).actor).account);
    return list(object(account.nrql).results).map(object);
  };
}

function sentenceOf(error: Json, address: string, accountId: string): string {
  const message = text(error.message);
  if (/not authori[sz]ed|access denied|forbidden/i.test(`${message} ${text(object(error.extensions).errorClass)}`)) {
    return `The owner of New Relic's user key does not see account ${accountId}: check newRelic.accountId, or let the user in under User management.`;
  }
  return `${address} refused an NRQL query: ${message.slice(0, 200).replace(/\.$/, "")}.`;
}

/** How many spans or log records of a service there are within a window. */
export async function counted(nrql: Nrql, what: "Span" | "Log", { service, window }: CountSearch): Promise<Tally> {
  const [row] = await nrql(
    `SELECT count(*) FROM ${what} WHERE \`service.name\` = ${quoted(service)} SINCE ${window.from.getTime()} UNTIL ${window.to.getTime()}`,
  );
  return { count: Number(row?.count ?? 0) };
}

/** A value in NRQL. */
export function quoted(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** An attribute's name in NRQL; results call it by the bare name. */
export function attribute(name: string): string {
  return `\`${name}\``;
}
