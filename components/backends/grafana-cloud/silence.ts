import * as grafana from "@pulumi/grafana";
import type * as pulumi from "@pulumi/pulumi";
import type { RoutingNames } from "../../../dashboards/render/grafana/routing.ts";
import { contactPoint } from "./contact-point.ts";

/** What silent rules are routed to: a mute timing that never ends, and a contact point that could reach nobody even without it. */
export function silence(
  name: string,
  names: NonNullable<RoutingNames["silence"]>,
  at: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const nobody = { kind: "email", addresses: ["nobody@example.invalid"] } as const;
  return [
    contactPoint(`${name}-nobody`, { contact: nobody, as: names.contactPoint }, at),
    new grafana.alerting.MuteTiming(
      `${name}-always`,
      { name: names.muteTiming, intervals: [{ times: [{ start: "00:00", end: "24:00" }] }] },
      at,
    ),
  ];
}
