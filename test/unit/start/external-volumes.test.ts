import { describe, expect, test } from "vitest";
import type { Registration } from "../../../offline/registration.ts";
import { externalVolumesSentence } from "../../../start/preflight/external-volumes.ts";
import { hostPathsSentence } from "../../../start/preflight/host-paths.ts";
import { planOf } from "../../../start/preflight/plan.ts";

describe("a volume that the stack takes over", () => {
  test("is one that a container mounts and the program does not make", () => {
    const resource = (type: string, inputs: Registration["inputs"]): Registration => ({
      urn: type,
      type,
      name: "a",
      parent: "",
      custom: true,
      id: "1",
      options: {},
      outputs: {},
      inputs,
    });
    const mounts = ["theirs_pgdata", "ours"].map((volumeName) => ({ volumeName, containerPath: `/${volumeName}` }));
    const plan = planOf({
      registrations: [
        resource("docker:index/volume:Volume", { name: "ours" }),
        resource("docker:index/container:Container", {
          name: "db",
          volumes: [...mounts, { hostPath: "/srv", containerPath: "/srv" }],
        }),
      ],
    });
    expect(plan.volumes).toEqual(["ours"]);
    expect(plan.externalVolumes).toEqual(["theirs_pgdata"]);
    expect([...plan.hostPaths]).toEqual([["/srv", "db"]]);
  });

  test("exists, and is in use by nobody else: else one sentence says what to do", () => {
    expect(externalVolumesSentence([], [])).toBe("");
    expect(externalVolumesSentence(["shop_pg"], [])).toBe(
      "The volume shop_pg of the engine does not exist, and is named as external in services[].volumes: restore it, or write name in place of external for a new, empty one.",
    );
    const holders = [
      { volume: "shop_pg", container: "shop-db-1" },
      { volume: "shop_media", container: "shop-web-1" },
      { volume: "shop_media", container: "shop-db-1" },
    ];
    expect(externalVolumesSentence([], holders)).toBe(
      'The volumes shop_pg, shop_media are in use by shop-db-1, shop-web-1, and two that write the same data destroy it: stop what runs with "docker stop shop-db-1 shop-web-1" (nothing is removed), then run the same command again.',
    );
  });
});

test("a file that a container mounts and that is not there is named, before Docker makes a folder of it", () => {
  expect(hostPathsSentence(new Map())).toBe("");
  expect(hostPathsSentence(new Map([["/etc/shop/password.txt", "p-db"]]))).toBe(
    'Not on this machine, and named as host in services[].volumes: /etc/shop/password.txt (for p-db). Docker would make an empty folder there: mend the path, put the file there, or make a folder with "mkdir -p".',
  );
});
