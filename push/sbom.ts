import type { Package } from "./packages.ts";

/** An image that is in a registry. */
export interface PushedImage {
  /** `collector` */
  readonly name: string;
  /** Hash of what it was built from. */
  readonly hash: string;
  /** `registry.example.org/team/collector` */
  readonly repository: string;
  /** `sha256:…` */
  readonly digest: string;
}

export const SBOM_TYPE = "application/vnd.cyclonedx+json";

/** The parts of a container image, as CycloneDX 1.6. Pure: the same image and packages give the same text. */
export function sbomOf(image: PushedImage, packages: readonly Package[]): string {
  const { name, hash, repository, digest } = image;
  const purl = `pkg:oci/${name}@${encodeURIComponent(digest)}?repository_url=${encodeURIComponent(repository)}&tag=${hash}`;
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: { "bom-ref": purl, type: "container", name, version: hash, purl },
      properties: [
        {
          name: "known-from",
          value: "files of the image: dpkg, dist-info, package.json, build information of Go programs",
        },
        { name: "not-listed", value: "files that no package manager installed" },
      ],
    },
    components: packages.map(component),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function component(each: Package) {
  const { name, version, licence, bundled } = each;
  const purl = packageUrl(each);
  return {
    "bom-ref": purl,
    type: "library",
    name,
    version,
    purl,
    ...(licence !== undefined && { licenses: [{ license: { name: licence } }] }),
    ...(bundled && { properties: [{ name: "known-from", value: "package-lock.json of the build, which bundles it" }] }),
  };
}

/** https://github.com/package-url/purl-spec: each part of a path encoded by itself. */
function packageUrl({ kind, name, version, architecture }: Package): string {
  const parts = name.split("/").map(encodeURIComponent).join("/");
  const space = kind === "deb" ? "debian/" : "";
  const query = architecture === undefined ? "" : `?arch=${architecture}`;
  return `pkg:${kind}/${space}${parts}@${encodeURIComponent(version)}${query}`;
}
