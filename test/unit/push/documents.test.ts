import { describe, expect, test } from "vitest";
import { provenanceOf } from "../../../push/provenance.ts";
import { sbomOf } from "../../../push/sbom.ts";
import { ownDigests, withOwnImages } from "../../../push/stack-file.ts";

const image = {
  name: "collector",
  hash: "0123456789ab",
  repository: "registry.example.org:5000/team/collector",
  digest: `sha256:${"a".repeat(64)}`,
};

test("a bill of materials names each package by its URL", () => {
  const text = sbomOf(image, [
    { kind: "deb", name: "libstdc++6", version: "14.2.0-19", architecture: "amd64" },
    { kind: "golang", name: "go.opentelemetry.io/collector/component", version: "v1.51.0" },
    { kind: "npm", name: "@lezer/lr", version: "1.4.12", licence: "MIT", bundled: true },
    { kind: "pypi", name: "wrapt", version: "2.0.1", licence: "BSD-2-Clause" },
  ]);
  const { components, metadata } = JSON.parse(text);
  expect(components.map(({ purl }: { purl: string }) => purl)).toEqual([
    "pkg:deb/debian/libstdc%2B%2B6@14.2.0-19?arch=amd64",
    "pkg:golang/go.opentelemetry.io/collector/component@v1.51.0",
    "pkg:npm/%40lezer/lr@1.4.12",
    "pkg:pypi/wrapt@2.0.1",
  ]);
  expect(components[2]).toMatchObject({
    licenses: [{ license: { name: "MIT" } }],
    properties: [{ name: "known-from", value: "package-lock.json of the build, which bundles it" }],
  });
  expect(metadata.component.purl).toBe(
    `pkg:oci/collector@sha256%3A${"a".repeat(64)}?repository_url=registry.example.org%3A5000%2Fteam%2Fcollector&tag=0123456789ab`,
  );
});

test("provenance says the digest, the commit, and that files differed from it", () => {
  const source = { commit: "c".repeat(40), modified: true, builder: "urn:here" };
  expect(JSON.parse(provenanceOf(image, ["go:111111111111"], source))).toEqual({
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: image.repository, digest: { sha256: "a".repeat(64) } }],
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: "urn:game-scheduler-otel:image:1",
        externalParameters: { image: "collector", inputs: "0123456789ab" },
        internalParameters: { modified: true },
        resolvedDependencies: [{ name: "source", digest: { gitCommit: "c".repeat(40) } }, { name: "go:111111111111" }],
      },
      runDetails: { builder: { id: "urn:here" } },
    },
  });
});

describe("the stack's file", () => {
  const before =
    "# about it\nconfig:\n  game-scheduler-otel:backend: jaeger # here\n  game-scheduler-otel:services: []\n";
  const after = withOwnImages(before, "registry.example.org/team", {
    "web:222222222222": "sha256:b",
    "collector:111111111111": "sha256:a",
  });

  test("keeps all else, comments too", () => {
    expect(after).toBe(`${before}  game-scheduler-otel:ownImages:
    registry: registry.example.org/team
    digests:
      collector:111111111111: sha256:a
      web:222222222222: sha256:b
`);
  });

  test("gives back the digests of that registry and of no other", () => {
    expect(Object.keys(ownDigests(after, "registry.example.org/team"))).toEqual([
      "collector:111111111111",
      "web:222222222222",
    ]);
    expect(ownDigests(after, "registry.example.org/other")).toEqual({});
    expect(ownDigests("", "registry.example.org/team")).toEqual({});
  });

  test("is filled where it was empty, and forgets digests that are replaced", () => {
    expect(withOwnImages("", "r.example/t", { "a:1": "sha256:c" })).toContain("registry: r.example/t");
    expect(withOwnImages(after, "r.example/t", { "a:1": "sha256:c" })).not.toContain("registry.example.org");
  });
});
