/** How a person or a service can be notified of alerts. The address of all but `email` is a secret: `alertWebhook`. */
export const CONTACT_KINDS = ["discord", "slack", "email", "webhook"] as const;
export type ContactKind = (typeof CONTACT_KINDS)[number];
