import type { Shape } from "./shape.ts";

/** Keys of the operators of log receivers, from the tags of their structs (pkg/stanza up to 0.165). What is not here is not judged: inputs, and operators of others. */
type Keys = Readonly<Record<string, Shape>>;

const BASE = any("id type");
const TRANSFORMER: Keys = { ...BASE, ...any("output on_error if") };
const TIME = any("parse_from layout layout_type location time_zone_locations");
const SEVERITY = any("parse_from preset mapping overwrite_text");
const FROM: Shape = { k: any("parse_from") };
const TRACE: Keys = { trace_id: FROM, span_id: FROM, trace_flags: FROM };
const PARSER: Keys = {
  ...TRANSFORMER,
  ...any("parse_from parse_to body"),
  timestamp: { k: TIME },
  severity: { k: SEVERITY },
  trace: { k: TRACE },
  scope_name: FROM,
};

export const OPERATORS: Readonly<Record<string, Shape>> = {
  add: { k: { ...TRANSFORMER, ...any("field value") } },
  assign_keys: { k: { ...TRANSFORMER, ...any("field keys") } },
  container: { k: { ...PARSER, ...any("format add_metadata_from_filepath max_log_size") } },
  copy: { k: { ...TRANSFORMER, ...any("from to") } },
  csv_parser: {
    k: { ...PARSER, ...any("header header_delimiter header_attribute delimiter lazy_quotes ignore_quotes") },
  },
  drop_output: { k: BASE },
  filter: { k: { ...TRANSFORMER, ...any("expr drop_ratio") } },
  flatten: { k: { ...TRANSFORMER, ...any("field") } },
  json_array_parser: { k: { ...PARSER, ...any("header") } },
  json_parser: { k: { ...PARSER, ...any("parse_ints") } },
  key_value_parser: { k: { ...PARSER, ...any("delimiter pair_delimiter") } },
  move: { k: { ...TRANSFORMER, ...any("from to") } },
  noop: { k: TRANSFORMER },
  recombine: {
    k: {
      ...TRANSFORMER,
      ...any("is_first_entry is_last_entry max_batch_size max_unmatched_batch_size combine_field combine_with"),
      ...any("source_identifier overwrite_with force_flush_period max_sources max_log_size"),
    },
  },
  regex_parser: { k: { ...PARSER, regex: "?", cache: { k: any("size") } } },
  regex_replace: { k: { ...TRANSFORMER, ...any("regex_name regex replace_with field") } },
  remove: { k: { ...TRANSFORMER, ...any("field") } },
  retain: { k: { ...TRANSFORMER, ...any("fields") } },
  router: { k: { ...BASE, default: "?", routes: { a: { k: any("expr output attributes") } } } },
  sanitize_utf8: { k: { ...TRANSFORMER, ...any("field") } },
  scope_name_parser: { k: { ...TRANSFORMER, ...any("parse_from") } },
  severity_parser: { k: { ...TRANSFORMER, ...SEVERITY } },
  syslog_parser: {
    k: {
      ...PARSER,
      ...any(
        "protocol location enable_octet_counting allow_skip_pri_header non_transparent_framing_trailer max_octets",
      ),
    },
  },
  time_parser: { k: { ...TRANSFORMER, ...TIME } },
  trace_parser: { k: { ...TRANSFORMER, ...TRACE } },
  unquote: { k: { ...TRANSFORMER, ...any("field") } },
  uri_parser: { k: PARSER },
};

function any(names: string): Keys {
  return Object.fromEntries(names.split(" ").map((name) => [name, "?" as const]));
}
