import { logRate } from "../model/build.ts";
import { signal } from "../model/signal.ts";

export const errorLogs = signal(
  "error-logs",
  "Error records",
  "records/s",
  "Log records of severity error or worse per second, by service",
  logRate("error", { by: ["service.name"] }),
);
