/** Durations as Go writes them: `1.5s`, `2m30s`, `-1h`. Go: time/format.go ParseDuration. */

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  "\u00b5s": 1e3,
  "\u03bcs": 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

const PART = /(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/y;

/** Nanoseconds, or undefined for what is no duration. */
export function nanoseconds(text: string): number | undefined {
  const unsigned = text.replace(/^[-+]/, "");
  const sign = text.startsWith("-") ? -1 : 1;
  if (unsigned === "0") return 0;
  let sum = 0;
  PART.lastIndex = 0;
  let at = 0;
  for (let part = PART.exec(unsigned); part !== null; part = PART.exec(unsigned)) {
    sum += Math.trunc(Number(part[1]) * (UNITS[part[2] ?? ""] ?? 0));
    at = PART.lastIndex;
  }
  return at === 0 || at < unsigned.length || sum >= 2 ** 63 ? undefined : sign * sum;
}
