import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";

/** What somebody who is notified was sent, and what was refused. */
export interface Receiver<Message> {
  readonly port: number;
  readonly received: readonly Message[];
  /** One sentence for everything that was refused. */
  readonly refused: readonly string[];
  /** Answers so (HTTP; default: 503) from now on, or takes messages again. */
  away(yes: boolean, status?: number): void;
  close(): Promise<void>;
}

export interface Posted {
  readonly path: string;
  readonly body: unknown;
  /** Milliseconds since 1970. */
  readonly at: number;
}

type Judge = (body: unknown) => readonly string[];
interface Reply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Discord, execute webhook: answers 204, and 400 with its code for "Invalid Form Body". */
export const startDiscord = (address: string) =>
  startHttp(address, discordProblems, {
    taken: { status: 204, type: "application/json", text: "" },
    refusal: { status: 400, type: "application/json", text: '{"message": "Invalid Form Body", "code": 50035}' },
  });

/** Slack, incoming webhook: answers `ok` as plain text, and 400 with the name of the error. */
export const startSlack = (address: string) =>
  startHttp(address, slackProblems, {
    taken: { status: 200, type: "text/html", text: "ok" },
    refusal: { status: 400, type: "text/html", text: "invalid_payload" },
  });

/** Anything that takes Alertmanager's own payload, version 4. */
export const startWebhook = (address: string) =>
  startHttp(address, payloadProblems, {
    taken: { status: 200, type: "text/plain", text: "" },
    refusal: { status: 400, type: "text/plain", text: "" },
  });

