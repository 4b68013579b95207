import { z } from "zod";
import { duration, line } from "./values.ts";

/** Shape of what the stack's configuration says about `npm run release`. Pure. */
export const guard = z.strictObject({
  /** From the begin of a deployment: by then it is decided. */
  within: duration.refine((seconds) => seconds >= 30 && seconds <= 3600, "30s to 1h").prefault("3m"),
  /** How long a release is watched at least, from when all of it runs. */
  watch: duration.refine((seconds) => seconds >= 10 && seconds <= 3600, "10s to 1h").prefault("45s"),
  /** What becomes of a release that is well as far as is known, while a backend cannot be asked. */
  undecided: z.enum(["keep", "rollback"]).default("keep"),
  /** Per cent of the items of a signal that may be lost or refused at one stage of their way, as the loss ledger counts them. */
  loss: z.number().min(0).max(100).default(1),
  /** What is asked for meanwhile, again and again: `<service>/<path>`. Default: the light traffic of `drive`, else front pages. */
  requests: z
    .array(z.string().regex(/^[a-z][a-z0-9-]{0,39}\/\S*$/, "a published service and a path, such as api/orders?page=1"))
    .default([]),
  /** Texts that the application handles and that must be in no telemetry, such as the address of a customer who does not exist. */
  canaries: z.array(line.min(8)).default([]),
});
