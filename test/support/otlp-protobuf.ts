/** Writes OTLP log requests as protobuf, which is all that VictoriaLogs takes. */

/** An attribute's value as OTLP's JSON writes it. */
export interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly doubleValue?: number;
}

export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** The parts of a log record that our tests set. */
export interface LogRecordJson {
  readonly timeUnixNano: string;
  readonly severityNumber: number;
  readonly body: AnyValue;
  readonly attributes: readonly KeyValue[];
}

export interface LogRequestJson {
  readonly resourceLogs: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeLogs: readonly { readonly logRecords: readonly LogRecordJson[] }[];
  }[];
}

/** ExportLogsServiceRequest, https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/logs/v1/logs.proto */
export function logRequestProtobuf({ resourceLogs }: LogRequestJson): Uint8Array<ArrayBuffer> {
  return join(
    resourceLogs.map(({ resource, scopeLogs }) =>
      message(1, [
        message(1, resource.attributes.map(keyValue(1))),
        ...scopeLogs.map(({ logRecords }) => message(2, logRecords.map(logRecord))),
      ]),
    ),
  );
}

const logRecord = ({ timeUnixNano, severityNumber, body, attributes }: LogRecordJson): Uint8Array =>
  message(2, [
    fixed64(1, BigInt(timeUnixNano)),
    varintField(2, BigInt(severityNumber)),
    message(5, [anyValue(body)]),
    ...attributes.map(keyValue(6)),
  ]);

const keyValue =
  (field: number) =>
  ({ key, value }: KeyValue): Uint8Array =>
    message(field, [text(1, key), message(2, [anyValue(value)])]);

function anyValue({ stringValue, boolValue, intValue, doubleValue }: AnyValue): Uint8Array {
  if (boolValue !== undefined) return varintField(2, boolValue ? 1n : 0n);
  if (intValue !== undefined) return varintField(3, BigInt.asUintN(64, BigInt(intValue)));
  if (doubleValue !== undefined) {
    const bits = new DataView(new ArrayBuffer(8));
    bits.setFloat64(0, doubleValue);
    return fixed64(4, bits.getBigUint64(0));
  }
  return text(1, stringValue ?? "");
}

const tag = (field: number, wire: number): Uint8Array => varint(BigInt((field << 3) | wire));
const varintField = (field: number, value: bigint): Uint8Array => join([tag(field, 0), varint(value)]);
const text = (field: number, value: string): Uint8Array => delimited(field, Buffer.from(value));
const message = (field: number, parts: readonly Uint8Array[]): Uint8Array => delimited(field, join(parts));
const delimited = (field: number, bytes: Uint8Array): Uint8Array =>
  join([tag(field, 2), varint(BigInt(bytes.length)), bytes]);

function fixed64(field: number, value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return join([tag(field, 1), bytes]);
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.from([...bytes, Number(rest)]);
}

const join = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.concat(parts));
