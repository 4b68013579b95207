import { z } from "zod";
import { CONTACT_KINDS } from "../vendors/contacts.ts";
import { line, serverAddress, url } from "./values.ts";

/** Shapes of what the stack's configuration says about alerts and objectives. Pure. */

export const CONTACTS = ["none", ...CONTACT_KINDS] as const;

export const alerts = z.strictObject({
  /** How people are notified; `none`: alerts are seen in the backend only. */
  contact: z.enum(CONTACTS).default("none"),
  /** Addresses that are written to; contact email only. */
  email: z.array(z.email("an e-mail address")).default([]),
  /** Mail server that takes the e-mails, for backends that have none of their own. */
  smtp: z
    .strictObject({
      /** Host and port. */
      server: serverAddress,
      /** Sender of the mails. */
      from: z.email("an e-mail address"),
      /** Name to sign in with; the password is the secret `smtpPassword`. Default: no sign-in. */
      user: line.min(1).optional(),
      /** Whether a server without TLS is refused. */
      requireTls: z.boolean().default(true),
    })
    .optional(),
  /** Deploy every rule silent: it runs and is seen, and nobody is notified, until its threshold has proven itself. */
  calibration: z.boolean().default(false),
  /** Texts in the names of queues that hold messages on purpose: no consumer and old messages are no trouble there. */
  parkedQueues: z
    .array(line.min(1))
    .default([
      ...[
        "dlq",
        "dlx",
        "dead-letter",
        "dead_letter",
        "deadletter",
        "dead.letter",
        "parked",
        "parking",
        "_error",
        "_skipped",
      ],
    ]),
  /**
   * Where people read this project's `docs/runbooks/`, such as `https://github.com/acme/telemetry/blob/main`: alerts then link to their pages;
   * default: they name the path in the project.
   */
  runbooks: url.optional(),
});

/** Targets between 0 and 1 by the id of an objective of this stack, such as `api-latency: 0.99`; ids are judged by `contentOf`. */
export const objectives = z.record(z.string(), z.number().gt(0).lt(1));

export const alertKeys = {
  alerts: alerts
    .prefault({})
    .describe(
      "Who is notified: contact none, discord, slack, email or webhook; calibration true runs all rules without notifying anybody",
    ),
  objectives: objectives
    .prefault({})
    .describe(
      "Targets of service level objectives, between 0 and 1 by id, such as { api-latency: 0.99 }; the others keep their default",
    ),
} as const;

/** Secret that only contacts need, with its sentence. */
export const ALERT_SECRETS = {
  alertWebhook: "Alerts with contact discord, slack or webhook - the address that is posted to",
  heartbeatWebhook: "Alerts - the address that the dead-man's switch is posted to, where a service waits for it",
  smtpPassword: "Alerts with contact email - password of alerts.smtp.user",
} as const;
