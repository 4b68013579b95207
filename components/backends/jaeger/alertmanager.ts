import type * as pulumi from "@pulumi/pulumi";
import { NO_DATA } from "../../../dashboards/model/alert.ts";
import type { Contact } from "../../contact.ts";
import { type ContainerFile, secretFile } from "../../docker/container.ts";
import type { Observability } from "../../observability.ts";
import { type OnThisMachine, part } from "../part.ts";
import { alertmanagerConfig, type Notified, SECRET_FILES } from "./alertmanager-config.ts";
import { readyUrl } from "./console.ts";

const PORT = 9093;

/** Where rules send what fires, in the network of stores: `host:port`. */
export const ALERTMANAGER = `alertmanager:${PORT}`;

/**
 * The name that it has in the network of stores alone, and listens at. It has no users, and by its other network, through which it notifies people,
 * everyone on the engine's machine would silence it.
 */
const INSIDE = "alertmanager-api";

/** Whether anybody is notified: a contact, or a service that waits for the heartbeat. While rules are calibrated nobody is. */
export const notifies = ({ contact, heartbeat, rules }: Observability): boolean =>
  (contact !== undefined || heartbeat !== undefined) && rules.calibration !== true;

/** Sends what fires to the contact. Silences and what was already said outlive a restart. @param page address of the console */
export function alertmanager(at: OnThisMachine, shown: Observability, page: string, parent: pulumi.Resource): void {
  const { contact, heartbeat, rules } = shown;
  const config = alertmanagerConfig({
    contact: contact && notified(contact),
    heartbeat: heartbeat !== undefined,
    page: `${page}/alerts/`,
    absences: rules.content.alerts.flatMap(({ id, noData }) =>
      noData === NO_DATA.absence && id !== "collector-silent" ? [id] : [],
    ),
  });
  part(
    at,
    {
      image: "alertmanager",
      place: "sender",
      aliases: [INSIDE],
      user: "65534:65534",
      command: [
        "--config.file=/etc/alertmanager/alertmanager.yml",
        "--storage.path=/alertmanager",
        // alone: no other one is to be found
        "--cluster.listen-address=",
        `--web.listen-address=${INSIDE}:${PORT}`,
        `--web.external-url=${page}`,
        "--log.level=warn",
      ],
      env: { GOMEMLIMIT: "36MiB" },
      files: [{ path: "/etc/alertmanager/alertmanager.yml", content: config }, ...secretFiles(contact, heartbeat)],
      data: "/alertmanager",
      memory: 48,
      ready: { url: readyUrl(at.scope, "alertmanager") },
    },
    parent,
  );
}

/** @throws Error for an e-mail without a server, which the configuration refuses before */
function notified(contact: Contact): Notified {
  if (contact.kind !== "email") return { kind: contact.kind };
  const { kind, addresses, smtp } = contact;
  if (smtp === undefined) throw new Error("An e-mail takes a mail server.");
  return { kind, addresses, smtp };
}

function secretFiles(contact: Contact | undefined, heartbeat: Observability["heartbeat"]): readonly ContainerFile[] {
  const file = (path: string, content: pulumi.Output<string> | undefined): readonly ContainerFile[] =>
    content === undefined ? [] : [secretFile(path, content)];
  return [
    ...file(SECRET_FILES.heartbeat, heartbeat),
    ...(contact?.kind === "email"
      ? file(SECRET_FILES.smtpPassword, contact.smtp?.password)
      : file(SECRET_FILES.webhook, contact?.url)),
  ];
}
