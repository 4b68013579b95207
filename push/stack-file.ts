import { isMap, parseDocument } from "yaml";
import { PROJECT } from "../cli/paths.ts";

const KEY = `${PROJECT}:ownImages`;

/**
 * A stack's file with the images that were pushed; everything else in it, comments too, stays as it was. Pure.
 * @param digests by name and hash; those that the stack used of the same images before go
 */
export function withOwnImages(text: string, registry: string, digests: Readonly<Record<string, string>>): string {
  const document = parseDocument(text);
  if (!isMap(document.get("config"))) document.set("config", document.createNode({}));
  const sorted = Object.fromEntries(Object.entries(digests).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  document.setIn(["config", KEY], document.createNode({ registry, digests: sorted }));
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** The digests that a stack's file has for a registry. Pure. */
export function ownDigests(text: string, registry: string): Readonly<Record<string, string>> {
  const { config } = (parseDocument(text).toJS() ?? {}) as {
    readonly config?: Readonly<
      Record<string, { readonly registry?: string; readonly digests?: Record<string, string> }>
    >;
  };
  const had = config?.[KEY];
  return had?.registry === registry ? (had.digests ?? {}) : {};
}
