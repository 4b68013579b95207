import { describe, expect, test } from "vitest";
import { type Arrivals, type Case, casesOf, gather, requestOf, sampleOf } from "../../collector/corpus/cases.ts";
import { judge, textsOf } from "../../collector/corpus/judge.ts";
import { allPayloads, BadPayload, parsePayloads } from "../../collector/corpus/payload.ts";
import { PLACES } from "../../collector/corpus/places.ts";

const read = (...lines: readonly string[]) => parsePayloads(["## mail", ...lines].join("\n"), "mine.txt");

describe("a file of payloads", () => {
  test("marks what must go and what must stay, and is read without the marks", () => {
    expect(read("to=⟦kim@example.org⟧ ⟪status=sent⟫")).toEqual([
      {
        id: "mine.txt:2",
        kind: "mail",
        content: { text: "to=kim@example.org status=sent" },
        secret: ["kim@example.org"],
        kept: ["status=sent"],
        innocent: false,
      },
    ]);
  });

  test("has fields with values of every type, whole numbers of any size among them", () => {
    const fields = read("@ id = ⟦234567890123456011⟧", "@ ok = true", '@ list = ["a", 2]', "@ note = 5 apples");
    expect(fields.map(({ content }) => content)).toEqual([
      { key: "id", value: 234567890123456011n },
      { key: "ok", value: true },
      { key: "list", value: ["a", 2n] },
      { key: "note", value: "5 apples" },
    ]);
  });

  test.each([
    ["⟦open", "mine.txt:2: a mark has no partner, or one stands inside another."],
    ["⟦ab⟧", 'mine.txt:2: "ab" is shorter than 3 characters.'],
    ["⟪stays⟫", "mine.txt:2: something is marked ⟪to stay⟫ and nothing ⟦to go⟧: without marks all of it must stay."],
    ["@ novalue", 'mine.txt:2: "@ novalue" is no field. Write "@ <key> = <value>".'],
    ['@ a = {"b"', 'mine.txt:2: {"b" begins like JSON and is none. Write a text in double quotes.'],
    ["## bad [", 'mine.txt:2: "## bad [" is no heading. Write "## <kind>" or "## <kind> [<place>, ...]".'],
  ])("is refused with file and line: %s", (line, message) => {
    expect(() => read(line)).toThrow(new BadPayload(message));
  });

  test("names only places that there are", () => {
    const payloads = parsePayloads("## mail [span nam]\nx ⟦kim@example.org⟧", "mine.txt");
    expect(() => casesOf(payloads)).toThrow('mine.txt:2: there is no place "span nam". Use some of: span name, ');
  });
});

describe("the repository's payloads", () => {
  const payloads = allPayloads();
  const cases = casesOf(payloads);
  const pairs = (some: readonly Case[]) => new Set(some.map(({ payload, place }) => `${payload.kind} ${place.name}`));

  test("are many more than 400, with and without something private", () => {
    expect(payloads.filter(({ innocent }) => !innocent).length).toBeGreaterThan(600);
    expect(payloads.filter(({ innocent }) => innocent).length).toBeGreaterThan(400);
    expect(cases.length).toBeGreaterThan(10_000);
  });

  test("reach every place, and a sample has every payload, and every kind in each of its places", () => {
    const sample = sampleOf(cases);
    expect(new Set(sample.map(({ place }) => place.name)).size).toBe(PLACES.length);
    expect(new Set(sample.map(({ payload }) => payload.id)).size).toBe(payloads.length);
    expect(pairs(sample)).toEqual(pairs(cases));
    expect(sample.length).toBeLessThan(cases.length / 4);
  });

  test("have secrets of their own: one that leaks somewhere is known by its payload", () => {
    const texts = payloads.map(({ id, content }) => ({ id, text: textsOf(content).join("\n") }));
    const shared = payloads.flatMap(({ id, secret }) =>
      secret
        .filter((one) => one.length >= 8)
        .flatMap((one) =>
          texts.filter((other) => other.id !== id && other.text.includes(one)).map((other) => [id, other.id]),
        ),
    );
    expect(shared).toEqual([]);
  });

  test("have ids of their own in every place", () => {
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  });
});

describe("judging what arrives", () => {
  // what is sent as bytes is no text in the request's JSON, which these tests change
  const places = PLACES.filter(({ name }) => !name.endsWith("bytes"));
  const cases = casesOf(read("to=⟦kim@example.org⟧ ⟪status=sent⟫", "@ port = 5432", 'it\'s "fine"'), places);

  /** What would arrive if the pipeline changed every request's text like that. */
  function arrivals(change: (json: string) => string): Arrivals {
    const all: Arrivals = { items: new Map(), others: [] };
    for (const signal of ["traces", "logs", "metrics"] as const) {
      const some = cases.filter(({ place }) => place.signal === signal);
      gather(all, signal, JSON.parse(change(JSON.stringify(requestOf(signal, some)))));
    }
    return all;
  }
  const counts = (change: (json: string) => string) =>
    Object.fromEntries(
      [...Map.groupBy(judge(cases, "otlp", arrivals(change)), ({ what, id }) => `${what} ${id}`)].map(([key, all]) => [
        key,
        all.length,
      ]),
    );
  const of = (id: string) => cases.filter(({ payload }) => payload.id === id).length;

  test("what arrives as it was sent leaks wherever something is private, and nothing is destroyed", () => {
    expect(counts((json) => json)).toEqual({ "leaked mine.txt:2": of("mine.txt:2") });
  });

  test("what is masked with care is neither", () => {
    expect(counts((json) => json.replaceAll("kim@example.org", "***"))).toEqual({});
  });

  test("a whole record masked is destroyed, and so is an innocent value in any place", () => {
    const masked = (json: string) =>
      json.replaceAll("to=kim@example.org status=sent", "***").replaceAll("5432", "0").replaceAll("fine", "***");
    expect(counts(masked)).toEqual({
      "destroyed mine.txt:2": of("mine.txt:2"),
      "destroyed mine.txt:3": of("mine.txt:3"),
      "destroyed mine.txt:4": of("mine.txt:4"),
    });
  });

  test("what does not arrive is lost", () => {
    expect(judge(cases, "otlp", { items: new Map(), others: [] }).map(({ what }) => what)).toEqual(
      cases.map(() => "lost"),
    );
  });
});
