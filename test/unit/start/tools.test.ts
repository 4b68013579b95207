import { describe, expect, test } from "vitest";
import { reasonOf, withSalt } from "../../../start/deploy/pulumi.ts";
import { debianMirror, isNewEnough, newerSuiteList, parseSources } from "../../../start/tools/compose-package.ts";
import { hasPlugin } from "../../../start/tools/pulumi.ts";

test.each([
  ["2.20.0", true],
  ["2.26.1-4", true],
  ["5.0.1", true],
  ["2.19.9", false],
  ["1.29.2-3", false],
  ["(none)", false],
  ["", false],
])("Docker Compose %s is new enough: %s", (version, enough) => {
  expect(isNewEnough(version)).toBe(enough);
});

describe("a newer Debian suite on the machine's own mirror", () => {
  const listing = [
    "http://mirror.example/debian-security/\tbookworm-security",
    "http://mirror.example/debian/\tbookworm-updates",
    "http://mirror.example/debian/\tbookworm",
    "",
  ].join("\n");

  test("is taken from the main archive, not from security or updates", () => {
    expect(debianMirror(parseSources(listing))).toBe("http://mirror.example/debian/");
  });

  test("is checked with Debian's key ring where there is one", () => {
    expect(newerSuiteList("http://mirror.example/debian/", "/keys/debian.gpg")).toBe(
      "deb [signed-by=/keys/debian.gpg] http://mirror.example/debian/ trixie main\n",
    );
  });

  test("does not exist on Ubuntu", () => {
    expect(debianMirror(parseSources("http://mirror.example/ubuntu/\tnoble\n"))).toBeUndefined();
  });
});

describe("Pulumi", () => {
  const listing = JSON.stringify([{ name: "docker", kind: "resource", version: "5.2.0" }]);

  test("a plugin counts only in the version that the SDK asks for", () => {
    expect(hasPlugin(listing, { name: "docker", version: "5.2.0" })).toBe(true);
    expect(hasPlugin(listing, { name: "docker", version: "5.3.0" })).toBe(false);
    expect(hasPlugin(listing, { name: "random", version: "5.2.0" })).toBe(false);
    expect(hasPlugin("not JSON", { name: "docker", version: "5.2.0" })).toBe(false);
  });

  test("the local copy of a stack's config has the local stack's salt and nothing of another encryption", () => {
    const committed = "encryptionsalt: v1:theirs\nconfig:\n  a: b\n";
    expect(withSalt(committed, "encryptionsalt: v1:ours")).toBe("encryptionsalt: v1:ours\nconfig:\n  a: b\n");
  });

  test("the reason of a failed update is the error that caused it, not the summary", () => {
    const stdout =
      "Diagnostics:\n  docker:index:Container (api):\n    error: port is already allocated\n  pulumi:pulumi:Stack (x):\n    error: update failed\n";
    expect(reasonOf({ code: 1, stdout, stderr: "", timedOut: false })).toBe("port is already allocated");
  });

  test("is what a provider lists, where it only counts on the line of the error", () => {
    const stdout = [
      "  docker:index:Container (deployment):",
      "    error: 1 error occurred:",
      "    \t* deleting urn:pulumi:dev::p::docker:index/container:Container::deployment: 1 error occurred:",
      "    \t* Error stopping container 0a1b: context deadline exceeded",
      "",
      "    * no part of it",
    ].join("\n");
    expect(reasonOf({ code: 1, stdout, stderr: "", timedOut: false })).toBe(
      "deleting urn:pulumi:dev::p::docker:index/container:Container::deployment: Error stopping container 0a1b: context deadline exceeded",
    );
  });
});
