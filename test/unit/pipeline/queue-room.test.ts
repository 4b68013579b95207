import { describe, expect, test } from "vitest";
import { queueRoomProblem } from "../../../pipeline/queue-room.ts";

const disk = { path: "/var/lib/docker", totalBytes: 100e9, freeBytes: 30e9 };
const less =
  "set less with: pulumi config set outageBudget 2h, or expect less with: pulumi config set --path expected.spans 50";

describe("the queues of a long outage and the disk", () => {
  test.each([
    ["fit", { queueBytes: 9e9, disk }, undefined],
    ["fit as far as is known", { queueBytes: 9e9 }, undefined],
    [
      "may be large",
      { queueBytes: 12e9, disk },
      "warning outageBudget: with every backend away the queues grow to 12 GB on the engine's disk. Keep that much free, or ",
    ],
    [
      "do not fit now",
      { queueBytes: 31e9, disk },
      "warning outageBudget: with every backend away the queues grow to 31 GB and 30 GB are free in /var/lib/docker. Make room, or ",
    ],
    [
      "can never fit",
      { queueBytes: 81e9, disk },
      "error outageBudget: with every backend away the queues grow to 81 GB and the disk of /var/lib/docker has 100 GB; ",
    ],
    [
      "exceed what is allowed",
      { queueBytes: 2.5e9, allowedGb: 2, disk },
      "error outageBudget: with every backend away the queues grow to 2.5 GB and collector.disk allows 2 GB. Allow more, ",
    ],
    [
      "are allowed what the disk has not",
      { queueBytes: 81e9, allowedGb: 90, disk },
      "warning outageBudget: with every backend away the queues grow to 81 GB and 30 GB are free in /var/lib/docker. Make room, or ",
    ],
  ])("they %s", (_, room, said) => {
    const found = queueRoomProblem(room);
    expect(found && `${found.severity} ${found.message}`).toEqual(said && `${said}${less}`);
  });
});
