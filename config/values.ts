import { RE2JS } from "re2js";
import { z } from "zod";

/** Shapes of single values that several keys share. Pure. */

const SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;
type Unit = keyof typeof SECONDS;

/** A duration as people write it (`500ms`, `1s`, `1.5h`, `1d`), in seconds, to the millisecond. */
export const duration = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})?(ms|s|m|h|d)$/, "a duration such as 500ms, 30s, 90m or 2h")
  .transform((text) => {
    const unit = (/[a-z]+$/.exec(text)?.[0] ?? "s") as Unit;
    return Math.round(Number.parseFloat(text) * SECONDS[unit] * 1000) / 1000;
  });

export const mebibytes = z.int("a whole number of MiB, such as 256").min(16).max(65_536);
export const port = z.int().min(1).max(65_535);
export const name = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,39}$/,
    "a lower-case letter, then lower-case letters, digits and dashes, at most 40 characters",
  );

/** A `name` that is a name on the network too: in every container localhost is the container itself. */
export const hostName = name.refine(
  (text) => text !== "localhost",
  "another name, since localhost is each container itself",
);

/** A text without control characters, which neither a header nor a file of settings can carry. */
export const line = z
  .string()
  .refine(
    (text) => !hasControl(text) && text.isWellFormed(),
    "a text without line breaks, control characters and unpaired surrogates",
  );

const NOT_RESOLVED = "a text without ${...}, which nothing resolves there; give the value itself";
const hasReference = (text: string): boolean => /\$\{[^}]*\}/.test(text);

/** A line that becomes part of the collector's configuration, where a reference would be taken for text. */
export const plainLine = line.refine((text) => !hasReference(text), NOT_RESOLVED);

export const hasControl = (text: string): boolean => /[\p{Cc}\u2028\u2029]/u.test(text);

/** A text that a process can be given: no NUL character, no half of a character. */
export const text = z
  .string()
  .refine(
    (value) => !value.includes("\0") && value.isWellFormed(),
    "a text without NUL characters and unpaired surrogates",
  );

const PATH = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const REFERENCE = new RegExp(
  `^(?:[A-Za-z0-9.-]+(?::\\d+)?/)?${PATH}(?:/${PATH})*(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$`,
);

/** Repository, tag and digest of an image's reference; undefined for what is no reference. */
export function referenceParts(
  image: string,
): { readonly repository: string; readonly tag: string | undefined; readonly digest: string | undefined } | undefined {
  const found = REFERENCE.exec(image)?.groups;
  if (found === undefined) return undefined;
  const { tag, digest } = found;
  const ending = `${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
  return { repository: image.slice(0, image.length - ending.length), tag, digest };
}

/** A reference that means one image for ever, or `build:<name>`. */
export const pinnedImage = z.string().superRefine((image, context) => {
  const message = imageProblem(image);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

/** What an image that cannot be taken should have been. */
function imageProblem(image: string): string | undefined {
  if (/^build:[a-z0-9-]+$/.test(image)) return undefined;
  const parts = referenceParts(image);
  if (parts === undefined)
    return "a reference as docker pull takes it (registry/name:tag, the name in lower case, no https://), or build:<name> for an image of this repository";
  const isPinned = parts.digest !== undefined || (parts.tag !== undefined && parts.tag !== "latest");
  return isPinned
    ? undefined
    : `an image with a tag or a digest, and not latest; one that is built on this machine gets a tag by: docker tag ${parts.repository} ${parts.repository}:1`;
}

/** An address with http or https. Whoever takes one with a user in it says what becomes of that. */
export const anyUrl = z
  .string()
  .refine(
    (text) => isUrl(text, ["http:", "https:"]),
    "an address such as https://host.example:4318 or http://[fd00::1]:4318",
  )
  .refine((text) => !hasReference(text), NOT_RESOLVED);

/** An address with http or https, without user and password: plain configuration is committed and printed. */
export const url = anyUrl.refine(
  (text) => !URL.canParse(text) || (new URL(text).username === "" && new URL(text).password === ""),
  "an address without a user or password, which would not be secret there",
);

/** Host and port of a server that is not asked by HTTP: a name, an IPv4 address, or an IPv6 address in brackets. */
export const serverAddress = z.string().refine((text) => {
  const [, host = "", digits = ""] = /^([^\s@/]+):(\d{1,5})$/.exec(text) ?? [];
  const isHost = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host) || /^\[[\da-f:.]+\]$/i.test(host);
  return isHost && URL.canParse(`http://${text}`) && Number(digits) > 0;
}, "a host with its port and nothing else, such as smtp.example.com:587");

/** Whether the text is an address with one of the schemes, a host and no white space. */
export function isUrl(text: string, schemes: readonly string[]): boolean {
  if (/[\s\p{Cc}]/u.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return schemes.includes(protocol) && hostname !== "" && /^[a-z]+:\/\//i.test(text);
}

/** Hosts that mean the container itself, wherever something runs. */
export const LOOPBACK = /^(localhost|.*\.localhost|127\..*|0\.0\.0\.0|::1|::|0:0:0:0:0:0:0:[01])$/i;

/** An engine's address as Docker writes it, without a password; empty: not given. */
export const engineAddress = z
  .string()
  .refine(
    (text) => text === "" || isEngineAddress(text),
    "an address such as unix:///var/run/docker.sock, tcp://host:2375, ssh://user@host or npipe:////./pipe/docker_engine",
  );

export function isEngineAddress(text: string): boolean {
  if (/^unix:\/\/\/[^\s\p{Cc}]+$/u.test(text) || /^npipe:\/\/\/\/[^\s\p{Cc}]+$/u.test(text)) return true;
  // A browser's rules know no host in tcp:// and ssh://; those of https are the same for host, port and IPv6.
  const web = text.replace(/^(tcp|ssh|https?):\/\//, "https://");
  const isAddress = web.startsWith("https://") && /^(tcp|ssh|https?):/.test(text) && isUrl(web, ["https:"]);
  return isAddress && new URL(web).password === "";
}

/** A regular expression in the dialect of the collector, RE2, which never matches an empty text: that would mask between all letters. */
export const pattern = z.string().superRefine((text, context) => {
  const problem = patternProblem(text);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

function patternProblem(text: string): string | undefined {
  if (hasReference(text)) return `${NOT_RESOLVED}, and as a pattern it matches nothing`;
  try {
    const matcher = RE2JS.compile(text);
    const empty = ["", "a", "a-1 \n_"].some((sample) => {
      const found = matcher.matcher(sample);
      while (found.find()) if (found.start() === found.end()) return true;
      return false;
    });
    return empty ? "a regular expression that does not match an empty text" : undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, "") : String(error);
    return `a regular expression in RE2 syntax, which has no lookahead, lookbehind or backreference (${reason})`;
  }
}
