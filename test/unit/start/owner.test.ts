import { describe, expect, test } from "vitest";
import { checkoutId } from "../../../cli/paths.ts";
import { ownerLabels } from "../../../components/docker/scope.ts";
import { type Asker, foreignSentence, type Kind, ownerOf, type Resource } from "../../../start/deploy/owner.ts";
import { lostPasswords } from "../../../start/preflight/passwords.ts";

const PROJECT = "game-scheduler-otel";

const resource = (given: Partial<Resource>): Resource => ({
  kind: "container",
  name: `${PROJECT}-dev-api`,
  project: PROJECT,
  stack: "dev",
  checkout: "here",
  folder: "/home/a/here",
  ...given,
});
const asker: Asker = { stack: "dev", checkout: "here", made: new Set(), deployed: false };

describe("whose something on the engine is", () => {
  test.each<[string, Partial<Resource>, Partial<Asker>, string]>([
    ["made here", {}, {}, "ours"],
    ["a stack whose name begins with ours", { stack: "dev-2", name: `${PROJECT}-dev-2-api` }, {}, "foreign"],
    ["a stack whose name ours begins with", {}, { stack: "dev-2" }, "foreign"],
    ["another project's", { project: "other" }, {}, "foreign"],
    ["another checkout's stack of the same name", { checkout: "there" }, {}, "elsewhere"],
    ["Pulumi's, which this checkout did not run", { checkout: "" }, {}, "elsewhere"],
    ["Pulumi's, which this checkout ran", { checkout: "" }, { deployed: true }, "ours"],
    [
      "Pulumi's volume, kept by npm stop",
      { checkout: "", kind: "volume", name: "v" },
      { made: new Set(["v"]) },
      "ours",
    ],
    [
      "Pulumi's volume of another machine's",
      { checkout: "", kind: "volume", name: "v" },
      { deployed: true },
      "elsewhere",
    ],
    [
      "without labels, and made here",
      { project: "", stack: "", checkout: "", name: "v" },
      { made: new Set(["v"]) },
      "ours",
    ],
    ["without labels", { project: "", stack: "", checkout: "" }, { deployed: true }, "foreign"],
  ])("%s: %o asked by %o is %s", (_, given, by, owner) => {
    expect(ownerOf(resource(given), { ...asker, ...by })).toBe(owner);
  });

  test("the program labels what the commands look for", () => {
    expect(ownerLabels({ project: PROJECT, stack: "dev" })).toEqual({
      "com.github.game-scheduler-otel.project": PROJECT,
      "com.github.game-scheduler-otel.stack": "dev",
    });
  });

  test("a checkout is named by its folder, the same every time, another one elsewhere", () => {
    expect(checkoutId("/usr")).toBe("894d731f69bb");
    expect(checkoutId("/usr/bin")).not.toBe(checkoutId("/usr"));
  });
});

describe("what is wanted and exists already", () => {
  const names = (...wanted: readonly string[]): Readonly<Record<Kind, readonly string[]>> => ({
    container: wanted,
    network: wanted,
    volume: wanted,
  });
  const sentence = (existing: readonly Partial<Resource>[], wanted = names(`${PROJECT}-dev-api`), by = asker) =>
    foreignSentence(existing.map(resource), wanted, by, (path) => path === "/home/a/there");

  test("is no trouble when it is ours, or has a name that is not wanted", () => {
    expect(sentence([{}])).toBe("");
    expect(sentence([{ name: `${PROJECT}-dev-2-api`, stack: "dev-2", checkout: "there" }])).toBe("");
  });

  test("is refused when another checkout has it, naming the folder", () => {
    expect(sentence([{ checkout: "there", folder: "/home/a/there" }])).toBe(
      `The container ${PROJECT}-dev-api of stack dev belongs to the checkout in /home/a/there: start another stack here with "npm start -- --stack <name>", or run "npm stop" there.`,
    );
  });

  test("of which volumes stay after npm stop, so that its data must be removed there too", () => {
    const [volume, wanted] = [`${PROJECT}-qa-postgres-data`, `${PROJECT}-qa-api`];
    expect(
      sentence(
        [
          { name: wanted, stack: "qa", checkout: "there", folder: "/home/a/there" },
          { kind: "volume", name: volume, stack: "qa", checkout: "there", folder: "" },
        ],
        names(wanted, volume),
        { ...asker, stack: "qa" },
      ),
    ).toBe(
      `The container ${wanted} (and 1 more) of stack qa belongs to the checkout in /home/a/there: start another stack here with "npm start -- --stack <name>", or run "npm stop -- --stack qa --volumes" there.`,
    );
  });

  test("is refused with the commands that remove it when that checkout is gone", () => {
    expect(sentence([{ kind: "volume", checkout: "there", folder: "" }])).toBe(
      `The volume ${PROJECT}-dev-api of stack dev belongs to another checkout: start another stack here with "npm start -- --stack <name>", or remove what it left with "docker volume rm ${PROJECT}-dev-api".`,
    );
  });

  test("is refused when Pulumi made it from elsewhere", () => {
    expect(sentence([{ checkout: "" }])).toBe(
      `The container ${PROJECT}-dev-api of stack dev was made by a "pulumi up" that this checkout knows nothing of: start another stack here with "npm start -- --stack <name>", or remove it there with "pulumi destroy", here with "docker rm -f ${PROJECT}-dev-api".`,
    );
  });

  test("is refused when another stack's service makes the same name", () => {
    const name = `${PROJECT}-dev-2-api`;
    expect(sentence([{ name, stack: "dev-2" }], names(name))).toBe(
      `The container ${name} belongs to stack dev-2 and has a name that stack dev needs: rename this stack, or the service that makes the name.`,
    );
  });
});

describe("data whose passwords are lost", () => {
  const volumes = [`${PROJECT}-dev-collector-data`, `${PROJECT}-dev-postgres-data`, `${PROJECT}-dev-rabbitmq-data`];
  const file = ".local/dev/generated-secrets.json";

  test("is no trouble while they are known, or where there is no such data", () => {
    expect(lostPasswords("dev", "compose", volumes, () => true, file)).toBe("");
    expect(lostPasswords("dev", "compose", volumes.slice(0, 1), () => false, file)).toBe("");
  });

  test("is refused with the way out", () => {
    expect(lostPasswords("dev", "compose", volumes, () => false, file)).toBe(
      `The data in ${volumes[1]} and ${volumes[2]} has passwords that are lost (${file} does not exist): restore that file, or remove the data with "npm stop -- --volumes".`,
    );
  });

  test("and the other tool is named where it knows them", () => {
    expect(lostPasswords("qa", "pulumi", ["x-qa-postgres-data"], (kind) => kind === "compose", file)).toBe(
      `The data in x-qa-postgres-data has passwords that only compose knows: go on with "npm start -- --stack qa --deploy compose", or remove the data with "npm stop -- --stack qa --volumes".`,
    );
  });
});
