import { setTimeout as sleep } from "node:timers/promises";
import { limited } from "../../../cli/limited.ts";
import type { HoneycombQuery } from "../../../vendors/honeycomb.ts";
import { at, BackendError, getJson, PlanRefusal, postJson } from "../../http.ts";
import { type Json, list, object, text } from "../../json.ts";

/** A query specification, as far as we need it. Times are seconds of the epoch, and Honeycomb cuts them to whole minutes. */
export interface QuerySpec {
  readonly calculations: readonly { readonly op: "COUNT" | "MAX"; readonly column?: string }[];
  readonly filters: readonly { readonly column: string; readonly op: "=" | "exists"; readonly value?: string }[];
  readonly breakdowns?: readonly string[];
  readonly calculated_fields?: readonly { readonly name: string; readonly expression: string }[];
  readonly orders?: readonly { readonly op: "MAX"; readonly column: string; readonly order: "descending" }[];
  readonly start_time: number;
  readonly end_time: number;
}

export interface HoneycombApi {
  get(path: string): Promise<unknown>;
  /**
   * Creates the query, runs it and waits for its rows (at most 10 000).
   *
   * @param dataset a slug, or `__all__` for the environment
   * @throws PlanRefusal where the plan has no query results; from then on at once, so that no more queries are created
   */
  run(dataset: string, spec: QuerySpec): Promise<readonly Json[]>;
}

/** The most rows a result may have. */
export const MAX_ROWS = 10_000;
const QUERIES_AT_ONCE = 2;
const RESULT_PATIENCE_MS = 60_000;

/** Honeycomb's v1 API with a configuration key. */
export function honeycombApi({ api, apiKey, ui }: HoneycombQuery): HoneycombApi {
  const access = {
    headers: { "x-honeycomb-team": apiKey },
    timeoutMs: 30_000,
    explain: (status: number, answer: string) =>
      status === 401 && /unknown api key/i.test(answer)
        ? `Honeycomb refuses the configuration key at ${api} (401): it is revoked, or of the other region (honeycomb.region is us or eu).`
        : undefined,
  };
  const refused = new PlanRefusal(`Honeycomb answers queries by API on Enterprise plans only: look at ${ui}`);
  let isRefused = false;
  const inTurn = limited(QUERIES_AT_ONCE);
  const get = (path: string): Promise<unknown> => getJson(at(api, path), access);
  const startResult = async (dataset: string, queryId: string): Promise<string> => {
    const body = { query_id: queryId, disable_series: true, limit: MAX_ROWS };
    try {
      return text(object(await postJson(at(api, `/1/query_results/${dataset}`), body, access)).id);
    } catch (error) {
      // The key has just created the query, so it is known and may query: what is left is the plan.
      isRefused ||= error instanceof BackendError && [401, 402, 403].includes(error.status ?? 0);
      throw isRefused ? refused : error;
    }
  };
  const run = async (dataset: string, spec: QuerySpec): Promise<readonly Json[]> => {
    if (isRefused) throw refused;
    const queryId = text(object(await postJson(at(api, `/1/queries/${dataset}`), spec, access)).id);
    const resultId = await startResult(dataset, queryId);
    const deadline = Date.now() + RESULT_PATIENCE_MS;
    for (;;) {
      const result = object(await get(`/1/query_results/${dataset}/${resultId}`));
      if (result.complete === true) {
        return list(object(result.data).results).map((row) => object(object(row).data));
      }
      if (Date.now() > deadline) {
        throw new BackendError(`${api} did not finish a query in ${RESULT_PATIENCE_MS / 1000} s: try again.`);
      }
      await sleep(250);
    }
  };
  return { get, run: (dataset, spec) => inTurn(() => run(dataset, spec)) };
}
