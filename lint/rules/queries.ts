/** Queries of databases: columns that the query does not select, and rows that are read again and again. */
import { at, listOf, recordOf, textOf, textsOf } from "../model.ts";
import type { Path } from "../record.ts";
import type { Rule } from "../rule.ts";

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Whether the text of a query speaks of a column, or takes all. */
const selects = (sql: string, column: string): boolean =>
  /\bselect\s+(?:distinct\s+)?(?:\w+\.)?\*/i.test(sql) ||
  /,\s*\w+\.\*/.test(sql) ||
  !/\bselect\b/i.test(sql) ||
  new RegExp(`(?<![\\w])${escaped(column)}(?![\\w])`, "i").test(sql);

/** Forms of datasources, with the drivers that read them. */
const SOURCES: readonly (readonly [form: RegExp, drivers: readonly [string, ...string[]]])[] = [
  [/@(tcp|unix)\(/, ["mysql"]],
  [/^mysql:\/\//, ["mysql"]],
  [/^postgres(ql)?:\/\/|^host=\S+ .*\b(user|dbname|sslmode)=/, ["postgres"]],
  [/^sqlserver:\/\//, ["sqlserver"]],
  [/^oracle:\/\//, ["oracle"]],
];

export const queryRules: readonly Rule[] = [
  {
    id: "column-not-selected",
    severity: "error",
    explain:
      "A value or an attribute is taken from a column of the result, by its name: one that the query does not select fails at each run.",
    bad: "receivers:\n  sqlquery: {driver: postgres, datasource: '${env:DSN}', queries: [{sql: 'SELECT count(*) AS n FROM orders', metrics: [{metric_name: orders, value_column: total}]}]}\n",
    good: "receivers:\n  sqlquery: {driver: postgres, datasource: '${env:DSN}', queries: [{sql: 'SELECT count(*) AS n FROM orders', metrics: [{metric_name: orders, value_column: n}]}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "sqlquery"))
        for (const [i, query] of listOf(settings.queries).entries()) {
          const sql = textOf(at(query, "sql"));
          if (sql === "" || sql.includes("${")) continue;
          const place = [...path, "queries", i];
          const wanted: (readonly [Path, string])[] = [
            [[...place, "tracking_column"], textOf(at(query, "tracking_column"))],
          ];
          for (const kind of ["metrics", "logs"])
            for (const [j, item] of listOf(at(query, kind)).entries()) {
              for (const key of ["value_column", "body_column", "ts_column", "start_ts_column"])
                wanted.push([[...place, kind, j, key], textOf(recordOf(item)[key])]);
              for (const [k, name] of textsOf(at(item, "attribute_columns")).entries())
                wanted.push([[...place, kind, j, "attribute_columns", k], name]);
            }
          for (const [at_, column] of wanted)
            if (column !== "" && !selects(sql, column))
              yield {
                path: at_,
                message: `the query selects no ${column}`,
                fix: "name a column of the query, or select it AS that",
              };
        }
    },
  },
  {
    id: "rows-read-again",
    severity: "warning",
    explain:
      "A query for logs runs at each interval: with tracking_column, and its last value as a parameter of the query, only new rows are read, without them all rows each time.",
    bad: "receivers:\n  sqlquery: {driver: postgres, datasource: '${env:DSN}', queries: [{sql: 'SELECT id, line FROM audit', logs: [{body_column: line}]}]}\n",
    good: "receivers:\n  sqlquery: {driver: postgres, datasource: '${env:DSN}', queries: [{sql: 'SELECT id, line FROM audit WHERE id > $$1 ORDER BY id', tracking_column: id, tracking_start_value: '0', logs: [{body_column: line}]}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "sqlquery"))
        for (const [i, query] of listOf(settings.queries).entries()) {
          const { sql, logs, tracking_column } = recordOf(query);
          if (listOf(logs).length === 0 || typeof sql !== "string" || sql.includes("${")) continue;
          const hasParameter = /\$\d|\?|:\w+|@p?\w+/.test(sql);
          if (tracking_column !== undefined && !hasParameter)
            yield {
              path: [...path, "queries", i, "tracking_column"],
              message: "the query has no parameter for the last value, so all rows are read each time",
              fix: `write WHERE ${textOf(tracking_column)} > $$1 (for MySQL ?)`,
            };
          else if (tracking_column === undefined && !/\bwhere\b/i.test(sql))
            yield {
              path: [...path, "queries", i],
              message: "all rows are read, and sent, at each interval",
              fix: "set tracking_column and tracking_start_value, and ask for rows above it",
            };
        }
    },
  },
  {
    id: "source-of-other-driver",
    severity: "error",
    explain: "Each driver reads a datasource of its own form: that of another one is refused, or reaches nobody.",
    bad: "receivers:\n  sqlquery: {driver: postgres, datasource: 'otel:${env:P}@tcp(mysql:3306)/shop', queries: [{sql: 'SELECT count(*) AS n FROM orders', metrics: [{metric_name: orders, value_column: n}]}]}\n",
    good: "receivers:\n  sqlquery: {driver: mysql, datasource: 'otel:${env:P}@tcp(mysql:3306)/shop', queries: [{sql: 'SELECT count(*) AS n FROM orders', metrics: [{metric_name: orders, value_column: n}]}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "sqlquery")) {
        const driver = textOf(settings.driver);
        const [, owner] = SOURCES.find(([form]) => form.test(textOf(settings.datasource))) ?? [];
        if (driver !== "" && owner !== undefined && !owner.includes(driver) && !driver.includes("${"))
          yield {
            path: [...path, "datasource"],
            message: `${driver} does not read a datasource of ${owner[0]}`,
            fix: `write driver: ${owner[0]}, or a datasource of ${driver}`,
          };
      }
    },
  },
  {
    id: "query-of-other-signal",
    severity: "warning",
    explain: "A query gives what is listed below it: one with metrics alone gives a pipeline of logs nothing.",
    bad: "receivers:\n  sqlquery: {driver: postgres, datasource: '${env:DSN}', queries: [{sql: 'SELECT count(*) AS n FROM orders', metrics: [{metric_name: orders, value_column: n}]}]}\nservice:\n  pipelines:\n    logs: {receivers: [sqlquery], exporters: [debug]}\n",
    good: "receivers:\n  sqlquery: {driver: postgres, datasource: '${env:DSN}', queries: [{sql: 'SELECT count(*) AS n FROM orders', metrics: [{metric_name: orders, value_column: n}]}]}\nservice:\n  pipelines:\n    metrics: {receivers: [sqlquery], exporters: [debug]}\n",
    *find(config) {
      for (const { id, settings } of config.of("receiver", "sqlquery"))
        for (const { signal, path } of config.using("receivers", id)) {
          const queries = listOf(settings.queries);
          if (!/^(logs|metrics)$/.test(signal) || queries.length === 0) continue;
          if (queries.every((query) => listOf(at(query, signal)).length === 0))
            yield {
              path: [...path, "receivers"],
              message: `no query of ${id} gives ${signal}`,
              fix: `list ${signal} below a query, or name ${id} in a pipeline of ${signal === "logs" ? "metrics" : "logs"}`,
            };
        }
    },
  },
];
