import { expect, test } from "vitest";
import { commentsOf, roleInWords, versionInWords } from "../../../lint/comments.ts";
import { lint } from "../../../lint/lint.ts";

test.each([
  ["# central gateway, receives from the agents of all hosts", "gateway"],
  ["# otel-gateway Deployment (3 replicas)", "gateway"],
  ["# Sidecar next to one container, hands everything to the gateway", "agent"],
  ["# Linux VM agent, forwards to the regional gateway", "agent"],
  ["# Two regions: everything goes to the near gateway", undefined],
  ["# mutual TLS towards the gateway", undefined],
  ["receivers: {} # gateway", undefined],
])("%s", (text, role) => {
  expect(roleInWords(commentsOf(`${text}\nreceivers: {}\n`))).toBe(role);
});

test.each([
  ["# collector contrib 0.160; TLS ends at the ingress\n", "0.160.0"],
  ["# docker run otel/opentelemetry-collector-contrib:0.141.0\n", "0.141.0"],
  ["# localhost is the default since collector 0.104\n", undefined],
  ["receivers: {}\n", undefined],
])("the version that %s names", (text, version) => {
  expect(versionInWords(text)).toBe(version);
});

test("the version of the file comes before the one that is usual, and behind one that was asked for", () => {
  const text =
    "# collector contrib 0.160\nextensions:\n  basicauth: {client_auth: {username_file: /a, password_file: /b}}\n";
  const ids = (isFixed: boolean) =>
    lint([{ name: "a.yaml", text }], { version: "0.141.0", isFixed }).map(({ id }) => id);
  expect(ids(false)).not.toContain("key-of-other-version");
  expect(ids(true)).toContain("key-of-other-version");
});
