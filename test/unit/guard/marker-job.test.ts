import { expect, test } from "vitest";
import { logsOf } from "../../../guard/look/running.ts";
import { jobArguments } from "../../../guard/marker-job.ts";

test("marks of a release are sent by a job with image, user, network and files of the service that marks deployments", () => {
  const service = {
    ContainerSpec: {
      Image: "shop/api:1",
      User: "10001:10001",
      Configs: [{ ConfigName: "shop-record.json-0a1b", File: { Name: "/deployment/record.json" } }],
    },
    Networks: [{ Target: "net1" }],
  };
  const args = jobArguments("shop-marks-1", service, "/private/marks.env");
  expect(args.slice(-3)).toEqual(["--entrypoint", "python3", "shop/api:1"]);
  expect(args.join(" ")).toContain(
    "--user 10001:10001 --network net1 --config source=shop-record.json-0a1b,target=/deployment/record.json",
  );
  expect(args.join(" ")).toContain("--mode replicated-job --restart-condition none");
  expect(args.join(" ")).toContain("--env-file /private/marks.env");
  expect(jobArguments("m", { ContainerSpec: { Image: "shop/api:1" } }, "f")).not.toContain("--user");
});

test("the log of a task is that of its service, by whichever tool it was deployed", () => {
  expect(logsOf("prod", "containers", { name: "api", id: "0a1b" })).toEqual([["logs", "0a1b"]]);
  expect(logsOf("prod", "swarm", { name: "api.2", id: "0a1b.2" })).toEqual([
    ["service", "logs", "--raw", "game-scheduler-otel-prod-api"],
    ["service", "logs", "--raw", "game-scheduler-otel-prod_api"],
  ]);
});
