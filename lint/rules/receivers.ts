/** Receivers, and settings of connectors. */
import { nearest } from "../../config/nearest.ts";
import { secondsOf } from "../duration.ts";
import { at, listOf, recordOf, textOf, textsOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";

const SCRAPERS = "cpu disk filesystem load memory network nfs paging process processes system".split(" ");
const OPERATORS =
  "add assign_keys container copy csv_parser filter flatten json_array_parser json_parser key_value_parser move noop recombine regex_parser regex_replace remove retain router scope_name_parser severity_parser stdout file_output syslog_parser time_parser trace_parser uri_parser unquote sanitize_utf8 file_input journald_input stdin syslog_input tcp_input udp_input windows_eventlog_input generate_input".split(
    " ",
  );

const DISCOVERED =
  /^type\s*==\s*"(pod|k8s\.service|k8s\.ingress|port|pod\.container|hostport|container|k8s\.node|kafka\.topics)"/;

export const receiverRules: readonly Rule[] = [
  {
    id: "file-log-takes-all",
    severity: "warning",
    explain:
      "All files below /var/log are archives, binary records of logins and the journal as well: what is read of them is rubbish.",
    bad: "receivers:\n  filelog: {include: ['/var/log/**']}\n",
    good: "receivers:\n  filelog: {include: ['/var/log/**/*.log']}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "filelog"))
        for (const [i, file] of textsOf(settings.include).entries())
          if (/^(\/\w+)?\/var\/log\/\*\*?(\/\*+)?$/.test(file) && listOf(settings.exclude).length === 0)
            yield {
              path: [...path, "include", i],
              message: `${file} takes archives and binary files as well`,
              fix: "write /var/log/**/*.log, or exclude the others",
            };
    },
  },
  {
    id: "host-metrics-scrapers",
    severity: "error",
    explain: "The host metrics receiver needs at least one scraper, each a key of its own that exists.",
    bad: "receivers:\n  hostmetrics: {scrapers: {cpus: {}}}\n",
    good: "receivers:\n  hostmetrics: {scrapers: {cpu: {}}}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "hostmetrics")) {
        const names = Object.keys(recordOf(settings.scrapers));
        if (names.length === 0)
          yield {
            path: settings.scrapers === undefined ? path : [...path, "scrapers"],
            message: "no scraper is configured",
            fix: "write scrapers: {cpu: {}, memory: {}}",
          };
        for (const name of names)
          if (!SCRAPERS.includes(name))
            yield {
              path: [...path, "scrapers", name],
              message: `there is no scraper ${name}`,
              fix: `write ${nearest(name, SCRAPERS) ?? SCRAPERS.join(", ")}`,
            };
      }
    },
  },
  {
    id: "prometheus-scrape-config",
    severity: "error",
    explain:
      "The Prometheus receiver takes Prometheus' own configuration below config: jobs with names of their own, targets as host:port.",
    bad: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, static_configs: [{targets: ['http://app:8000/metrics']}]}]}}\n",
    good: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, static_configs: [{targets: ['app:8000']}]}]}}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "prometheus")) {
        const jobs = at(settings, "config", "scrape_configs");
        if (
          jobs === undefined &&
          settings.target_allocator === undefined &&
          at(settings, "config", "scrape_config_files") === undefined &&
          settings.scrape_configs === undefined
        ) {
          yield { path, message: "there is no config.scrape_configs", fix: "list jobs below config.scrape_configs" };
          continue;
        }
        const names = listOf(jobs).map((job) => at(job, "job_name"));
        for (const [i, job] of listOf(jobs).entries()) {
          const place = [...path, "config", "scrape_configs", i];
          const { job_name, scrape_interval, scrape_timeout } = recordOf(job);
          if (job_name === undefined || job_name === "")
            yield { path: place, message: "a job has no job_name", fix: "give it one" };
          else if (names.indexOf(job_name) < i)
            yield {
              path: [...place, "job_name"],
              message: `two jobs are called ${wordOf(job_name)}`,
              fix: "rename one",
            };
          const [every, limit] = [secondsOf(scrape_interval), secondsOf(scrape_timeout)];
          if (every !== undefined && limit !== undefined && limit > every)
            yield {
              path: [...place, "scrape_timeout"],
              message: "scrape_timeout is above scrape_interval",
              fix: "lower it",
            };
          for (const key of ["scrape_interval", "scrape_timeout"])
            if (typeof at(job, key) === "number")
              yield { path: [...place, key], message: `${key} has no unit`, fix: `write ${wordOf(at(job, key))}s` };
          for (const [j, group] of listOf(at(job, "static_configs")).entries()) {
            const targets = at(group, "targets");
            if (typeof targets === "string")
              yield {
                path: [...place, "static_configs", j, "targets"],
                message: "targets is no list",
                fix: `write ['${targets}']`,
              };
            // relabelling may make an address of it, as for a prober
            for (const [k, target] of textsOf(targets).entries())
              if (
                /^\w+:\/\/|\/./.test(target) &&
                !target.includes("${") &&
                listOf(at(job, "relabel_configs")).length === 0
              )
                yield {
                  path: [...place, "static_configs", j, "targets", k],
                  message: `${target} is no target`,
                  fix: "write host:port; scheme and metrics_path are keys of the job",
                };
          }
        }
      }
    },
  },
  {
    id: "file-log",
    severity: "error",
    explain: "The file log receiver needs files to include, and knows the operators of its own language only.",
    bad: "receivers:\n  filelog: {operators: [{type: json_parse}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/*.log], operators: [{type: json_parser}]}\n",
    *find(config) {
      for (const { settings, path, type } of config.of(
        "receiver",
        "filelog",
        "journald",
        "syslog",
        "tcplog",
        "udplog",
      )) {
        if (type === "filelog" && listOf(settings.include).length === 0)
          yield {
            path: settings.include === undefined ? path : [...path, "include"],
            message: "no file is included",
            fix: "write include: [/var/log/*.log]",
          };
        if (at(settings, "multiline", "line_start_pattern") && at(settings, "multiline", "line_end_pattern"))
          yield {
            path: [...path, "multiline"],
            message: "an entry has a pattern for its start and one for its end, of which one only can be set",
            fix: "remove line_end_pattern or line_start_pattern",
          };
        const { start_at } = settings;
        if (typeof start_at === "string" && !/^(beginning|end)$/.test(start_at) && !start_at.includes("${"))
          yield {
            path: [...path, "start_at"],
            message: `"${start_at}" is no place to begin`,
            fix: "write beginning or end",
          };
        for (const [i, operator] of listOf(settings.operators).entries()) {
          const place = [...path, "operators", i];
          const name = at(operator, "type");
          if (typeof name !== "string") yield { path: place, message: "an operator has no type", fix: "set type" };
          else if (!OPERATORS.includes(name)) {
            const guess = nearest(name, OPERATORS);
            if (guess !== undefined)
              yield { path: [...place, "type"], message: `there is no operator ${name}`, fix: `write ${guess}` };
          }
          const regex = textOf(at(operator, "regex"));
          if (name === "regex_parser" && regex !== "" && !/\(\?P?</.test(regex))
            yield {
              path: [...place, "regex"],
              message: "the pattern has no named group, so nothing is parsed",
              fix: "name groups as (?P<name>…)",
            };
        }
      }
    },
  },
  {
    id: "receiver-needs",
    severity: "error",
    explain: "Some receivers do not start without an address, a user or a list.",
    bad: "receivers:\n  postgresql: {endpoint: 'db:5432', tls: {insecure: true}}\n",
    good: "receivers:\n  postgresql: {endpoint: 'db:5432', username: otel, password: '${env:PG}', tls: {insecure: true}}\n",
    *find(config) {
      const needs: Readonly<Record<string, readonly string[]>> = {
        postgresql: ["username", "password"],
        redis: ["endpoint"],
        httpcheck: ["targets"],
        sqlquery: ["driver", "queries"],
        mysql: [],
        kafka: [],
      };
      for (const { type, id, settings, path } of config.of("receiver"))
        for (const key of needs[type] ?? [])
          if (
            (settings[key] === undefined || settings[key] === null) &&
            !(type === "sqlquery" && key === "driver" && settings.datasource)
          )
            yield { path, message: `${id} has no ${key}`, fix: `set ${key}` };
    },
  },
  {
    id: "span-metrics-settings",
    severity: "error",
    explain: "Histograms are explicit or exponential, buckets are durations, dimensions are names.",
    bad: "connectors:\n  spanmetrics: {dimensions: [http.route]}\n",
    good: "connectors:\n  spanmetrics: {dimensions: [{name: http.route}], histogram: {explicit: {buckets: [10ms, 1s]}}}\n",
    *find(config) {
      for (const { settings, path } of config.of("connector", "spanmetrics")) {
        if (
          at(settings, "histogram", "explicit") !== undefined &&
          at(settings, "histogram", "exponential") !== undefined
        )
          yield {
            path: [...path, "histogram"],
            message: "the histogram is explicit and exponential",
            fix: "remove one of them",
          };
        for (const [i, bucket] of listOf(at(settings, "histogram", "explicit", "buckets")).entries())
          if (typeof bucket !== "string" || /^\d+$/.test(bucket))
            yield {
              path: [...path, "histogram", "explicit", "buckets", i],
              message: `the bucket ${wordOf(bucket)} has no unit`,
              fix: `write ${wordOf(bucket)}ms`,
            };
        for (const key of ["dimensions", "calls_dimensions"])
          for (const [i, dimension] of listOf(settings[key]).entries())
            if (typeof dimension === "string")
              yield {
                path: [...path, key, i],
                message: `the dimension ${dimension} is a text`,
                fix: `write {name: ${dimension}}`,
              };
      }
      for (const { settings, path } of config.of("connector", "servicegraph"))
        for (const [i, dimension] of listOf(settings.dimensions).entries())
          if (typeof dimension !== "string")
            yield {
              path: [...path, "dimensions", i],
              message: "a dimension of servicegraph is a text",
              fix: "write its name alone",
            };
    },
  },
  {
    id: "discovery-rule",
    severity: "error",
    explain:
      'The rule of a receiver_creator begins with the kind of what is found, in quotes: type == "port". What its settings take from there stands between backticks.',
    bad: "receivers:\n  receiver_creator: {watch_observers: [k8s_observer], receivers: {redis: {rule: 'type == port && port == 6379'}}}\n",
    good: "receivers:\n  receiver_creator: {watch_observers: [k8s_observer], receivers: {redis: {rule: 'type == \"port\" && port == 6379'}}}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "receivercreator"))
        for (const [name, made] of Object.entries(recordOf(settings.receivers))) {
          const rule = at(made, "rule");
          const place = [...path, "receivers", name];
          if (
            typeof rule === "string" &&
            /^type\s*==\s*"(pod|k8s\.service)"/.test(rule) &&
            /(?<![\w."-])port\s*(==|in\b)/.test(rule)
          )
            yield {
              path: [...place, "rule"],
              message: "a pod and a service have no port; what is found of type port has",
              fix: 'write type == "port" && port == …',
            };
          if (typeof rule === "string" && /[^=!<>~]=[^=~]/.test(rule.replace(/"[^"]*"|'[^']*'/g, '""')))
            yield { path: [...place, "rule"], message: "a single = compares nothing", fix: "write ==" };
          for (const { path: inner, value } of config.within({ section: "receivers", id: wordOf(path[1]) })) {
            const [, read] = /\$\{(endpoint|port|host|name|pod\.\w+)\}/.exec(textOf(value)) ?? [];
            if (read !== undefined && inner[3] === name)
              yield {
                path: inner,
                message: `\${${read}} is a variable of the environment, and not what is discovered`,
                fix: `write it between backticks: \`${read}\``,
              };
            // host names have dots or dashes here more often than this one word
            if (inner[3] === name && inner[4] === "config" && /^endpoint(:\d+)?(\/|$)/.test(textOf(value)))
              yield {
                path: inner,
                message: `${textOf(value)} is taken as it stands, and not as what is discovered`,
                fix: `write \`endpoint\`${textOf(value).slice("endpoint".length)}, with the backticks in quotes`,
              };
          }
          if (typeof rule === "string" && !DISCOVERED.test(rule))
            yield {
              path: [...path, "receivers", name, "rule"],
              message: "the rule does not begin with type == and a kind in quotes",
              fix: 'write type == "port" && …, or "pod", "hostport", "container"',
            };
        }
    },
  },
  {
    id: "kafka-group-twice",
    severity: "warning",
    explain: "Consumers of one group share the messages of a topic: two receivers in one group get a part each.",
    bad: "receivers:\n  kafka/a: {brokers: ['k:9092'], group_id: otel, logs: {topics: [app]}}\n  kafka/b: {brokers: ['k:9092'], group_id: otel, logs: {topics: [app]}}\nservice:\n  pipelines:\n    logs/a: {receivers: [kafka/a], exporters: [debug]}\n    logs/b: {receivers: [kafka/b], exporters: [debug]}\n",
    good: "receivers:\n  kafka/a: {brokers: ['k:9092'], group_id: a, logs: {topics: [app]}}\n  kafka/b: {brokers: ['k:9092'], group_id: b, logs: {topics: [app]}}\nservice:\n  pipelines:\n    logs/a: {receivers: [kafka/a], exporters: [debug]}\n    logs/b: {receivers: [kafka/b], exporters: [debug]}\n",
    *find(config) {
      const taken = new Map<string, string>();
      for (const { id, settings, path } of config.of("receiver", "kafka")) {
        const { brokers = "localhost:9092", group_id = "otel-collector" } = settings;
        for (const { signal } of config.using("receivers", id)) {
          const topics = [
            ...textsOf(at(settings, signal, "topics")),
            textOf(at(settings, signal, "topic")) || textOf(settings.topic),
          ].filter((topic) => topic !== "");
          for (const topic of topics.length > 0 ? topics : [`the default of ${signal}`]) {
            const key = JSON.stringify([brokers, group_id, topic]);
            const other = taken.get(key) ?? id;
            taken.set(key, other);
            if (other !== id)
              yield {
                path: settings.group_id === undefined ? path : [...path, "group_id"],
                message: `${id} and ${other} share the messages of ${topic}`,
                fix: "give each a group_id of its own",
              };
          }
        }
      }
    },
  },
  {
    id: "file-log-limits",
    severity: "error",
    explain:
      "The file log receiver needs at least 16 bytes to know a file again and two files at once; it deletes only what it reads from the beginning.",
    bad: "receivers:\n  filelog: {include: [/var/log/a.log], fingerprint_size: 8}\n",
    good: "receivers:\n  filelog: {include: [/var/log/a.log], fingerprint_size: 1kb}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "filelog", "otlpjsonfile")) {
        const { fingerprint_size, max_concurrent_files, delete_after_read, start_at = "end" } = settings;
        const bytes = /^(\d+)b?$/i.exec(wordOf(fingerprint_size ?? ""))?.[1];
        if (bytes !== undefined && Number(bytes) < 16)
          yield {
            path: [...path, "fingerprint_size"],
            message: `${bytes} bytes are too few`,
            fix: "write 16 or more, as 1kb",
          };
        if (typeof max_concurrent_files === "number" && max_concurrent_files < 2)
          yield {
            path: [...path, "max_concurrent_files"],
            message: `${max_concurrent_files} is below 2`,
            fix: "write 2 or more",
          };
        if (delete_after_read === true && start_at === "end")
          yield {
            path: [...path, "delete_after_read"],
            message: "a file that is read from its end cannot be deleted",
            fix: "set start_at: beginning",
          };
      }
    },
  },
];
