import type { Outcome } from "../../cli/process.ts";

/** What `docker version` says about the engine behind it. */
export type EngineState =
  | { readonly kind: "running"; readonly version: string; readonly apiVersion: string }
  | { readonly kind: "no-client" }
  | { readonly kind: "not-running" }
  | { readonly kind: "no-permission" }
  | { readonly kind: "other"; readonly message: string };

/** The arguments whose outcome `diagnose` reads. */
export const VERSION_ARGS = ["version", "--format", "{{.Server.Version}} {{.Server.APIVersion}}"] as const;

export function diagnose(outcome: Pick<Outcome, "code" | "stdout" | "stderr" | "timedOut">): EngineState {
  if (outcome.timedOut) return { kind: "other", message: "it accepted the connection but did not answer" };
  if (outcome.code === 127) return { kind: "no-client" };
  if (outcome.code === 0) {
    const [version = "", apiVersion = ""] = outcome.stdout.trim().split(" ");
    return { kind: "running", version, apiVersion };
  }
  const text = outcome.stderr;
  const remote = remoteProblem(text);
  if (remote !== undefined) return { kind: "other", message: remote };
  if (/permission denied/i.test(text)) return { kind: "no-permission" };
  if (
    /cannot connect|is the docker daemon running|no such file|connection refused|no such host|context not found/i.test(
      text,
    )
  ) {
    return { kind: "not-running" };
  }
  return { kind: "other", message: text.trim().split("\n").at(-1) ?? "" };
}

/** What ssh and TLS say, and what mends it. */
const REMOTE: readonly (readonly [RegExp, string])[] = [
  [
    /host key verification failed|host key is known for/i,
    "ssh does not know its host key: add the lines of ssh-keyscan <host> to ~/.ssh/known_hosts, after comparing them with ssh-keygen -lf on that machine",
  ],
  [
    /permission denied \(\S*(publickey|password|keyboard)/i,
    "ssh was not let in: name the key in ~/.ssh/config (IdentityFile) or add it to the agent (ssh-add); docker asks for no password",
  ],
  [
    /docker: (command )?not found/i,
    "ssh was let in and finds no docker command there: install Docker's command line on that machine",
  ],
  [
    /could not resolve hostname/i,
    "its host name is unknown: mend the address in the config key dockerHost, in DOCKER_HOST or in the context",
  ],
  [
    /http request to an https server/i,
    "it wants TLS: set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to a folder with ca.pem, cert.pem and key.pem",
  ],
  [
    /unable to resolve docker endpoint: open .*\.pem/i,
    "its certificates cannot be read: DOCKER_CERT_PATH must be a folder with ca.pem, cert.pem and key.pem",
  ],
  [
    /failed to verify certificate|x509:/i,
    "its certificate is not signed by ca.pem of DOCKER_CERT_PATH, has ended, or is of another name",
  ],
  [
    /remote error: tls|client certificate/i,
    "it does not take our certificate: cert.pem and key.pem of DOCKER_CERT_PATH must be signed by the authority that it knows",
  ],
];

function remoteProblem(text: string): string | undefined {
  return REMOTE.find(([pattern]) => pattern.test(text))?.[1];
}

/** Surroundings that decide what can be done about an engine that does not answer. */
export interface Surroundings {
  /** Value of DOCKER_HOST, if set. */
  readonly dockerHost?: string;
  /** Name of the Docker context in use, when it is not the default one. */
  readonly context?: string;
  readonly isRoot: boolean;
  readonly user: string;
  /** A distribution whose packages we know how to install: Debian, Ubuntu and what derives from them. */
  readonly hasApt: boolean;
  /** `dockerd` is on PATH. */
  readonly hasDaemon: boolean;
}

/** What to do next, and the sentence that says so. */
export type Remedy =
  | { readonly kind: "none" }
  | { readonly kind: "install" }
  | { readonly kind: "start" }
  | { readonly kind: "advise"; readonly sentence: string };

const INSTALL_PAGE = "https://docs.docker.com/engine/install/";

export function remedyFor(state: EngineState, at: Surroundings): Remedy {
  if (state.kind === "running") return { kind: "none" };
  if (state.kind === "other") {
    const where = at.dockerHost ?? (at.context && `in the context "${at.context}"`);
    return advise(
      `The Docker Engine${where ? ` ${where.startsWith("in ") ? where : `at ${where}`}` : ""} cannot be used: ${state.message}.`,
    );
  }
  if (state.kind !== "no-client" && at.dockerHost !== undefined) {
    return advise(
      state.kind === "no-permission"
        ? `${at.user} may not use the Docker Engine at DOCKER_HOST=${at.dockerHost}: give this user access to it, or unset DOCKER_HOST.`
        : `No Docker Engine answers at DOCKER_HOST=${at.dockerHost}: start that engine, or unset DOCKER_HOST to use this machine's.`,
    );
  }
  if (state.kind !== "no-client" && at.context !== undefined) {
    return advise(
      `No Docker Engine answers in the context "${at.context}": start that engine, or run "docker context use default".`,
    );
  }
  switch (state.kind) {
    case "no-permission":
      return advise(
        `${at.user} may not use the Docker Engine: add this user to the group "docker" ("sudo usermod -aG docker ${at.user}", then log in again), or run as root.`,
      );
    case "not-running":
    case "no-client":
      if (!at.hasApt && !at.hasDaemon) {
        return advise(
          `No Docker Engine answers, and this is neither Debian nor Ubuntu: install one and start it (${INSTALL_PAGE}; on macOS Docker Desktop or Colima), then run the same command again.`,
        );
      }
      if (!at.isRoot) return advise(withoutRoot(state.kind, at));
      if (state.kind === "not-running" && at.hasDaemon) return { kind: "start" };
      return { kind: "install" };
    default:
      return state satisfies never;
  }
}

function withoutRoot(kind: "not-running" | "no-client", at: Surroundings): string {
  if (kind === "not-running" && at.hasDaemon) {
    return `The Docker Engine is not running and only root may start it: run "sudo systemctl start docker".`;
  }
  return `No Docker Engine is installed and only root may install one: run "sudo npm start" once, or see ${INSTALL_PAGE}.`;
}

function advise(sentence: string): Remedy {
  return { kind: "advise", sentence };
}
