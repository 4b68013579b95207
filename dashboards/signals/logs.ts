import { logRate } from "../model/build.ts";
import { signal } from "../model/signal.ts";

export const errorLogs = signal("error-logs", {
  name: "Error records",
  unit: "records/s",
  meaning: "Log records of severity error or worse per second, by service",
  value: logRate("error", { by: ["service.name"] }),
});

export const logVolume = signal("log-volume", {
  name: "Log records",
  unit: "records/s",
  meaning: "Log records per second, by service",
  value: logRate("info", { by: ["service.name"] }),
});
