/** A stack's settings as the CLI hands them to a program. */
export interface Settings {
  readonly stack: string;
  /** Text by short key (`backend`); objects, numbers and booleans as JSON. */
  readonly values: Readonly<Record<string, string>>;
  /** Keys whose value is encrypted in the stack file, as a whole or in part. */
  readonly secretKeys: ReadonlySet<string>;
}

/** The settings of one project among those of a stack, whose keys carry their project: `game-scheduler-otel:backend`. Pure. */
export function settingsOf(given: {
  readonly project: string;
  readonly stack: string;
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
}): Settings {
  const prefix = `${given.project}:`;
  const short = (key: string) => key.slice(prefix.length);
  const own = Object.entries(given.config).filter(([key]) => key.startsWith(prefix));
  return {
    stack: given.stack,
    values: Object.fromEntries(own.map(([key, value]) => [short(key), value])),
    secretKeys: new Set(given.secretKeys.filter((key) => key.startsWith(prefix)).map(short)),
  };
}
