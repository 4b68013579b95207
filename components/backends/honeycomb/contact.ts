import type { Contact } from "../../contact.ts";
import { type HoneycombOptions, type Recipient, WebhookRecipient, type WebhookRecipientArgs } from "./resources.ts";

/**
 * Who is notified; nobody without a contact. Slack's own recipient takes an OAuth consent in Honeycomb's pages, so a webhook does it.
 * @param label names a webhook among those of the whole team
 */
export function recipients(
  name: string,
  contact: Contact | undefined,
  label: string,
  opts: HoneycombOptions,
): readonly Recipient[] {
  if (contact === undefined) return [];
  switch (contact.kind) {
    case "email":
      return contact.addresses.map((target) => ({ type: "email", target }));
    case "discord":
    case "slack":
    case "webhook": {
      const args = { name: label, url: contact.url, templates: TEMPLATES[contact.kind] };
      return [{ id: new WebhookRecipient(`${name}-${contact.kind}`, args, opts).id }];
    }
    default:
      return contact satisfies never;
  }
}

type Templates = WebhookRecipientArgs["templates"];

/** One text for both kinds of alert. */
const both = (body: string): Templates => [
  { type: "exhaustion_time", body },
  { type: "trigger", body },
];

/** Discord and Slack refuse what is not shaped their way. `toJson` quotes, so that a quotation mark in a name does no harm. */
const TEMPLATES: Readonly<Record<"discord" | "slack" | "webhook", Templates>> = {
  discord: both(
    '{"content": {{ toJson .Alert.Summary }}, "embeds": [{"title": {{ toJson .Name }}, "url": {{ toJson .URL }}}]}',
  ),
  slack: both(
    '{"text": {{ toJson .Alert.Summary }}, "attachments": [{"title": {{ toJson .Name }}, "title_link": {{ toJson .URL }}}]}',
  ),
  webhook: [],
};
