/** Bad programs and bad stack files, each through `npm run policy` as a person runs it: refused, by the right rule and no other. */
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { policy } from "../../policy/cli.ts";
import type { PolicyReport } from "../../policy/report.ts";

const root = join(import.meta.dirname, "../..");
const fixture = join(root, "test/support/fixtures/policy");

let printed: string[] = [];
let sentences: string[] = [];
beforeEach(() => {
  printed = [];
  sentences = [];
  vi.stubEnv("API_TOKEN", "correct-horse-battery");
  vi.spyOn(console, "log").mockImplementation((text) => void printed.push(String(text)));
  vi.spyOn(console, "error").mockImplementation((text) => void sentences.push(String(text)));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Exit code and what is broken, `rule at place`. */
async function asked(argv: readonly string[], projectDir: string) {
  const code = await policy([...argv, "--json"], projectDir);
  const { violations } = JSON.parse(printed.join("") || "{}") as Partial<PolicyReport>;
  return { code, broken: violations?.map(({ id, place }) => `${id} at ${place}`) ?? [] };
}

const program = (name: string, ...more: readonly string[]) =>
  asked(["--config", `program=${name}`, "--secret", "apiToken", ...more], fixture);

/** Programs that differ from a good one in one container, and what the command says of them. */
const BAD_PROGRAMS: Readonly<Record<string, string>> = {
  variable: "plain-secret at variable.envs[DATABASE_PASSWORD]",
  address: "plain-secret at address.envs[DATABASE_URL]",
  argument: "plain-secret at argument.command[1]",
  label: "plain-secret at label.labels[0].value",
  file: "plain-secret at file.uploads[0].content",
  opened: "plain-secret at opened.command[0]",
  unlimited: "memory-limit at unlimited.memory",
  swapping: "memory-limit at swapping.memorySwap",
  once: "restart-policy at once.restart",
  open: "loopback-ports at open.ports[0]",
  everywhere: "loopback-ports at everywhere.ports[0]",
  "all-ports": "loopback-ports at all-ports.publishAllPorts",
  otlp: "public-otlp at otlp.ports[0]",
  moving: "pinned-image at moving-image.name",
  untagged: "pinned-image at untagged-image.name",
  socket: "docker-socket at socket.volumes[0]",
  "mounted-socket": "docker-socket at mounted-socket.mounts[0]",
  "writes-host": "host-folder at writes-host.volumes[0]",
  root: "privileges at root.user",
  privileged: "privileges at privileged.privileged",
  setuid: "privileges at setuid.securityOpts",
  unconfined: "privileges at unconfined.securityOpts",
  admin: "privileges at admin.capabilities.adds",
  "host-network": "host-namespace at host-network.networkMode",
  "host-processes": "host-namespace at host-processes.pidMode",
  unprotected: "protected-data at unprotected.volumes[0]",
  unredacted: "unredacted-exit at unredacted.uploads[/etc/otelcol/config.yaml]",
};

describe("npm run policy -- --strict refuses the program", () => {
  test.each(Object.entries(BAD_PROGRAMS))("%s", async (name, expected) => {
    expect(await program(name, "--strict")).toEqual({ code: 1, broken: [expected] });
  });

  test("and there are 25 at least, all rules among them", () => {
    const rules = new Set(Object.values(BAD_PROGRAMS).map((said) => said.split(" ")[0]));
    expect([Object.keys(BAD_PROGRAMS).length >= 25, rules.size]).toEqual([true, 12]);
  });

  test("and lets the good one through", async () => {
    expect(await program("good", "--strict")).toEqual({ code: 0, broken: [] });
  });
});

test("without --strict a program that breaks a warning is let through, and it is said", async () => {
  expect(await program("once")).toEqual({ code: 0, broken: [BAD_PROGRAMS.once] });
});

/** Stack `other` or `swarm` with one setting more: what the rules say, or where the configuration itself is refused. */
const BAD_STACKS: readonly (readonly [stack: string, setting: string, expected: string | RegExp])[] = [
  ["other", "services[1].env.STRIPE_KEY=sk_live_4eC39HqLyjWDarjtT1zdp7dc", "plain-secret at web.envs[STRIPE_KEY]"],
  ["other", "services[1].env.SMTP_PASSWORD=correct-horse", "plain-secret at web.envs[SMTP_PASSWORD]"],
  ["other", 'services[1].command=["serve", "--token=correct-horse"]', "plain-secret at web.command[1]"],
  [
    "other",
    'services[1].volumes=[{"host": "/var/run/docker.sock", "path": "/var/run/docker.sock"}]',
    "docker-socket at web.volumes[1]",
  ],
  ["other", 'services[1].volumes=[{"host": "/etc", "path": "/h", "write": true}]', "host-folder at web.volumes[1]"],
  ["swarm", 'services[0].publish={"port": 4318, "as": 4318}', "public-otlp at gateway.ports[0]"],
  ["other", "services[1].env.DB=postgresql://app:correct-horse@db/app", /env\.DB: holds a password in plain text/],
  ["other", "services[1].user=0:0", /services\[1\]\.user: .* other than root/],
  ["other", "services[1].image=registry.example/web:latest", /services\[1\]\.image: .* not latest/],
  ["other", "services[1].memory=0", /services\[1\]\.memory: 0 is not valid/],
  ["other", 'services[1].capabilities=["SYS_ADMIN"]', /services\[1\]\.capabilities\[0\]: "SYS_ADMIN" is not valid/],
];

test.each(BAD_STACKS)("npm run policy refuses stack %s with %s", async (stack, setting, expected) => {
  const { code, broken } = await asked(["--stack", stack, "--config", setting], root);
  if (typeof expected === "string") expect({ code, broken }).toEqual({ code: 1, broken: [expected] });
  else expect([code, sentences.join("\n")]).toEqual([2, expect.stringMatching(expected)]);
});

test.each(["dev", "other", "swarm", "prod"])("npm run policy -- --strict finds nothing in stack %s", async (stack) => {
  const given = stack === "prod" ? ["--dummy-secrets"] : [];
  expect(await asked(["--stack", stack, "--strict", ...given], root)).toEqual({ code: 0, broken: [] });
});
