/** What a Go program says about itself: the modules it was linked from (the layout is that of Go's debug/buildinfo). Pure. */

const MAGIC = Buffer.from("\xff Go buildinf:", "latin1");
const HEADER_BYTES = 32;
/** The text stands between two marks of this length. */
const MARK_BYTES = 16;
const INLINE = 2;

export interface GoModule {
  readonly path: string;
  readonly version: string;
}

export interface GoProgram {
  /** `go1.26.8` */
  readonly compiler: string;
  readonly modules: readonly GoModule[];
}

/** Undefined for what is no Go program, and for one made by Go before 1.18. */
export function goProgram(binary: Buffer): GoProgram | undefined {
  for (let at = binary.indexOf(MAGIC); at >= 0; at = binary.indexOf(MAGIC, at + 1)) {
    if (at % 16 !== 0 || ((binary[at + 15] ?? 0) & INLINE) === 0) continue;
    const compiler = textAt(binary, at + HEADER_BYTES);
    if (compiler === undefined || !compiler.text.startsWith("go")) continue;
    const info = textAt(binary, compiler.end)?.text.slice(MARK_BYTES, -MARK_BYTES);
    return { compiler: compiler.text, modules: modulesOf(info ?? "") };
  }
  return undefined;
}

/** A text behind its length, seven bits a byte. */
function textAt(binary: Buffer, start: number): { readonly text: string; readonly end: number } | undefined {
  let length = 0;
  for (let i = 0; i < 5; i += 1) {
    const byte = binary[start + i];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) {
      const from = start + i + 1;
      const end = from + length;
      return end > binary.length ? undefined : { text: binary.toString("latin1", from, end), end };
    }
  }
  return undefined;
}

/** Lines `dep path version sum`; `=>` replaces the one above. A module of a folder has the version `(devel)`, which says nothing. */
function modulesOf(info: string): readonly GoModule[] {
  const modules: GoModule[] = [];
  for (const line of info.split("\n")) {
    const [kind, path = "", version = ""] = line.split("\t");
    if (kind === "=>") modules.pop();
    if (kind === "dep" || kind === "=>") modules.push({ path, version });
  }
  return modules.filter(({ version }) => version !== "" && version !== "(devel)");
}
