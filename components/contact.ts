import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/load.ts";

/** The mail server of contact email, where the backend has none of its own. */
export type MailServer = NonNullable<Config["alerts"]["smtp"]> & {
  /** Of `user`; undefined where the server takes mail without signing in. */
  readonly password?: pulumi.Output<string>;
};

/** Who is notified of an alert, and how. The address of a webhook is a secret: whoever has it can post. */
export type Contact =
  | { readonly kind: "email"; readonly addresses: readonly string[]; readonly smtp?: MailServer }
  | { readonly kind: "discord" | "slack" | "webhook"; readonly url: pulumi.Output<string> };

type ContactConfig = Pick<Config, "alerts" | "secret">;

/**
 * The contact that the stack names; undefined: rules run, nobody is notified.
 * @throws pulumi.RunError when its address is missing
 */
export function contactOf(config: ContactConfig): Contact | undefined {
  const { contact, email, smtp } = config.alerts;
  switch (contact) {
    case "none":
      return undefined;
    case "email":
      if (email.length > 0)
        return { kind: contact, addresses: [...email].sort(), ...(smtp && { smtp: mailServer(smtp, config) }) };
      throw new pulumi.RunError(
        "alerts.email: not set, but alerts.contact is email. Set it with: pulumi config set --path 'alerts.email[0]' <address>",
      );
    case "discord":
    case "slack":
    case "webhook": {
      const url = config.secret("alertWebhook");
      if (url) return { kind: contact, url: pulumi.secret(url) };
      throw new pulumi.RunError(
        `alertWebhook: not set, but alerts.contact is ${contact}. Set it with: pulumi config set --secret alertWebhook`,
      );
    }
    default:
      return contact satisfies never;
  }
}

/**
 * Where the dead-man's switch is posted to: the service that waits for it, else the contact where that is a webhook.
 * Undefined: it is seen in the backend only.
 */
export function heartbeatOf(config: ContactConfig, contact: Contact | undefined): pulumi.Output<string> | undefined {
  const own = config.secret("heartbeatWebhook");
  if (own !== undefined) return pulumi.secret(own);
  return contact?.kind === "webhook" ? contact.url : undefined;
}

function mailServer(smtp: NonNullable<Config["alerts"]["smtp"]>, { secret }: ContactConfig): MailServer {
  if (smtp.user === undefined) return smtp;
  const password = secret("smtpPassword");
  if (password) return { ...smtp, password: pulumi.secret(password) };
  throw new pulumi.RunError(
    "smtpPassword: not set, but alerts.smtp.user is. Set it with: pulumi config set --secret smtpPassword",
  );
}
