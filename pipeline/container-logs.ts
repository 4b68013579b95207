import type { Receiver } from "./components.ts";
import type { ContainerLogs } from "./logged-container.ts";
import { queueStorageId } from "./queue.ts";

/** Reads what containers write that send no records themselves: through the same proxy as their metrics. */
export function dockerLogs({ endpoint, labels, containers }: ContainerLogs): Receiver<"dockerlogs"> {
  return {
    kind: "dockerlogs",
    why: "Only of containers that send no records themselves; how far each was read outlives a restart.",
    settings: {
      endpoint,
      labels,
      containers: [...containers].sort((a, b) => (a.name < b.name ? -1 : 1)),
      storage: { component: queueStorageId },
    },
  };
}
