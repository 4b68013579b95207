import { createRequire } from "node:module";
import type { GenerateSecret } from "./answers.ts";
import { Book, type Entry } from "./book.ts";
import { engineService } from "./diagnostics.ts";
import { monitorService, type RunArgs } from "./monitor.ts";

/** What records a program, as seen from the program's process. */
export interface Recorder {
  readonly tell: (entry: Entry) => void;
  readonly generate: GenerateSecret;
}

type Message = object;

/** A method of a service as the SDK's generated code describes it. */
interface Method {
  readonly requestSerialize: (request: Message) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => Message;
  readonly responseSerialize: (response: Message) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Message;
}

type Handlers = Readonly<Record<string, (request: never) => Message>>;
type Callback = (error: Error | null, response?: Message) => void;

/** As gRPC numbers them. */
const [UNKNOWN_ERROR, UNIMPLEMENTED] = [2, 12];

/**
 * Puts the monitor and the engine into the program's own process: the SDK's clients call them as functions. Through gRPC, from process to process,
 * a recording took half as long again.
 * @param sdk finds modules where the program finds its SDK, which has not been loaded yet
 * @returns begins a run, whose calls are answered from then on
 */
export function answerInProcess(sdk: NodeJS.Require): (run: RunArgs, recorder: Recorder) => void {
  const monitor = replaceClient(sdk, "resource_grpc_pb", "ResourceMonitor");
  const engine = replaceClient(sdk, "engine_grpc_pb", "Engine");
  return (run, { tell, generate }) => {
    const book = new Book(tell);
    const hidden: GenerateSecret = (question) => {
      const secret = generate(question);
      book.hide(secret);
      return secret;
    };
    monitor(monitorService(run, hidden, book));
    engine(engineService(book));
  };
}

/** Gives the SDK a client that calls the handlers which the returned function is given. */
function replaceClient(sdk: NodeJS.Require, file: string, service: string): (handlers: Handlers) => void {
  const name = `@pulumi/pulumi/proto/${file}.js`;
  const own = createRequire(import.meta.url);
  const methodsOf = (from: NodeJS.Require) => from(name)[`${service}Service`] as Readonly<Record<string, Method>>;
  const theirs = methodsOf(sdk);
  // A program with an SDK of its own has its own classes of messages, perhaps of another version: then the bytes are what both understand.
  const ours = sdk.resolve(name) === own.resolve(name) ? theirs : methodsOf(own);
  let handlers: Handlers = {};
  const calls = Object.entries(theirs).map(([method, { requestSerialize, responseDeserialize }]) => {
    const answer = (request: Message): Message => {
      const handle = handlers[method];
      if (handle === undefined) throw failure(UNIMPLEMENTED, `${method} is not implemented by the recording engine`);
      const known = ours[method];
      if (ours === theirs || known === undefined) return handle(request as never);
      const response = handle(known.requestDeserialize(requestSerialize(request)) as never);
      return responseDeserialize(known.responseSerialize(response));
    };
    return [method, (request: Message, ...rest: readonly unknown[]) => call(answer, request, rest.at(-1) as Callback)];
  });
  class Client {
    constructor() {
      Object.assign(this, Object.fromEntries(calls));
    }
    close(): void {}
  }
  Reflect.set(sdk(name), `${service}Client`, Client);
  return (given) => {
    handlers = given;
  };
}

/** The answer comes in a later turn, as from another process; what is thrown reaches the program as the reason. */
function call(answer: (request: Message) => Message, request: Message, callback: Callback): void {
  try {
    const response = answer(request);
    setImmediate(callback, null, response);
  } catch (error) {
    const isOurs = error instanceof Error && "details" in error;
    setImmediate(
      callback,
      isOurs ? error : failure(UNKNOWN_ERROR, error instanceof Error ? error.message : `${error}`),
    );
  }
}

/** An error as gRPC gives it to a client. */
function failure(code: number, details: string): Error {
  return Object.assign(new Error(`${code}: ${details}`), { code, details });
}
