import { join } from "node:path";
import ts from "typescript";

/** A JSON schema, draft 2020-12. */
export type Schema = { readonly [key: string]: unknown };

const root = join(import.meta.dirname, "../../..");
const SOURCE = join(import.meta.dirname, "outputs.ts");

/** The schema of each output in `outputs.ts`, by command. Docstrings of the types are its descriptions. */
export function generateSchemas(): Readonly<Record<string, Schema>> {
  const options = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config,
    ts.sys,
    root,
  ).options;
  const program = ts.createProgram([SOURCE], options);
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(SOURCE);
  const outputs = file?.statements.find(ts.isInterfaceDeclaration);
  if (outputs === undefined) throw new Error(`${SOURCE} has no interface.`);
  const entries = checker.getTypeAtLocation(outputs).getProperties();
  return Object.fromEntries(
    entries.map((command) => [
      command.name,
      new Writer(checker).document(command.name, checker.getTypeOfSymbol(command)),
    ]),
  );
}

/** `verify.json`; the colon of `lint:collector` is no character of every file system. */
export const fileOf = (command: string): string => `${command.replace(":", "-")}.json`;

class Writer {
  readonly #checker: ts.TypeChecker;
  readonly #defs = new Map<string, Schema>();
  readonly #names = new Map<ts.Type, string>();

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  document(command: string, type: ts.Type): Schema {
    const body = this.#schemaOf(type);
    return {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $id: fileOf(command),
      title: `npm run ${command} -- --json`,
      ...body,
      ...(this.#defs.size > 0 && { $defs: Object.fromEntries([...this.#defs].sort(([a], [b]) => (a < b ? -1 : 1))) }),
    };
  }

  #schemaOf(type: ts.Type): Schema {
    const name = this.#nameOf(type);
    if (name === undefined) return this.#inline(type);
    if (!this.#names.has(type)) {
      if (this.#defs.has(name)) throw new Error(`Two types are called ${name}: rename one, or do not export it.`);
      this.#names.set(type, name);
      this.#defs.set(name, {});
      const description = docOf(type.aliasSymbol ?? type.symbol, this.#checker);
      this.#defs.set(name, { ...description, ...this.#inline(type) });
    }
    return { $ref: `#/$defs/${name}` };
  }

  /** Interfaces and named unions of objects stand once; what is short or has no name stands where it is used. */
  #nameOf(type: ts.Type): string | undefined {
    const { aliasSymbol, symbol } = type;
    if (aliasSymbol !== undefined) {
      const isOurs = !isLibrary(aliasSymbol) && (type.aliasTypeArguments ?? []).length === 0;
      return isOurs && type.isUnion() && !type.types.every((part) => part.isLiteral()) ? aliasSymbol.name : undefined;
    }
    const isInterface = (symbol?.flags ?? 0) & ts.SymbolFlags.Interface && !isLibrary(symbol);
    return isInterface ? symbol.name : undefined;
  }

  #inline(type: ts.Type): Schema {
    if (type.flags & (ts.TypeFlags.Unknown | ts.TypeFlags.Any)) return {};
    if (type.flags & ts.TypeFlags.Null) return { type: "null" };
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (type.flags & ts.TypeFlags.BooleanLiteral) return { const: this.#checker.typeToString(type) === "true" };
    if (type.flags & (ts.TypeFlags.String | ts.TypeFlags.TemplateLiteral)) return { type: "string" };
    if (type.flags & ts.TypeFlags.Number) return { type: "number" };
    if (type.isUnion()) return this.#union(type.types);
    if (this.#checker.isTupleType(type)) return this.#tuple(type as ts.TypeReference);
    if (this.#checker.isArrayType(type)) {
      const [item] = this.#checker.getTypeArguments(type as ts.TypeReference);
      return { type: "array", items: item === undefined ? {} : this.#schemaOf(item) };
    }
    return this.#object(type);
  }

  #union(types: readonly ts.Type[]): Schema {
    const defined = types.filter((type) => !(type.flags & ts.TypeFlags.Undefined));
    const isBoolean = (type: ts.Type) => (type.flags & ts.TypeFlags.BooleanLiteral) !== 0;
    const booleans = defined.filter(isBoolean);
    const literals = defined.filter((type) => type.isStringLiteral());
    const whole: readonly Schema[] = [
      ...(booleans.length === 2 ? [{ type: "boolean" }] : booleans.map((type) => this.#inline(type))),
      ...(literals.length > 1
        ? [{ enum: literals.map(({ value }) => value) }]
        : literals.map(({ value }) => ({ const: value }))),
      ...defined.filter((type) => !isBoolean(type) && !type.isStringLiteral()).map((type) => this.#schemaOf(type)),
    ];
    const [only] = whole;
    return whole.length === 1 && only !== undefined ? only : { anyOf: whole };
  }

  #tuple(type: ts.TypeReference): Schema {
    const items = this.#checker.getTypeArguments(type).map((item) => this.#schemaOf(item));
    return { type: "array", prefixItems: items, minItems: items.length, items: false };
  }

  #object(type: ts.Type): Schema {
    const properties = this.#checker.getPropertiesOfType(type);
    const [index] = this.#checker.getIndexInfosOfType(type);
    const optional = (symbol: ts.Symbol) => (symbol.flags & ts.SymbolFlags.Optional) !== 0;
    return {
      type: "object",
      ...(properties.length > 0 && {
        properties: Object.fromEntries(
          properties.map((symbol) => [
            symbol.name,
            { ...docOf(symbol, this.#checker), ...this.#schemaOf(this.#checker.getTypeOfSymbol(symbol)) },
          ]),
        ),
        required: properties.filter((symbol) => !optional(symbol)).map(({ name }) => name),
      }),
      additionalProperties: index === undefined ? false : this.#schemaOf(index.type),
    };
  }
}

function docOf(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): { readonly description?: string } {
  const text = ts.displayPartsToString(symbol?.getDocumentationComment(checker)).trim();
  return text === "" ? {} : { description: text };
}

const isLibrary = (symbol: ts.Symbol): boolean =>
  symbol.declarations?.every((declaration) => declaration.getSourceFile().fileName.includes("node_modules")) ?? true;
