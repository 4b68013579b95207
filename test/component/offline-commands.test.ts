import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { preview } from "../../preview/cli.ts";
import { compose } from "../../preview/compose.ts";

const projectDir = join(import.meta.dirname, "..", "support", "fixtures", "program");
const CANARY = "canary-7f3a";
const given = ["--secret", "token", "--config", "replicas=1"];

const printed: string[] = [];
// A command takes it from there.
beforeEach(() => {
  vi.stubEnv("TOKEN", CANARY);
});
beforeAll(() => {
  for (const method of ["log", "error"] as const) {
    vi.spyOn(console, method).mockImplementation((text: string) => {
      printed.push(`${method}: ${text}`);
    });
  }
});
afterEach(() => {
  printed.length = 0;
});
afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe("npm run preview", () => {
  test("prints the tree, the outputs and the count, without colours and without secrets", async () => {
    expect(await preview(given, projectDir)).toBe(0);
    expect(printed).toEqual([
      `log: Previewing create (fixture, stack dev)

+ pulumi:pulumi:Stack fixture-dev
    + fixture:components:Service app-0
        + docker:Container app-0  [with hooks]
        + docker:Volume app-0-data  [protected]
    + docker:RemoteImage app-image
    + random:RandomPassword db-password
    + docker:Network network

Outputs:
    first: [unknown]
    plain: http://127.0.0.1:8080
    secretUrl: [secret]

5 resources to create in 1 component`,
    ]);
  });

  test("--json is an array with every secret masked, for programs", async () => {
    expect(await preview([...given, "--json"], projectDir)).toBe(0);
    const rows: Record<string, unknown>[] = JSON.parse(printed.join("").slice("log: ".length));
    expect(rows).toHaveLength(7);
    expect(rows.every((row) => Object.keys(row).join() === "urn,type,name,parent,inputs,options")).toBe(true);
    expect(rows.find((row) => row.type === "docker:index/container:Container")?.inputs).toMatchObject({
      envs: ["MODE=plain", "[secret]"],
      image: "[unknown]",
    });
    expect(printed.join()).not.toContain(CANARY);
  });

  test("needs no secret where dummies will do, and says which value was encrypted", async () => {
    expect(await preview(["--config", "replicas=1"], projectDir)).toBe(0);
    expect(printed.at(-1)).toBe("error: Encrypted values replaced by dummies: fixture:token");
  });

  test("exits 1 with one sentence when the program refuses its configuration", async () => {
    expect(await preview([...given, "--config", "mode=run-error"], projectDir)).toBe(1);
    expect(printed).toEqual(['error: error: backend: "honeycom" is not known. Allowed: honeycomb.']);
  });

  test("of --json and --base one is taken, since one prints JSON and the other Markdown; --out needs --base", async () => {
    await expect(preview([...given, "--json", "--base", "HEAD"], projectDir)).rejects.toThrow(
      "preview: --base writes Markdown and --json what would be created: give one of them.",
    );
    await expect(preview(["--out", "previews"], projectDir)).rejects.toThrow("preview: --out needs --base");
  });

  test("an unknown option is refused with the way to the known ones", async () => {
    await expect(preview(["--stak", "dev"], projectDir)).rejects.toThrow(
      "preview: Unknown option '--stak'. See: npm run preview -- --help",
    );
  });
});

describe("npm run compose", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "compose-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    rmSync(join(projectDir, ".local"), { recursive: true, force: true });
  });
  const write = (name: string, ...more: string[]) =>
    compose([...given, ...more, "--out", join(folder, name)], projectDir);
  const local = (name: string) => join(projectDir, ".local", "dev", name);

  test("writes a project without secrets, and the secrets beside it for its owner only", async () => {
    expect(await write("compose.yaml")).toBe(0);
    const yaml = readFileSync(join(folder, "compose.yaml"), "utf8");
    const env = readFileSync(local("secrets.env"), "utf8");
    const [password = ""] = /(?<=postgres:\/\/app:)[^@]+/.exec(env) ?? [];
    expect(password).toMatch(/^[A-Za-z0-9]{24}$/);
    expect(yaml).not.toContain(password);
    expect(yaml).not.toContain(CANARY);
    expect(env).toContain(`SECRET_APP_0_FILE_RUN_SECRETS_TOKEN="${CANARY}"`);
    expect(parse(yaml).services["app-0"].environment).toEqual({ MODE: "plain", URL: `\${SECRET_APP_0_URL:?}` });
    expect(
      ["secrets.env", "generated-secrets.json", "hash-key"].map((name) => statSync(local(name)).mode & 0o777),
    ).toEqual([0o600, 0o600, 0o600]);
    expect(statSync(join(projectDir, ".local", "dev")).mode & 0o777).toBe(0o700);
    expect(printed.at(-1)).toMatch(
      /^log: Start it: docker compose --env-file \S+secrets\.env -f \S+compose\.yaml up -d --wait$/,
    );
    expect(printed.join()).not.toContain(CANARY);
  });

  test("run again it writes the same, passwords included, and leaves no temporary file", async () => {
    const before = readFileSync(local("secrets.env"), "utf8");
    expect(await write("again.yaml")).toBe(0);
    expect(readFileSync(join(folder, "again.yaml"), "utf8")).toBe(readFileSync(join(folder, "compose.yaml"), "utf8"));
    expect(readFileSync(local("secrets.env"), "utf8")).toBe(before);
    expect(readdirSync(folder).sort()).toEqual(["again.yaml", "compose.yaml"]);
  });

  test("refuses to deploy a stand-in for an encrypted value", async () => {
    await expect(compose(["--out", join(folder, "x.yaml")], projectDir)).rejects.toThrow(
      "token is encrypted in Pulumi.dev.yaml and only the Pulumi CLI can read it. Give it here: --secret token, with its value in the environment as TOKEN",
    );
  });

  test("writes nothing for a program that breaks a rule, and says which without the secret", async () => {
    expect(await write("leaky.yaml", "--config", "mode=leak")).toBe(1);
    expect(readdirSync(folder)).not.toContain("leaky.yaml");
    expect(printed.join("\n")).toMatch(/^error: error plain-secret at leak\./m);
    expect(printed.join("\n")).not.toContain(CANARY);
  });

  test("writes nothing when the program has an error", async () => {
    await expect(write("broken.yaml", "--config", "mode=run-error")).rejects.toThrow(
      'backend: "honeycom" is not known.',
    );
    expect(readdirSync(folder)).not.toContain("broken.yaml");
  });
});
