import { logRate } from "../model/build.ts";
import { signal } from "../model/signal.ts";

export const logVolume = signal(
  "log-volume",
  "Log records",
  "records/s",
  "Log records per second, by service; a service in trouble writes more",
  logRate("info", { by: ["service.name"] }),
);

export const errorLogs = signal(
  "error-logs",
  "Error records",
  "records/s",
  "Log records of severity error or worse per second, by service",
  logRate("error", { by: ["service.name"] }),
);
