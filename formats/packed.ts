import { gzipSync, strToU8 } from "fflate";

/**
 * A text as base64 of its gzip: a sixth of boards in JSON. Pulumi's engine and the Docker provider read what a resource is made from some ten
 * times on every `up`, and a Swarm takes no config above 1000 KiB. By a library of JavaScript, since each version of zlib packs in its own way,
 * and another machine's Node would be a change of the container.
 */
export const packed = (text: string): string =>
  Buffer.from(gzipSync(strToU8(text), { level: 6, mtime: 0 })).toString("base64");
