import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os, { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { openConnection, sharedConnection, sshArguments } from "../../../cli/ssh-connection.ts";

const folder = mkdtempSync(join(tmpdir(), "ssh-"));
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("one ssh connection for all that the provider asks", () => {
  const address = "ssh://deploy@games.example";

  test("has a socket of the same name on every machine, below the home folder", () => {
    const options = sharedConnection(address, "/home/a", "linux");
    expect(options).toEqual(sharedConnection(address, "/Users/b", "darwin"));
    expect(options).toEqual([
      ...["-o", "ControlMaster=auto", "-o", expect.stringMatching(/^ControlPath=~\/\.ssh\/engine-[0-9a-f]{12}$/)],
      ...["-o", "ControlPersist=120"],
    ]);
    expect(sharedConnection("ssh://deploy@other.example", "/home/a", "linux")).not.toEqual(options);
  });

  test("is none where ssh cannot have one", () => {
    expect(sharedConnection(address, "C:/Users/a", "win32")).toEqual([]);
    expect(sharedConnection(address, `/${"long/".repeat(14)}`, "linux")).toEqual([]);
  });

  test("has its folder where ssh looks, which HOME does not say", () => {
    const home = vi.spyOn(os, "userInfo").mockReturnValue({ ...os.userInfo(), homedir: `/${"long/".repeat(14)}` });
    vi.stubEnv("HOME", "/home/a");
    expect(sharedConnection(address, undefined, "linux")).toEqual([]);
    home.mockRestore();
    vi.stubEnv("HOME", `/${"long/".repeat(14)}`);
    expect(sharedConnection(address, undefined, "linux")).not.toEqual([]);
  });

  test("is opened before, and again where the other side drops it", async () => {
    const calls = join(folder, "calls");
    const drops = join(folder, "drops");
    mkdirSync(drops);
    const script = `#!/bin/sh\necho "$*" >>${calls}\n[ $(wc -l <${calls}) -ge 3 ]\n`;
    writeFileSync(join(drops, "ssh"), script, { mode: 0o755 });
    vi.stubEnv("PATH", `${drops}${delimiter}${process.env.PATH}`);
    await openConnection(address, folder);
    const said = readFileSync(calls, "utf8").trim().split("\n");
    expect(said).toHaveLength(3);
    expect(new Set(said)).toEqual(new Set([[...sharedConnection(address), ...sshArguments(address)].join(" ")]));
    expect(statSync(join(folder, ".ssh")).mode & 0o777).toBe(0o700);
  });
});

test("ssh is called as Docker's own command does it", () => {
  const common = ["-o", "ConnectTimeout=30", "-T"];
  const dial = ["system", "dial-stdio"];
  expect(sshArguments("ssh://deploy@games.example:2222")).toEqual([
    ...[...common, "-l", "deploy", "-p", "2222", "--", "games.example", "docker", ...dial],
  ]);
  expect(sshArguments("ssh://games.example/run/user/1000/docker.sock")).toEqual([
    ...[...common, "--", "games.example", "docker", "--host", "unix:///run/user/1000/docker.sock", ...dial],
  ]);
});
