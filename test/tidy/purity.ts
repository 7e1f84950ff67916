/** What pure code does not do: look at the clock, draw lots, log, throw, wait. */
import { codeOf, type Source } from "./sources.ts";

const BANNED: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bDate\b/, "looks at the clock (Date)"],
  [/\bperformance\./, "looks at the clock (performance)"],
  [/\bMath\.random\b/, "draws lots (Math.random)"],
  [/\bconsole\./, "logs (console)"],
  [/\bthrow\s/, "throws"],
  [/\b(setTimeout|setInterval|setImmediate)\b/, "waits (timers)"],
  [/\bprocess\./, "looks at the process"],
];

export const PURE = /^src\/(mesh|manifest|validation|telemetry|lab|view|protocol)\//;

export function impurities({ path, text }: Source): readonly string[] {
  return codeOf(text)
    .split("\n")
    .flatMap((line, index) =>
      BANNED.flatMap(([pattern, name]) => (pattern.test(line) ? [`${path}:${index + 1} ${name}`] : [])),
    );
}
