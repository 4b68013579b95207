import type * as pulumi from "@pulumi/pulumi";
import { publishedUrl } from "../../docker/scope.ts";
import { type OnThisMachine, part } from "../part.ts";
import { readyUrl } from "./console.ts";

/** Where it answers, in the network of stores and published. */
export const LOG_PORT = 9428;
const VMALERT_PORT = 8880;
const RULES = "/etc/vmalert/rules.yml";
const USER = "10001:10001";

const LOG_STORE = `http://victorialogs:${LOG_PORT}`;

/** Where the collector sends log records. */
export const LOG_INTAKE = `${LOG_STORE}/insert/opentelemetry/v1/logs`;

/**
 * Only these resource attributes make a stream. By default all do, so that every start of a process would begin a stream of its own; the
 * others are kept as fields and found the same way.
 */
export const LOG_HEADERS = { "VL-Stream-Fields": "service.namespace,service.name,deployment.environment.name" };

/** VictoriaLogs, which keeps log records for three days. @param outageBudget seconds that records may arrive late by */
export function logStore(at: OnThisMachine, outageBudget: number, parent: pulumi.Resource): { readonly url: string } {
  const url = publishedUrl(at.scope, LOG_PORT);
  part(
    at,
    {
      image: "victorialogs",
      user: USER,
      command: [
        `-httpListenAddr=:${LOG_PORT}`,
        "-storageDataPath=/tmp/victoria-logs",
        // What is older is refused, so records that were held up in the queue need their time besides.
        `-retentionPeriod=${3 + Math.ceil(outageBudget / 86_400)}d`,
        "-retention.maxDiskSpaceUsageBytes=512MiB",
        "-memory.allowedBytes=16MiB",
        "-loggerLevel=WARN",
      ],
      // Measured: a queue of 800 000 records of three days is taken in at full speed within this limit; with 32 and 80 MiB it was killed.
      env: { GOMEMLIMIT: "64MiB" },
      // The only folder of the published image that every user may write to.
      data: "/tmp",
      memory: 96,
      stopSeconds: 30,
      ready: { url: `${url}/health` },
    },
    parent,
  );
  return { url };
}

export interface LogRulesSpec {
  /** As the text of a rule file. */
  readonly rules: string;
  /** Where the numbers go, within the network; what they mean is judged there. */
  readonly prometheus: string;
}

/** vmalert, which counts what alerts and objectives need of log records and writes it to Prometheus. */
export function logRules(at: OnThisMachine, { prometheus, rules }: LogRulesSpec, parent: pulumi.Resource): void {
  part(
    at,
    {
      image: "vmalert",
      user: USER,
      command: [
        `-httpListenAddr=:${VMALERT_PORT}`,
        `-rule=${RULES}`,
        `-datasource.url=${LOG_STORE}`,
        `-remoteWrite.url=${prometheus}`,
        "-remoteWrite.flushInterval=1s",
        // Records are a few seconds on their way; the default of 30 only delays alerts.
        "-rule.evalDelay=10s",
        "-loggerLevel=WARN",
      ],
      // holds 6
      env: { GOMEMLIMIT: "24MiB" },
      files: [{ path: RULES, content: rules }],
      memory: 32,
      ready: { url: readyUrl(at.scope, "vmalert") },
    },
    parent,
  );
}
