import * as newrelic from "@pulumi/newrelic";
import * as pulumi from "@pulumi/pulumi";
import type { Contact } from "../../contact.ts";
import type { InAccount } from "./keys.ts";

export interface NotificationArgs {
  readonly accountId: string;
  /** Names destination, channel and workflow in the account. */
  readonly title: string;
  readonly contact: Contact;
  /** Only their issues are sent. */
  readonly policyIds: readonly pulumi.Input<string>[];
}

/** Notifies the contact of the issues of some policies: a destination, a channel to it, and the workflow that picks the issues. */
export class Notification extends pulumi.ComponentResource {
  constructor(name: string, { accountId, title, contact, policyIds }: NotificationArgs, opts: InAccount) {
    super("game-scheduler-otel:backends:NewRelicNotification", name, { accountId, title }, { parent: opts.parent });
    const at = { parent: this, provider: opts.provider };
    const type = contact.kind === "email" ? "EMAIL" : "WEBHOOK";
    const destination = new newrelic.NotificationDestination(
      name,
      { accountId, name: title, type, ...destinationOf(contact) },
      // The provider does not mark the address as secret.
      { ...at, additionalSecretOutputs: ["secureUrl"] },
    );
    const channel = new newrelic.NotificationChannel(
      name,
      { accountId, name: title, type, product: "IINT", destinationId: destination.id, properties: messageOf(contact) },
      at,
    );
    const workflow = new newrelic.Workflow(
      name,
      {
        accountId,
        name: title,
        mutingRulesHandling: "DONT_NOTIFY_FULLY_MUTED_ISSUES",
        destinations: [{ channelId: channel.id, notificationTriggers: ["ACTIVATED", "CLOSED"] }],
        issuesFilter: {
          name: title,
          type: "FILTER",
          predicates: [{ attribute: "labels.policyIds", operator: "EXACTLY_MATCHES", values: [...policyIds] }],
        },
      },
      at,
    );
    this.registerOutputs({ workflowId: workflow.id });
  }
}

type Destination = Pick<newrelic.NotificationDestinationArgs, "properties" | "secureUrl">;

/** What is shown of an address and what is hidden. The dummy of a preview without secrets is no address and hidden as a whole. */
export function addressParts(address: string): { readonly prefix: string; readonly secureSuffix: string } {
  const origin = URL.parse(address)?.origin;
  if (origin === undefined) return { prefix: "https://", secureSuffix: address };
  return { prefix: `${origin}/`, secureSuffix: address.slice(origin.length + 1) };
}

/** Where to. The address of a webhook is given in the part that New Relic hides. */
function destinationOf(contact: Contact): Destination {
  if (contact.kind === "email") return { properties: [{ key: "email", value: contact.addresses.join(",") }] };
  const secureUrl = contact.url.apply(addressParts);
  // Required, and otherwise empty: this one the provider adds by itself, so that it is no difference.
  const source = { key: "source", value: "terraform", label: "terraform-source-internal" };
  return { properties: [source], secureUrl };
}

/** Handlebars; `json` quotes what it writes. Slack's own destination takes an OAuth consent in New Relic's pages, so a webhook does it. */
function messageOf({ kind }: Contact): { key: string; value: string; label?: string }[] {
  const title = "{{ json annotations.title.[0] }}";
  const page = "{{ json issuePageUrl }}";
  const state = "{{ json state }}";
  const payload = (value: string) => [{ key: "payload", label: "Payload Template", value }];
  switch (kind) {
    case "email":
      return [{ key: "subject", value: "{{ state }}: {{ annotations.title.[0] }}" }];
    case "discord":
      return payload(
        `{"embeds": [{"title": ${title}, "url": ${page}, "fields": [{"name": "State", "value": ${state}}]}]}`,
      );
    case "slack":
      return payload(
        `{"text": ${title}, "attachments": [{"title": ${title}, "title_link": ${page}, "fields": [{"title": "State", "value": ${state}}]}]}`,
      );
    case "webhook":
      return payload(
        `{"title": ${title}, "state": ${state}, "priority": {{ json priority }}, "issue": {{ json issueId }}, "url": ${page}}`,
      );
    default:
      return kind satisfies never;
  }
}
