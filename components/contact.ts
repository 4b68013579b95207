import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/load.ts";

/** Who is notified of an alert, and how. The address of a webhook is a secret: whoever has it can post. */
export type Contact =
  | { readonly kind: "email"; readonly addresses: readonly string[] }
  | { readonly kind: "discord" | "slack" | "webhook"; readonly url: pulumi.Output<string> };

/**
 * The contact that the stack names; undefined: rules run, nobody is notified.
 * @throws pulumi.RunError when its address is missing
 */
export function contactOf(config: Pick<Config, "alerts" | "secret">): Contact | undefined {
  const { contact, email } = config.alerts;
  switch (contact) {
    case "none":
      return undefined;
    case "email":
      if (email.length > 0) return { kind: contact, addresses: [...email].sort() };
      throw new pulumi.RunError(
        "alerts.email: not set, but alerts.contact is email. Set it with: pulumi config set --path 'alerts.email[0]' <address>",
      );
    case "discord":
    case "slack":
    case "webhook": {
      const url = config.secret("alertWebhook");
      if (url) return { kind: contact, url: pulumi.secret(url) };
      throw new pulumi.RunError(
        `alertWebhook: not set, but alerts.contact is ${contact}. Set it with: pulumi config set --secret alertWebhook <address>`,
      );
    }
    default:
      return contact satisfies never;
  }
}
