/** What is known of Grafana Alloy, where it runs the pipeline in the collector's place. */
export const ALLOY = {
  /** The first with a redaction processor; names and keys are checked against the source of its release candidate (test/alloy). */
  version: "1.19.0",
  image: "grafana/alloy:v1.19.0",
  /** The collector's version that is compiled into it, whose settings its components take. */
  collectorVersion: "0.158.0",
  /** User and group `alloy` of the image, to whom its data folder belongs. */
  user: 473,
  /** Least memory of its container. */
  memoryMiB: 384,
  /** The image's folder for what must outlive the container: a volume. */
  stateDirectory: "/var/lib/alloy/data",
  /** `otelcol.processor.redaction` and the metadata of scrapes are of this level, the queue on disk is a public preview. */
  stability: "experimental",
} as const;

/** Whether an Alloy of this version knows the components that are rendered for it. */
export const isSupportedAlloy = (version: string): boolean => /^1\.19\.\d+$/.test(version);
