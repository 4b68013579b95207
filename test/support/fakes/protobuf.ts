/** Reads protobuf by a description of the fields one wants; everything else is skipped. */

type Kind = "text" | "hex" | "integer" | "fixed64" | "double" | "flag" | (() => Shape);

/** Field number -> its name, how to read it, and whether it repeats. */
export interface Shape {
  readonly [field: number]: readonly [name: string, kind: Kind, repeated?: "repeated"];
}

export type Message = Readonly<Record<string, unknown>>;

/** @throws Error on bytes that are no protobuf message. */
export function decode(bytes: Uint8Array, shape: Shape): Message {
  const result: Record<string, unknown> = {};
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 63n) throw new Error("The protobuf ends in the middle of a number.");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new Error("The protobuf ends in the middle of a field.");
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const known = shape[tag >> 3];
    const raw = readRaw(tag & 7, varint, take, view, () => at);
    if (known === undefined) continue;
    const [name, kind, repeated] = known;
    const value = interpret(raw, kind);
    if (repeated) result[name] = [...((result[name] as readonly unknown[] | undefined) ?? []), value];
    else result[name] = value;
  }
  return result;
}

type Raw =
  | { readonly number: bigint }
  | { readonly double: number; readonly bits: bigint }
  | { readonly bytes: Uint8Array };

function readRaw(
  wire: number,
  varint: () => bigint,
  take: (length: number) => Uint8Array,
  view: DataView,
  at: () => number,
): Raw {
  switch (wire) {
    case 0:
      return { number: varint() };
    case 1: {
      const start = at();
      take(8);
      return { double: view.getFloat64(start, true), bits: view.getBigUint64(start, true) };
    }
    case 2:
      return { bytes: take(Number(varint())) };
    case 5: {
      const start = at();
      take(4);
      return { number: BigInt(view.getUint32(start, true)) };
    }
    default:
      throw new Error(`The protobuf has the wire type ${wire}, which nothing uses any more.`);
  }
}

function interpret(raw: Raw, kind: Kind): unknown {
  if (typeof kind === "function") return decode(bytesOf(raw), kind());
  switch (kind) {
    case "text":
      return Buffer.from(bytesOf(raw)).toString("utf8");
    case "hex":
      return Buffer.from(bytesOf(raw)).toString("hex");
    case "integer":
      return "number" in raw ? Number(BigInt.asIntN(64, raw.number)) : 0;
    case "flag":
      return "number" in raw && raw.number !== 0n;
    case "fixed64":
      return "bits" in raw ? String(raw.bits) : "0";
    case "double":
      return "double" in raw ? raw.double : 0;
    default:
      return kind satisfies never;
  }
}

function bytesOf(raw: Raw): Uint8Array {
  if ("bytes" in raw) return raw.bytes;
  throw new Error("The protobuf has a number where a text or message belongs.");
}
