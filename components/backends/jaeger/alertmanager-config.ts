import { toYaml } from "../../../formats/yaml.ts";

/** Where Alertmanager reads what is secret: each is a file of its container, so that its configuration holds none. */
export const SECRET_FILES = {
  webhook: "/run/secrets/alert-webhook",
  heartbeat: "/run/secrets/heartbeat-webhook",
  smtpPassword: "/run/secrets/smtp-password",
} as const;

/** A mail server that takes e-mail for delivery. */
export interface MailServer {
  /** Host and port; port 465 means TLS from the first byte, every other one STARTTLS. */
  readonly server: string;
  readonly from: string;
  /** Signs in with the password of `SECRET_FILES.smtpPassword`; undefined: does not sign in. */
  readonly user?: string | undefined;
  /** False: a server without STARTTLS is accepted. */
  readonly requireTls: boolean;
}

/** How people are notified. Addresses of webhooks are files. */
export type Notified =
  | { readonly kind: "discord" | "slack" | "webhook" }
  | { readonly kind: "email"; readonly addresses: readonly string[]; readonly smtp: MailServer };

export interface AlertmanagerArgs {
  /** Undefined: nobody is notified, only the heartbeat is sent. */
  readonly contact: Notified | undefined;
  /** Whether the dead-man's switch is posted to the address in `SECRET_FILES.heartbeat`. */
  readonly heartbeat: boolean;
  /** Ids of the rules that fire while something is absent, which a silent collector makes all of them do. */
  readonly absences: readonly string[];
  /** Address of the page that shows a rule with its runbook, up to the rule's id. */
  readonly page: string;
}

/**
 * Configuration of Alertmanager 0.28: alerts of one rule are one message, a page is repeated every four hours and a ticket once a day,
 * and its end is a message too. The heartbeat is posted every minute and never ends.
 */
export function alertmanagerConfig({ contact, heartbeat, absences, page }: AlertmanagerArgs): string {
  const people = contact === undefined ? "nobody" : "contact";
  return toYaml({
    route: {
      receiver: people,
      group_by: ["alertname", "environment"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: "24h",
      routes: [
        {
          matchers: ['severity="heartbeat"'],
          receiver: heartbeat ? "heartbeat" : "nobody",
          group_wait: "0s",
          // sent at the second check: less than a minute would be late by one check, now and then
          group_interval: "30s",
          repeat_interval: "50s",
        },
        { matchers: ['severity="page"'], receiver: people, group_wait: "10s", repeat_interval: "4h" },
      ],
    },
    inhibit_rules: [
      {
        source_matchers: ['rule="collector-silent"'],
        target_matchers: [`rule=~"${absences.join("|")}"`],
        equal: ["environment"],
      },
      {
        // a label that both lack would count as equal
        source_matchers: ['severity="page"', 'slo!=""'],
        target_matchers: ['severity="ticket"', 'slo!=""'],
        equal: ["environment", "slo"],
      },
    ],
    receivers: [
      { name: "nobody" },
      ...(contact ? [{ name: "contact", ...receiver(contact, page) }] : []),
      ...(heartbeat
        ? [{ name: "heartbeat", webhook_configs: [{ url_file: SECRET_FILES.heartbeat, send_resolved: false }] }]
        : []),
    ],
  });
}

function receiver(contact: Notified, page: string): object {
  switch (contact.kind) {
    case "webhook":
      return { webhook_configs: [{ url_file: SECRET_FILES.webhook, send_resolved: true }] };
    case "discord":
      return {
        discord_configs: [
          {
            webhook_url_file: SECRET_FILES.webhook,
            send_resolved: true,
            title: TITLE,
            message: message(MARKDOWN, page),
          },
        ],
      };
    case "slack":
      return {
        slack_configs: [
          {
            api_url_file: SECRET_FILES.webhook,
            send_resolved: true,
            title: TITLE,
            title_link: pageOf(page),
            fallback: TITLE,
            color: COLOR,
            text: message(SLACK, page),
          },
        ],
      };
    case "email":
      return { email_configs: [{ ...emailConfig(contact), text: message(PLAIN, page) }] };
    default:
      return contact satisfies never;
  }
}

const emailConfig = ({
  addresses,
  smtp: { server, from, user, requireTls },
}: Notified & { kind: "email" }): object => ({
  to: addresses.join(", "),
  from,
  smarthost: server,
  require_tls: requireTls,
  ...(user !== undefined && { auth_username: user, auth_password_file: SECRET_FILES.smtpPassword }),
  send_resolved: true,
  headers: { Subject: TITLE },
  html: "",
});

/** How values stand in a text: what quotes a name, and what is done to each value. */
interface Style {
  readonly quote: string;
  readonly escaped: string;
}

const PLAIN: Style = { quote: "", escaped: "" };
const MARKDOWN: Style = { quote: "`", escaped: "" };
/** Slack documents these three as control characters. */
const SLACK: Style = {
  quote: "`",
  escaped: ' | reReplaceAll "&" "&amp;" | reReplaceAll "<" "&lt;" | reReplaceAll ">" "&gt;"',
};

/** Labels that all alerts of a rule have: they say nothing about the one. */
const COMMON_LABELS = ["alertname", "deployment_environment_name", "environment", "rule", "severity"];

/** Alerts of one group that a message names; the limits of Discord and Slack hold more, a person reads no more. */
const NAMED = 10;

const TITLE =
  '{{ if eq .Status "firing" }}{{ toUpper .CommonLabels.severity }}{{ else }}RESOLVED{{ end }}: {{ with .CommonAnnotations.summary }}{{ . }}{{ else }}{{ .GroupLabels.alertname }}{{ end }} ({{ .GroupLabels.environment }})';

const COLOR =
  '{{ if eq .Status "resolved" }}good{{ else if eq .CommonLabels.severity "page" }}danger{{ else }}warning{{ end }}';

const pageOf = (page: string): string => `${page}{{ .CommonLabels.rule }}`;

/** Every alert with what it is about, then where to read on. */
function message({ quote, escaped }: Style, page: string): string {
  const common = COMMON_LABELS.map((name) => `"${name}"`).join(" ");
  const about = `{{ range (.Labels.Remove (stringSlice ${common})).SortedPairs }} ${quote}{{ .Name }}={{ .Value${escaped} }}${quote}{{ end }}`;
  const named = (status: "Firing" | "Resolved", line: string): string =>
    `{{ range $i, $alert := .Alerts.${status} }}{{ if lt $i ${NAMED} }}${line}\n{{ end }}{{ end }}` +
    `{{ if gt (len .Alerts.${status}) ${NAMED} }}and others: {{ len .Alerts.${status} }} in all\n{{ end }}`;
  const time = (at: "StartsAt" | "EndsAt") => `{{ .${at}.UTC.Format "2006-01-02 15:04" }} UTC`;
  return [
    named("Firing", `{{ .Annotations.description${escaped} }}${about} since ${time("StartsAt")}`),
    named("Resolved", `Over since ${time("EndsAt")}:${about} {{ .Annotations.summary${escaped} }}`),
    `{{ with .CommonAnnotations.runbook }}Runbook: {{ .${escaped} }}\n{{ end }}`,
    `Board and state: ${pageOf(page)}`,
  ].join("");
}
