import { z } from "zod";

const LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?";
const PREFIX = new RegExp(`^${LABEL}(\\.${LABEL})*(:\\d{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$`);

/** A reference's first part is a registry only with a dot or a port in it; otherwise Docker Hub is asked, where anyone may own the name. */
const isRegistry = (text: string): boolean => PREFIX.test(text) && /[.:]/.test(text.split("/")[0] ?? "");

/**
 * Where the images that this repository builds were pushed to (`npm run push`), and the digest of each there. With a registry all of
 * them are deployed from it by digest; without one they are built on the engine that runs them.
 */
export const ownImages = z.strictObject({
  /** Host and path that they were pushed to. */
  registry: z
    .string()
    .refine(isRegistry, "a registry's host with a dot or a port, and a path, such as registry.example.org/team")
    .optional(),
  /** Digest of each image, by its name and the hash of its inputs: a digest of other inputs is not taken for these. */
  digests: z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]*:[0-9a-f]{12}$/, "an image's name and hash, as npm run images prints them"),
      z.string().regex(/^sha256:[0-9a-f]{64}$/, "a digest such as sha256:<64 hexadecimal digits>"),
    )
    .default({}),
});

export type OwnImages = z.infer<typeof ownImages>;
