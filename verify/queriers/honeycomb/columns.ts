import { BackendError } from "../../http.ts";
import { list, object, text } from "../../json.ts";
import { shared } from "../../shared.ts";
import type { HoneycombApi } from "./api.ts";

/** A column of a dataset. */
export interface Column {
  readonly name: string;
  readonly isNumber: boolean;
  /** Absent where it was made ahead of data. */
  readonly lastWritten?: Date;
}

/** The columns of datasets. To be had on every plan. */
export interface Columns {
  /** None for a dataset that does not exist (yet). */
  of(dataset: string): Promise<readonly Column[]>;
}

export function columns(api: Pick<HoneycombApi, "get">): Columns {
  const read = async (dataset: string): Promise<readonly Column[]> => {
    try {
      return list(await api.get(`/1/columns/${dataset}`)).map(columnOf);
    } catch (error) {
      if (error instanceof BackendError && error.status === 404) return [];
      throw error;
    }
  };
  return { of: shared(read, (dataset) => dataset) };
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
