/** What decides how much a stack sends. Plain data, a stack output, so that an estimate can be made again of what is running. */
export interface Workload {
  /** Services that send telemetry. */
  readonly services: readonly WorkloadService[];
  readonly stores: readonly ("PostgreSQL" | "Redis" | "RabbitMQ")[];
  /** Containers whose use of the machine is measured. */
  readonly containers: number;
  /** Whether the machine itself is measured. */
  readonly host: boolean;
  /** Containers whose logs are read. */
  readonly logged: number;
  readonly sampling: {
    readonly mode: "all" | "head" | "tail";
    /** Per cent. */
    readonly baseline: number;
    /** Spans a second. */
    readonly ceiling?: number | undefined;
  };
  readonly traffic: Traffic;
  /** Processes whose CPU time is sampled, and samples a second of each; absent where none is. */
  readonly profiles?: { readonly processes: number; readonly rate: number } | undefined;
  /** Backends, before each of which the collector counts by service; absent where it does not: any image but our own, and what was deployed earlier. */
  readonly countedBackends?: number | undefined;
  /** Seconds between two points of a series. Default: 15; what was deployed earlier does not say. */
  readonly metricsInterval?: number | undefined;
}

export interface WorkloadService {
  readonly name: string;
  readonly kind: "python" | "node" | "nginx" | "other";
  readonly role: "http" | "worker" | "bot" | "daemon" | "frontend";
  /** Role daemon: seconds between two runs. */
  readonly every?: number | undefined;
  /** Stores and services that it calls. */
  readonly calls: readonly string[];
  /** Whether its SDK is ours, which counts what it makes; absent in what was deployed earlier. */
  readonly injected?: boolean | undefined;
  /** Functions of its own that are traced. */
  readonly traced: number;
  /** nginx: whether browsers report of its pages, and whether its status is read. */
  readonly browser: boolean;
  readonly stubStatus: boolean;
}

/** The mean of a month. What is not stated is estimated. */
export interface Traffic {
  /** Requests a second that the application answers; messages or commands where it answers none. */
  readonly requests: number;
  /** Spans before sampling, and log records, a second. */
  readonly spans?: number | undefined;
  readonly records?: number | undefined;
  readonly series?: number | undefined;
}

/** Whether a stack output is a workload; one that was deployed before there were any is not. */
export const isWorkload = (output: object): output is Workload =>
  ["services", "stores", "containers", "sampling", "traffic"].every((key) => key in output);
