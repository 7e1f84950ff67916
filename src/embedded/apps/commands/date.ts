/** `date +FORMAT`, in UTC. */

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function formatDate(at: Date, format: string): string {
  return format.replace(/%([%aAbBdeFHIjmMNnpsSTtuyYzZ])/g, (all, letter: string) => FIELDS[letter]?.(at) ?? all);
}

const two = (value: number) => String(value).padStart(2, "0");

const FIELDS: Readonly<Record<string, (at: Date) => string>> = {
  "%": () => "%",
  a: (at) => DAYS[at.getUTCDay()] ?? "",
  b: (at) => MONTHS[at.getUTCMonth()] ?? "",
  d: (at) => two(at.getUTCDate()),
  e: (at) => String(at.getUTCDate()).padStart(2),
  F: (at) => at.toISOString().slice(0, 10),
  H: (at) => two(at.getUTCHours()),
  m: (at) => two(at.getUTCMonth() + 1),
  M: (at) => two(at.getUTCMinutes()),
  N: (at) => String(at.getUTCMilliseconds() * 1_000_000).padStart(9, "0"),
  n: () => "\n",
  s: (at) => String(Math.floor(at.getTime() / 1000)),
  S: (at) => two(at.getUTCSeconds()),
  T: (at) => at.toISOString().slice(11, 19),
  t: () => "\t",
  y: (at) => two(at.getUTCFullYear() % 100),
  Y: (at) => String(at.getUTCFullYear()),
  z: () => "+0000",
  Z: () => "UTC",
};
