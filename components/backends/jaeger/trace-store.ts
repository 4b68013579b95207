import type * as pulumi from "@pulumi/pulumi";
import { publishedUrl } from "../../docker/scope.ts";
import { type OnThisMachine, part } from "../part.ts";
import { jaegerConfig, jaegerMemory, TRACES_FOLDER } from "./jaeger-config.ts";

/** Where Jaeger answers questions, in the network of stores and published. */
export const TRACES_PORT = 16_686;

/** Where the collector sends spans. */
export const TRACES_INTAKE = "http://jaeger:4318/v1/traces";

/** Jaeger, which keeps spans for three days. @returns where it is read from the engine's machine */
export function traceStore(at: OnThisMachine, parent: pulumi.Resource): { readonly url: string } {
  const url = publishedUrl(at.scope, TRACES_PORT);
  const memory = jaegerMemory(at.imageOf("jaeger"));
  part(
    at,
    {
      image: "jaeger",
      user: "10001:10001",
      command: ["--config=/etc/jaeger/config.yaml"],
      env: { GOMEMLIMIT: `${memory.go}MiB` },
      files: [{ path: "/etc/jaeger/config.yaml", content: jaegerConfig() }],
      data: TRACES_FOLDER,
      memory: memory.container,
      stopSeconds: 30,
      ready: { url: `${url}/api/services` },
    },
    parent,
  );
  return { url };
}
