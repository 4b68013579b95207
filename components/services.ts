import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/load.ts";
import type { ServiceConfig } from "../config/services.ts";
import { Collector } from "./collector.ts";
import type { Datastores } from "./datastores/index.ts";
import { publishedUrl, type Scope } from "./docker/scope.ts";
import { resolveImage, serviceVersion } from "./images.ts";
import { References } from "./references.ts";
import { Service, type ServiceArgs } from "./service.ts";

/** The application's containers, each after the stores that its environment names. */
export function createServices(
  { services, namespace }: Pick<Config, "services" | "namespace">,
  at: { readonly scope: Scope; readonly network: pulumi.Input<string>; readonly stores: Datastores },
  opts: pulumi.ComponentResourceOptions,
): readonly Service[] {
  const texts = services.flatMap((service) => Object.values(service.env));
  const references = new References("references", { stores: at.stores.byName, texts }, opts);
  return services.map(
    ({ name, image, version, env, command, publish, health, stubStatus: _, role: __, ...service }) => {
      const args: ServiceArgs = {
        ...service,
        scope: at.scope,
        network: at.network,
        image: resolveImage(image),
        version: serviceVersion({ version, image }),
        namespace,
        intake: Collector.intake,
        env: references.fill(name, env),
        after: references.storesIn(env).flatMap((store) => store.ready),
        ...(command && { command }),
        ...(publish && { publish }),
        ...(health && { health }),
      };
      return new Service(name, args, opts);
    },
  );
}

/** Where a service is opened on this machine; null when it is not published (an output that is undefined is a warning). */
export const publishedAt = (services: readonly ServiceConfig[], name: string, scope: Scope): string | null => {
  const publish = services.find((service) => service.name === name)?.publish;
  return publish === undefined ? null : publishedUrl(scope, publish.as);
};
