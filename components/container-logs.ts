import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/load.ts";
import { OWN_COLLECTOR } from "../config/schema.ts";
import { containerStreams } from "../config/services.ts";
import { STORE_NAMES, type StoreName } from "../config/stores.ts";
import type { LogFormat, LoggedContainer } from "../pipeline/logged-container.ts";
import { physicalName, type Scope } from "./docker/scope.ts";
import { serviceVersion, versionOf } from "./images.ts";

const STORE_FORMATS: Readonly<Record<StoreName, LogFormat>> = {
  postgres: "postgresql",
  redis: "redis",
  rabbitmq: "rabbitmq",
};

/** Containers whose logs are read through Docker: the stores made here, and services that send no records themselves. */
export function loggedContainers(
  scope: Scope,
  config: Pick<Config, "collector" | "containerLogs" | "ownImages" | "services" | StoreName>,
  imageOf: (name: StoreName) => string,
): readonly LoggedContainer[] {
  if (!config.containerLogs) return [];
  const container = (service: string) => ({ name: physicalName(scope, service), service });
  const stores = STORE_NAMES.flatMap((name) => {
    const store = config[name];
    if (store === "none" || !store.managed) return [];
    return [{ ...container(name), version: versionOf(imageOf(name)), format: STORE_FORMATS[name] }];
  });
  const services = config.services.flatMap((service): LoggedContainer[] => {
    const streams = containerStreams(service);
    if (streams.length === 0) return [];
    const format = service.kind === "nginx" ? "nginx" : "text";
    return [{ ...container(service.name), version: serviceVersion(config, service), format, streams }];
  });
  const all = [...stores, ...services];
  if (all.length === 0 || config.collector.image === OWN_COLLECTOR) return all;
  pulumi.log.warn(
    `containerLogs: the logs of ${all.map(({ service }) => service).join(", ")} are not read, which only the collector of this repository can. Set collector.image to ${OWN_COLLECTOR}, or: pulumi config set containerLogs false`,
  );
  return [];
}
