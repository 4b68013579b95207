import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { contactFiles, localRules } from "../../../components/backends/grafana-alerting.ts";
import { integrationOf } from "../../../components/backends/grafana-cloud/contact.ts";
import type { Contact } from "../../../components/contact.ts";
import { exampleContent } from "../../support/content.ts";

const URL = "https://hooks.example/canary";
const url = pulumi.secret(URL);
const by = (kind: "discord" | "slack" | "webhook"): Contact => ({ kind, url });
const mail: Contact = { kind: "email", addresses: ["a@games.example", "b@games.example"] };

const plain = <T>(output: pulumi.Input<T>): Promise<T> =>
  new Promise((resolve) => pulumi.output(output).apply((value) => resolve(value as T)));

describe("a contact", () => {
  test.each([
    ["discord", "discords"],
    ["slack", "slacks"],
    ["webhook", "webhooks"],
  ] as const)("%s is %s of a contact point, its address still secret", async (kind, property) => {
    const integration = integrationOf(by(kind));
    expect(Object.keys(integration)).toEqual([property]);
    expect(await pulumi.isSecret(pulumi.output(integration[property]))).toBe(true);
    expect(await plain(integration[property])).toEqual([{ url: URL }]);
  });

  test("email is a list of addresses", () => {
    expect(integrationOf(mail)).toEqual({ emails: [{ addresses: mail.addresses }] });
  });

  test.each(["discord", "slack", "webhook"] as const)("%s is a file that is as secret as its address", async (kind) => {
    const [file] = contactFiles(by(kind), { content: exampleContent }, "/home");
    expect(file).toMatchObject({ path: "/home/provisioning/alerting/contact.yaml", mode: "0400" });
    expect(await pulumi.isSecret(pulumi.output(file?.content))).toBe(true);
    expect(parse(await plain(file?.content ?? "")).contactPoints[0].receivers[0]).toMatchObject({
      type: kind,
      settings: { url: URL },
    });
  });

  test("is no file where nobody is notified", () => {
    expect(contactFiles(undefined, { content: exampleContent })).toEqual([]);
    expect(contactFiles(mail, { content: exampleContent, calibration: true })).toEqual([]);
  });
});

test("a Grafana on this machine leaves silent rules to its own empty policies, and links to itself", () => {
  const rules = localRules({ environment: "dev", content: exampleContent, calibration: true }, mail, {
    url: "http://127.0.0.1:3000",
  });
  expect(rules).toMatchObject({ routing: {}, grafanaUrl: "http://127.0.0.1:3000" });
  expect(
    localRules({ environment: "dev", content: exampleContent }, mail, { url: "x" }).routing.notified?.contactPoint,
  ).toBe("game-scheduler");
});
