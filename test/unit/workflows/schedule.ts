/** Days between two runs of a cron line that names one minute and hour, and every day or one day of the week. */
export function scheduledDays(cron: string): number {
  const [minute = "", hour = "", day, month, weekday = ""] = cron.split(" ");
  if (!/^\d+$/.test(minute) || !/^\d+$/.test(hour) || day !== "*" || month !== "*") {
    throw new Error(`"${cron}" is neither daily nor weekly.`);
  }
  return /^\d$/.test(weekday) ? 7 : 1;
}

/** Seconds of `336h`. */
export function durationSeconds(text: string): number {
  const [, hours] = /^(\d+)h$/.exec(text) ?? [];
  if (hours === undefined) throw new Error(`"${text}" is no duration in hours.`);
  return Number(hours) * 3600;
}
