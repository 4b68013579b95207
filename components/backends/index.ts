import type * as pulumi from "@pulumi/pulumi";
import type { BackendKind } from "../../config-schema.ts";
import type { Backend, BackendArgs } from "./backend.ts";
import { Jaeger } from "./jaeger/index.ts";
import { Lgtm } from "./lgtm.ts";

/** The backend of that kind. A new kind is one case here, one file beside it, one name in `config-schema.ts`. */
export function createBackend(kind: BackendKind, args: BackendArgs, opts: pulumi.ComponentResourceOptions): Backend {
  switch (kind) {
    case "jaeger":
      return new Jaeger("jaeger", args, opts);
    case "lgtm":
      return new Lgtm("lgtm", args, opts);
    default:
      return kind satisfies never;
  }
}
