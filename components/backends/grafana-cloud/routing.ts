import type * as pulumi from "@pulumi/pulumi";
import {
  type GrafanaRouting,
  grafanaRouting,
  hasSilence,
  type RoutingNames,
} from "../../../dashboards/render/grafana/routing.ts";
import type { Contact } from "../../contact.ts";
import { physicalName, type Scope } from "../../docker/scope.ts";
import { contactPoint } from "./contact-point.ts";
import { silence } from "./silence.ts";

export interface Routing {
  readonly settings: GrafanaRouting;
  /** What the settings name: rules are made after it, and go before it. */
  readonly made: readonly pulumi.Resource[];
}

/** Contact point and silence, as far as the rules need them. Their names are plain texts, so that rules are known at preview. */
export function makeRouting(
  name: string,
  args: { readonly scope: Scope; readonly contact: Contact | undefined; readonly calibration: boolean },
  at: pulumi.CustomResourceOptions,
): Routing {
  const { scope, contact, calibration } = args;
  const quiet = { contactPoint: physicalName(scope, "nobody"), muteTiming: physicalName(scope, "always") };
  const names: RoutingNames = { contact: physicalName(scope, "contact"), silence: quiet };
  const settings = grafanaRouting({ names, kind: contact?.kind, calibration });
  const person =
    contact !== undefined && settings.told?.contactPoint === names.contact
      ? [contactPoint(`${name}-contact`, { contact, as: names.contact }, at)]
      : [];
  return { settings, made: [...person, ...(hasSilence(settings) ? silence(name, quiet, at) : [])] };
}
