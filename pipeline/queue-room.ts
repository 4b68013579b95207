/** A disk that holds images and databases has this much to spare without anybody's thinking of it. */
const LARGE_GB = 10;

/** More of a disk than this is not for queues: images, databases and logs are on it too. */
const SHARE_OF_DISK = 0.8;

/** Where the engine keeps its volumes. */
export interface EngineDisk {
  readonly path: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
}

export interface QueueRoom {
  /** What all queues may grow to: `queueDiskBytes`. */
  readonly queueBytes: number;
  /** What they are allowed to take, `collector.disk`. Default: most of the disk. */
  readonly allowedGb?: number | undefined;
  /** Undefined: not to be seen from here, as with an engine on another machine. */
  readonly disk?: EngineDisk | undefined;
  /** What they grow for: `outageBudget`. */
  readonly outageSeconds: number;
}

/** One sentence where the queues of a long outage do not fit: an error where they cannot, a warning where they may not. */
export function queueRoomProblem({
  queueBytes,
  allowedGb,
  disk,
  outageSeconds,
}: QueueRoom): { readonly severity: "error" | "warning"; readonly message: string } | undefined {
  const grow = `outageBudget: with every backend away the queues grow to ${gb(queueBytes)} GB`;
  const less = (room: number): string => fitting(outageSeconds * (room / queueBytes));
  if (allowedGb !== undefined && queueBytes > allowedGb * 1e9)
    return {
      severity: "error",
      message: `${grow} and collector.disk allows ${allowedGb} GB. Allow more with: pulumi config set --path collector.disk ${Math.ceil(queueBytes / 1e9)}, ${less(allowedGb * 1e9)}`,
    };
  if (allowedGb === undefined && disk !== undefined && queueBytes > disk.totalBytes * SHARE_OF_DISK)
    return {
      severity: "error",
      message: `${grow} and the disk of ${disk.path} has ${gb(disk.totalBytes)} GB; ${less(disk.totalBytes * SHARE_OF_DISK)}`,
    };
  if (disk !== undefined && queueBytes > disk.freeBytes)
    return {
      severity: "warning",
      message: `${grow} and ${gb(disk.freeBytes)} GB are free in ${disk.path}. Make room, or ${less(disk.freeBytes)}`,
    };
  if (queueBytes < LARGE_GB * 1e9) return undefined;
  return {
    severity: "warning",
    message: `${grow} on the engine's disk. Keep that much free, or ${less(LARGE_GB * 1e9)}`,
  };
}

/** How to need less: a queue's length is its rate times the budget, so a shorter one that fits is known. */
function fitting(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const shorter = minutes >= 120 ? `${Math.floor(minutes / 60)}h` : `${minutes}m`;
  const rates = "expect less: expected.spans, expected.points, expected.records (docs/outages.md)";
  return minutes < 1 ? rates : `set less with: pulumi config set outageBudget ${shorter}, or ${rates}`;
}

const gb = (bytes: number): string => (bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0);