async function startHttp(
  address: string,
  judge: Judge,
  { taken, refusal }: { readonly taken: Reply; readonly refusal: Reply },
): Promise<Receiver<Posted>> {
  const received: Posted[] = [];
  const refused: string[] = [];
  let answersOnly: number | undefined;
  const problemsOf = async (request: IncomingMessage): Promise<readonly string[]> => {
    const text = (await buffer(request)).toString("utf8");
    if (request.method !== "POST") return [`method ${request.method}`];
    if (!/^application\/json\b/.test(request.headers["content-type"] ?? "")) return ["not application/json"];
    const body: unknown = JSON.parse(text);
    const problems = judge(body);
    if (problems.length === 0) received.push({ path: request.url ?? "", body, at: Date.now() });
    return problems;
  };
  const server = createServer(async (request, response) => {
    if (answersOnly !== undefined) {
      response.writeHead(answersOnly).end();
      return;
    }
    const problems = await problemsOf(request).catch((error: unknown) => [String(error)]);
    refused.push(...problems);
    const { status, type, text } = problems.length === 0 ? taken : refusal;
    response.writeHead(status, { "content-type": type }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return {
    port: portOf(server.address()),
    received,
    refused,
    away: (yes, status = 503) => {
      answersOnly = yes ? status : undefined;
    },
    close: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** Undefined: nobody signed in. */
  readonly user: string | undefined;
  readonly encrypted: boolean;
  readonly subject: string;
  /** The text of the mail, decoded. */
  readonly text: string;
}

export interface MailArgs {
  /** Offers STARTTLS with this certificate; without one it offers none. */
  readonly tls?: { readonly key: string; readonly certificate: string };
  /** Takes mail from this user only, after STARTTLS. */
  readonly login?: { readonly user: string; readonly password: string };
}

export async function startMail(address: string, { tls, login }: MailArgs): Promise<Receiver<Mail>> {
  const received: Mail[] = [];
  const refused: string[] = [];
  let isAway = false;
  const server = new SMTPServer({
    ...(tls && { key: tls.key, cert: tls.certificate }),
    disabledCommands: [...(tls ? [] : ["STARTTLS"]), ...(login ? [] : ["AUTH"])],
    authOptional: login === undefined,
    disableReverseLookup: true,
    onConnect: (_session, callback) => callback(isAway ? new Error("away") : null),
    onAuth: ({ username, password }, _session, callback) => {
      if (username === login?.user && password === login?.password) return callback(null, { user: username });
      refused.push(`sign-in of ${username}`);
      callback(new Error("535 authentication failed"));
    },
    onData: (stream, session, callback) => {
      void buffer(stream).then((raw) => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map((recipient) => recipient.address),
          user: typeof session.user === "string" ? session.user : undefined,
          encrypted: session.secure,
          ...parts(raw.toString("utf8")),
        });
        callback();
      });
    },
  });
  server.on("error", (error: Error) => refused.push(error.message));
  const listening = server.listen(0, address);
  await new Promise<void>((resolve) => listening.once("listening", resolve));
  return {
    port: portOf(listening.address()),
    received,
    refused,
    away: (yes) => {
      isAway = yes;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Subject and text of a mail whose one part is quoted-printable. */
function parts(mail: string): { readonly subject: string; readonly text: string } {
  const subject = /^Subject: (.*)\r?$/m.exec(mail)?.[1]?.trim() ?? "";
  const kinds = [...mail.matchAll(/^Content-Type: (text\/\w+)/gm)].map(([, kind]) => kind);
  if (kinds.join() !== "text/plain") throw new Error(`The mail has the parts ${kinds.join()}.`);
  const body = mail.slice(mail.indexOf("text/plain")).split("\r\n\r\n").slice(1).join("\r\n\r\n");
  const plain = body.slice(0, body.lastIndexOf("\r\n--")).replace(/=\r\n/g, "");
  const bytes = plain.replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { subject, text: Buffer.from(bytes, "latin1").toString("utf8").replaceAll("\r\n", "\n") };
}

function portOf(at: ReturnType<ReturnType<typeof createServer>["address"]>): number {
  if (at === null || typeof at === "string") throw new Error("The receiver has no port.");
  return at.port;
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const lengthOf = (value: unknown): number => (typeof value === "string" ? [...value].length : 0);

/**
 * What Discord refuses: Discord developer documentation, "Execute Webhook" (one of content, embeds, ...; content up to 2000 characters, up to
 * 10 embeds, username 1 to 80) and "Embed Limits" (title 256, description 4096, 25 fields, 6000 characters in all embeds together).
 */
export function discordProblems(body: unknown): readonly string[] {
  if (!isFields(body)) return ["not an object"];
  const { content, embeds = [], username } = body;
  if (!Array.isArray(embeds)) return ["embeds is no list"];
  if (lengthOf(content) === 0 && embeds.length === 0) return ["an empty message (50006)"];
  const total = embeds.reduce((sum, { title, description }) => sum + lengthOf(title) + lengthOf(description), 0);
  return [
    ...(content !== undefined && typeof content !== "string" ? ["content is no text"] : []),
    ...(lengthOf(content) > 2000 ? ["content is longer than 2000"] : []),
    ...(username !== undefined && (lengthOf(username) < 1 || lengthOf(username) > 80) ? ["username"] : []),
    ...(embeds.length > 10 ? ["more than 10 embeds"] : []),
    ...(total > 6000 ? ["embeds are longer than 6000 together"] : []),
    ...embeds.flatMap((embed) => embedProblems(embed)),
  ];
}

function embedProblems(embed: unknown): readonly string[] {
  if (!isFields(embed)) return ["an embed is no object"];
  const { title, description, color, url, fields = [] } = embed;
  if (lengthOf(title) + lengthOf(description) === 0) return ["an embed is empty"];
  return [
    ...(lengthOf(title) > 256 ? ["title is longer than 256"] : []),
    ...(lengthOf(description) > 4096 ? ["description is longer than 4096"] : []),
    ...(Number.isInteger(color) && Number(color) >= 0 && Number(color) <= 0xffffff ? [] : ["color is no RGB number"]),
    ...(url === undefined || /^https?:\/\//.test(String(url)) ? [] : ["url has no scheme of the web"]),
    ...(Array.isArray(fields) && fields.length <= 25 ? [] : ["more than 25 fields"]),
  ];
}

/**
 * What Slack refuses or shows wrongly: Slack API documentation, "Incoming webhooks" (invalid_payload, no_text; a channel cannot be chosen),
 * "Secondary message attachments" (at most 100; color good, warning, danger or #hex) and "Formatting text" (`&`, `<` and `>` are escaped, but
 * where `<` begins a link). A text above 40 000 characters is cut.
 */
export function slackProblems(body: unknown): readonly string[] {
  if (!isFields(body)) return ["invalid_payload"];
  const { text, attachments = [], channel } = body;
  if (!Array.isArray(attachments)) return ["invalid_attachments"];
  if (lengthOf(text) === 0 && attachments.length === 0) return ["no_text"];
  return [
    ...(channel === undefined ? [] : ["a channel cannot be chosen"]),
    ...(attachments.length > 100 ? ["too_many_attachments"] : []),
    ...attachments.flatMap((attachment) => attachmentProblems(attachment)),
  ];
}

function attachmentProblems(attachment: unknown): readonly string[] {
  if (!isFields(attachment)) return ["invalid_attachments"];
  const { color, text, title_link: link } = attachment;
  return [
    ...(lengthOf(attachment.fallback) === 0 ? ["no fallback"] : []),
    ...(/^(good|warning|danger|#[\da-f]{6})$/i.test(String(color)) ? [] : [`color ${color}`]),
    ...(lengthOf(text) === 0 || lengthOf(text) > 40_000 ? ["text is empty or longer than 40 000"] : []),
    ...(/&(?!amp;|lt;|gt;)|<(?!https?:)/.test(String(text)) ? ["a character of control in the text"] : []),
    ...(link === undefined || /^https?:\/\//.test(String(link)) ? [] : [`title_link ${link}`]),
  ];
}

/** What is no payload of Alertmanager (its documentation, `<webhook_config>`). */
export function payloadProblems(body: unknown): readonly string[] {
  if (!isFields(body)) return ["not an object"];
  const { version, status, receiver, groupKey, groupLabels, commonLabels, commonAnnotations, externalURL, alerts } =
    body;
  return [
    ...(version === "4" ? [] : [`version ${version}`]),
    ...(status === "firing" || status === "resolved" ? [] : [`status ${status}`]),
    ...[receiver, groupKey, externalURL].flatMap((text) => (lengthOf(text) > 0 ? [] : ["a text is empty"])),
    ...[groupLabels, commonLabels, commonAnnotations].flatMap((map) => (isFields(map) ? [] : ["no labels"])),
    ...(Array.isArray(alerts) && alerts.length > 0 ? [] : ["no alerts"]),
  ];
}
