import { describe, expect, test } from "vitest";
import { aptProxy, mirrorsFrom, npmSettings, pipSettings } from "../../../images/machine.ts";

describe("the machine's own settings", () => {
  test("give Debian's mirrors, the security one apart from the other", () => {
    const targets = [
      "http://mirror.example/debian/|Debian",
      "http://mirror.example/debian/|Debian",
      "http://mirror.example/debian-security/|Debian-Security",
      "http://tools.example/apt/|Tools",
    ].join("\n");
    expect(mirrorsFrom(targets)).toEqual({
      mirror: "http://mirror.example/debian/",
      securityMirror: "http://mirror.example/debian-security/",
    });
  });

  test("give no mirror on another distribution", () => {
    expect(mirrorsFrom("http://archive.example/ubuntu/|Ubuntu\n")).toEqual({});
    expect(mirrorsFrom("")).toEqual({});
  });

  test("give pip's index from its configuration files, and nothing else of them", () => {
    const list =
      "global.cert='/etc/ca.crt'\nglobal.index-url='https://index.example/simple'\ninstall.trusted-host='index.example'\n";
    expect(pipSettings(list)).toEqual({
      PIP_INDEX_URL: "https://index.example/simple",
      PIP_TRUSTED_HOST: "index.example",
    });
  });

  test("give npm's registry where it is not npm's own, and nothing else of its settings", () => {
    const list =
      '; "user" config from /home/a/.npmrc\n\ncafile = "/etc/ca.crt"\nregistry = "https://npm.example/all/" \n//npm.example/:_authToken = (protected)\n';
    expect(npmSettings(list)).toEqual({ NPM_CONFIG_REGISTRY: "https://npm.example/all/" });
    expect(npmSettings('cafile = "/etc/ca.crt"\n; registry = "https://old.example/" ; overridden by env\n')).toEqual(
      {},
    );
  });

  test("give apt's proxy to containers, unless it says there is none", () => {
    expect(aptProxy('Acquire::http::Proxy "http://proxy.example:3128";\n')).toEqual({
      HTTP_PROXY: "http://proxy.example:3128",
    });
    expect(aptProxy('Acquire::http::Proxy "DIRECT";\n')).toEqual({});
    expect(aptProxy("")).toEqual({});
  });
});
