import { describe, expect, test } from "vitest";
import { queueRoomProblem } from "../../../pipeline/queue-room.ts";

const disk = { path: "/var/lib/docker", totalBytes: 100e9, freeBytes: 30e9 };
const rates = "expect less: expected.spans, expected.points, expected.records (docs/outages.md)";
const less = (budget: string) => `set less with: pulumi config set outageBudget ${budget}, or ${rates}`;

describe("the queues of a long outage and the disk", () => {
  test.each([
    ["fit", { queueBytes: 9e9, disk }, undefined],
    ["fit as far as is known", { queueBytes: 9e9 }, undefined],
    [
      "may be large",
      { queueBytes: 12e9, disk },
      `warning outageBudget: with every backend away the queues grow to 12 GB on the engine's disk. Keep that much free, or ${less("20h")}`,
    ],
    [
      "do not fit now",
      { queueBytes: 31e9, disk },
      `warning outageBudget: with every backend away the queues grow to 31 GB and 30 GB are free in /var/lib/docker. Make room, or ${less("23h")}`,
    ],
    [
      "can never fit",
      { queueBytes: 81e9, disk },
      `error outageBudget: with every backend away the queues grow to 81 GB and the disk of /var/lib/docker has 100 GB; ${less("23h")}`,
    ],
    [
      "exceed what is allowed",
      { queueBytes: 2.5e9, allowedGb: 2, disk },
      `error outageBudget: with every backend away the queues grow to 2.5 GB and collector.disk allows 2 GB. Allow more with: pulumi config set --path collector.disk 3, ${less("19h")}`,
    ],
    [
      "are allowed what the disk has not",
      { queueBytes: 81e9, allowedGb: 90, disk },
      `warning outageBudget: with every backend away the queues grow to 81 GB and 30 GB are free in /var/lib/docker. Make room, or ${less("8h")}`,
    ],
    [
      "would fit for minutes only",
      { queueBytes: 81e9, allowedGb: 1, disk },
      `error outageBudget: with every backend away the queues grow to 81 GB and collector.disk allows 1 GB. Allow more with: pulumi config set --path collector.disk 81, ${less("17m")}`,
    ],
    [
      "would fit for no minute",
      { queueBytes: 81e9, allowedGb: 0.01, disk },
      `error outageBudget: with every backend away the queues grow to 81 GB and collector.disk allows 0.01 GB. Allow more with: pulumi config set --path collector.disk 81, ${rates}`,
    ],
  ])("they %s", (_, room, said) => {
    const found = queueRoomProblem({ outageSeconds: 24 * 3600, ...room });
    expect(found && `${found.severity} ${found.message}`).toEqual(said);
  });
});
