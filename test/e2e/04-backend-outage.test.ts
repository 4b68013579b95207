import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { getJson } from "../../verify/http.ts";
import { list, object } from "../../verify/json.ts";
import { querierFor } from "../../verify/queriers/index.ts";
import { type Count, countLogs, countTraces } from "../support/counts.ts";
import { containers, startContainers, stopContainers, untilAnswers } from "./support/docker.ts";
import { stackOutputs } from "./support/stack.ts";
import { type Sent, sendRequests } from "./support/traffic.ts";

const backendContainers = ["jaeger", "prometheus", "victorialogs", "vmalert"];
const outageSeconds = 120;
const intervalMs = 200;

describe(`a backend that is away for ${outageSeconds} s under traffic`, () => {
  let sent: Sent;
  let traces: Count;
  let logs: number;
  let pointsInOutage: number;

  beforeAll(async () => {
    const { frontend, query } = await stackOutputs();
    const backend = query[0];
    if (backend?.kind !== "jaeger") throw new Error("This test stops the containers of backend jaeger.");
    const querier = querierFor(backend);
    const names = (await containers()).map(({ name }) => name).filter((name) => backendContainers.includes(name));
    const since = new Date();

    await stopContainers(...names);
    const away = new Date();
    sent = await sendRequests(frontend, (outageSeconds * 1000) / intervalMs, intervalMs);
    const back = new Date();
    await startContainers(...names);
    await untilAnswers(`${backend.jaeger}/api/services`);
    await untilAnswers(`${backend.prometheus}/-/ready`);
    await untilAnswers(`${backend.victorialogs}/health`);

    const deadline = Date.now() + 300_000;
    do {
      await sleep(2000);
      traces = await countTraces(querier, "api", sent.traceIds);
      logs = await countLogs(querier, "api", sent.logged, since);
    } while ((traces.lost.length > 0 || logs < sent.logged.length) && Date.now() < deadline);
    console.log(
      `delivered ${((Date.now() - back.getTime()) / 1000).toFixed(0)} s after the return: ` +
        `${traces.stored} of ${traces.expected} traces (${traces.spans} spans of api), ${logs} log records of ${sent.logged.length} created games`,
    );
    pointsInOutage = await metricPoints(backend.prometheus, away, back);
  });

  test("loses no trace: each request sent meanwhile is stored", () => {
    expect(sent.traceIds).toHaveLength((outageSeconds * 1000) / intervalMs);
    expect(traces.lost).toEqual([]);
    expect(traces.stored).toBe(sent.traceIds.length);
  });

  test("loses no log record: each game created meanwhile has one", () => {
    expect(logs).toBeGreaterThanOrEqual(sent.logged.length);
  });

  test("loses no metric: there are data points from the time of the outage", () => {
    expect(pointsInOutage).toBeGreaterThan(0);
  });
});

/** Data points of api's request counter that carry a time within the outage. */
async function metricPoints(prometheus: string, from: Date, to: Date): Promise<number> {
  const url = new URL(`${prometheus}/api/v1/query`);
  const seconds = Math.floor((to.getTime() - from.getTime()) / 1000) - 5;
  url.searchParams.set("query", `http_server_request_duration_seconds_count{job=~".*/api"}[${seconds}s]`);
  url.searchParams.set("time", String(to.getTime() / 1000));
  const series = list(object(object(await getJson(url)).data).result);
  return series.reduce<number>((total, one) => total + list(object(one).values).length, 0);
}
