/** What is known of a running release over a stretch of time. Plain data: `findings.ts` judges it. */

import type { Work } from "../verify/query.ts";
import type { Loss } from "./losses.ts";

/** A container as the engine describes it, or a task of a swarm's service. */
export interface ContainerLook {
  /** Short name. */
  readonly name: string;
  readonly id: string;
  /** `running`, `restarting`, `exited`, ...; `done` for a task that ended well. */
  readonly state: string;
  /** Empty without a health check. */
  readonly health: string;
  /** How often the engine started it again. */
  readonly restarts: number;
  /** It, or processes of one that runs on and is not healthy, were ended since it took more memory than it may. */
  readonly outOfMemory: boolean;
  readonly exitCode: number;
  /** Since its last start. */
  readonly upSeconds: number;
  /** What the engine says of why it does not run, where it says something. */
  readonly why?: string;
}

/** The last update of a service of a swarm. */
export interface UpdateLook {
  /** Short name of the service. */
  readonly name: string;
  /** As Swarm calls it: `updating`, `completed`, `paused`, `rollback_started`, `rollback_completed`, `rollback_paused`. */
  readonly state: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** What Swarm says of it. */
  readonly message: string;
}

/** Exports that a backend did not take, as the collector's log says. */
export interface ExportFailure {
  /** Name of the exporter, which is its backend's. */
  readonly exporter: string;
  /** What was answered, shortened. */
  readonly reason: string;
  /** Refused for its key: 401, 403 and the like. */
  readonly forKey: boolean;
  readonly count: number;
  /** Seconds since the newest. */
  readonly ago: number;
}

/** One check of the proof of telemetry. */
export interface Proof {
  readonly backend: string;
  readonly id: string;
  readonly label: string;
  readonly required: boolean;
  readonly found: boolean;
  /** Why it need not be there: its service had no occasion, or the backend's plan never answers. */
  readonly excuse?: "idle" | "unprovable";
  /** Proof in words, or why it is missing. */
  readonly detail: string;
}

/** An alert that fires. `about`: the labels that say of what; empty where there are none. */
export interface FiringAlert {
  readonly name: string;
  readonly about: string;
  readonly severity: string;
}

/** Everything that is known of a release when it is judged. */
export interface Observation {
  /** How long was observed, in seconds. */
  readonly seconds: number;
  readonly containers: readonly ContainerLook[];
  /** None where the deployment is containers on one engine. */
  readonly updates: readonly UpdateLook[];
  /** The guard's own requests, by address or by `drive`. */
  readonly answers: Readonly<Record<string, Work>>;
  /** Seconds by which this process is woken late, half of the time: how busy this machine is. */
  readonly lag: number;
  /** What the backend counted, by service. */
  readonly work: Readonly<Record<string, Work>>;
  /** Log records of severity error or worse, by service. */
  readonly errorRecords: Readonly<Record<string, number>>;
  readonly proofs: readonly Proof[];
  readonly alerts: readonly FiringAlert[];
  readonly exports: readonly ExportFailure[];
  /** What came to each stage of the way of telemetry, and what was lost there. */
  readonly losses: readonly Loss[];
  /** Where a canary was found: `span GET /orders of api`. */
  readonly canaries: readonly string[];
  /** One sentence for each backend or part of one that could not be asked when it was last tried. */
  readonly silent: readonly string[];
  /** Names of these backends, as in `proofs`. */
  readonly silentBackends: readonly string[];
  /** One sentence for each thing that nobody can know here. It decides nothing, and is said. */
  readonly unjudged: readonly string[];
  /** Why the deployment itself did not succeed. */
  readonly deployFailure?: string;
  /** What of the application's use, as its drive file describes it, did not do what it should. */
  readonly driveFailure?: string;
}

/** Before anything was looked at. */
export const NOTHING: Observation = {
  seconds: 0,
  containers: [],
  updates: [],
  answers: {},
  lag: 0,
  work: {},
  errorRecords: {},
  proofs: [],
  alerts: [],
  exports: [],
  losses: [],
  canaries: [],
  silent: [],
  silentBackends: [],
  unjudged: [],
};
