import { homedir } from "node:os";
import path from "node:path";

type Env = Readonly<Record<string, string | undefined>>;

/** Folder in which Docker's command line has its contexts, logins and certificates: `DOCKER_CONFIG`, else that of the home folder. */
export const dockerFolder = (env: Env = process.env): string => env.DOCKER_CONFIG || dockerHomeFolder();

/** The one of the home folder, where Pulumi's Docker provider looks for contexts whatever `DOCKER_CONFIG` says. */
export const dockerHomeFolder = (): string => path.join(homedir(), ".docker");
