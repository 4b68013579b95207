import * as grafana from "@pulumi/grafana";
import type * as pulumi from "@pulumi/pulumi";
import type { Contact } from "../../contact.ts";

/**
 * A contact point of Grafana. Its address is the property's only content, so the property is as secret as the address is.
 * @param as its name in Grafana
 */
export function contactPoint(
  name: string,
  { contact, as }: { readonly contact: Contact; readonly as: string },
  at: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return new grafana.alerting.ContactPoint(name, { name: as, ...integrationOf(contact) }, at);
}

/** The argument of `grafana.alerting.ContactPoint` that names the kind of contact. */
export function integrationOf(contact: Contact): Omit<grafana.alerting.ContactPointArgs, "name"> {
  switch (contact.kind) {
    case "discord":
      return { discords: [{ url: contact.url }] };
    case "slack":
      return { slacks: [{ url: contact.url }] };
    case "webhook":
      return { webhooks: [{ url: contact.url }] };
    case "email":
      return { emails: [{ addresses: [...contact.addresses] }] };
    default:
      return contact satisfies never;
  }
}
