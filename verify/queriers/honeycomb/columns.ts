import { BackendError } from "../../http.ts";
import { list, object, text } from "../../json.ts";
import type { HoneycombApi } from "./api.ts";

/** A column of a dataset. */
export interface Column {
  readonly name: string;
  readonly isNumber: boolean;
  /** Absent where it was made ahead of data. */
  readonly lastWritten?: Date;
}

/** How long a list of columns is used again: their last writes are what is polled for where queries are refused. */
const freshMs = 5000;

/** The columns of datasets. Both are to be had on every plan. */
export interface Columns {
  /** None for a dataset that does not exist (yet). */
  of(dataset: string): Promise<readonly Column[]>;
}

export function columns(api: Pick<HoneycombApi, "get">): Columns {
  const known = new Map<string, { readonly readAt: number; readonly columns: Promise<readonly Column[]> }>();
  const read = async (dataset: string): Promise<readonly Column[]> => {
    try {
      return list(await api.get(`/1/columns/${dataset}`)).map(columnOf);
    } catch (error) {
      if (error instanceof BackendError && error.status === 404) return [];
      throw error;
    }
  };
  return {
    of(dataset) {
      const last = known.get(dataset);
      if (last !== undefined && Date.now() - last.readAt < freshMs) return last.columns;
      const now = { readAt: Date.now(), columns: read(dataset) };
      known.set(dataset, now);
      return now.columns;
    },
  };
}

function columnOf(entry: unknown): Column {
  const { key_name, type, last_written } = object(entry);
  const written = Date.parse(text(last_written));
  return {
    name: text(key_name),
    isNumber: type === "float" || type === "integer",
    ...(Number.isNaN(written) ? {} : { lastWritten: new Date(written) }),
  };
}

/** The dataset that traces and logs of a service go to. */
export function datasetOf(service: string): string {
  return service.toLowerCase().replaceAll(/[^a-z0-9_~.]+/g, "-");
}
