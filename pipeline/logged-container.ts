/** What the collector must know of containers whose logs it reads. */

/** How a program writes its log. JSON and logfmt are recognised in each. */
export type LogFormat = "text" | "postgresql" | "redis" | "rabbitmq" | "nginx";

/** A container whose log is read. */
export interface LoggedContainer {
  /** Its name on the engine. */
  readonly name: string;
  /** Becomes `service.name`. */
  readonly service: string;
  /** Becomes `service.version`. */
  readonly version: string;
  readonly format: LogFormat;
  /** Default: both. */
  readonly streams?: readonly ("stdout" | "stderr")[];
}

export interface ContainerLogs {
  /** Address of the Docker API, or of a proxy of it: `unix:///path` or `http://host:port`. */
  readonly endpoint: string;
  /** Labels and their values, all of which a container must carry. */
  readonly labels: Readonly<Record<string, string>>;
  /** At least one. */
  readonly containers: readonly LoggedContainer[];
}
