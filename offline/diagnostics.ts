import engine from "@pulumi/pulumi/proto/engine_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Book } from "./book.ts";
import type { Diagnostic } from "./registration.ts";

/** The service a program logs to. Debug messages are dropped, as the CLI does by default. */
export function engineService(book: Book) {
  return {
    log: (request: engine.LogRequest) => {
      const severity = severityOf(request.getSeverity());
      if (severity !== undefined) {
        book.addDiagnostic({ severity, message: request.getMessage().trimEnd(), urn: request.getUrn() });
      }
      return new empty.Empty();
    },
    getRootResource: () => {
      const response = new engine.GetRootResourceResponse();
      response.setUrn(book.rootUrn);
      return response;
    },
    setRootResource: (request: engine.SetRootResourceRequest) => {
      book.rootUrn = request.getUrn();
      return new engine.SetRootResourceResponse();
    },
    startDebugging: () => new empty.Empty(),
    // No CLI is involved, so there is no version to refuse.
    requirePulumiVersion: () => new engine.RequirePulumiVersionResponse(),
  };
}

function severityOf(severity: engine.LogSeverity): Diagnostic["severity"] | undefined {
  switch (severity) {
    case engine.LogSeverity.DEBUG:
      return undefined;
    case engine.LogSeverity.INFO:
      return "info";
    case engine.LogSeverity.WARNING:
      return "warning";
    case engine.LogSeverity.ERROR:
      return "error";
    default:
      return "info";
  }
}
