import { readFileSync } from "node:fs";
import path from "node:path";
import { run } from "../cli/process.ts";
import { dockerFolder } from "../config/docker-folder.ts";
import type { Login } from "../images/registry.ts";

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

/** The login of `docker login` for a registry, from Docker's file or the helper that it names; undefined where there is none. */
export async function dockerLogin(
  registry: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Login | undefined> {
  const config = read(path.join(dockerFolder(env), "config.json"));
  const helper = config.credHelpers?.[registry] ?? config.credsStore;
  if (helper !== undefined && /^[\w.-]+$/.test(helper)) {
    const answer = await run(`docker-credential-${helper}`, ["get"], { input: registry, env, timeoutMs: 30_000 });
    if (answer.code === 0) return ofHelper(answer.stdout);
  }
  const [user, ...password] = Buffer.from(config.auths?.[registry]?.auth ?? "", "base64")
    .toString("utf8")
    .split(":");
  return user ? { user, password: password.join(":") } : undefined;
}

function read(file: string): DockerConfig {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as DockerConfig;
  } catch {
    return {};
  }
}

function ofHelper(answer: string): Login | undefined {
  try {
    const { Username: user, Secret: password } = JSON.parse(answer) as { Username?: string; Secret?: string };
    // A token that stands for a user is exchanged in a way of its own, which is Docker's.
    return user && password && user !== "<token>" ? { user, password } : undefined;
  } catch {
    return undefined;
  }
}
