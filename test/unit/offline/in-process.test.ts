import { createRequire } from "node:module";
import resource from "@pulumi/pulumi/proto/resource_pb.js";
import { expect, test } from "vitest";
import { placeholderSecret } from "../../../offline/answers.ts";
import type { Entry } from "../../../offline/book.ts";
import { answerInProcess } from "../../../offline/in-process.ts";

const own = createRequire(import.meta.url);
const run = { project: "p", stack: "s", organization: "o", preview: true, config: {}, secretKeys: [] };

type Answer = [error: { code: number; message: string } | null, response?: resource.RegisterResourceResponse];
type Client = Record<string, (request: object, callback: (...answer: Answer) => void) => void>;

/** A client of an SDK whose modules lie in a folder of their own, and what it told. */
function clientOfAnotherSdk() {
  const modules = new Map<string, object>();
  const load = (name: string) => {
    const known = modules.get(name) ?? { ...own(name) };
    modules.set(name, known);
    return known;
  };
  const sdk = Object.assign(load, { resolve: (name: string) => `/elsewhere/${name}` }) as unknown as NodeJS.Require;
  const told: Entry[] = [];
  answerInProcess(sdk)(run, { tell: (entry) => told.push(entry), generate: placeholderSecret });
  const { ResourceMonitorClient } = load("@pulumi/pulumi/proto/resource_grpc_pb.js") as {
    ResourceMonitorClient: new () => Client;
  };
  const client = new ResourceMonitorClient();
  const ask = (method: string, request: object) =>
    new Promise<Answer>((done) => client[method]?.(request, (...answer) => done(answer)));
  return { ask, told };
}

test("a program with an SDK of its own is answered in the bytes that both understand", async () => {
  const { ask, told } = clientOfAnotherSdk();
  const request = new resource.RegisterResourceRequest();
  request.setType("a:b:C");
  request.setName("one");
  request.setCustom(true);
  const [error, response] = await ask("registerResource", request);
  expect(error).toBeNull();
  expect(response?.getUrn()).toBe("urn:pulumi:s::p::a:b:C::one");
  expect(told).toEqual([["addRegistration", expect.objectContaining({ type: "a:b:C", name: "one", custom: true })]]);
});

test("what a recording cannot do is refused as gRPC refuses it: UNIMPLEMENTED", async () => {
  const { ask } = clientOfAnotherSdk();
  const [error] = await ask("registerStackTransform", new resource.RegisterResourceRequest());
  expect(error).toMatchObject({
    code: 12,
    details: "registerStackTransform is not implemented by the recording engine",
  });
});

test("a second resource of the same name is refused with the reason", async () => {
  const { ask } = clientOfAnotherSdk();
  const request = () => new resource.RegisterResourceRequest();
  await ask("registerResource", request());
  const [error] = await ask("registerResource", request());
  expect(error).toMatchObject({ code: 2, details: expect.stringContaining("Duplicate resource URN") });
});
