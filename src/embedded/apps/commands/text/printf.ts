/** `printf` formats and backslash escapes. */

/** `\c` ends the output. */
export function unescapeText(text: string): { readonly text: string; readonly ended: boolean } {
  const end = /(?<!\\)(?:\\\\)*\\c/.exec(text);
  const rest = end ? text.slice(0, end.index + end[0].length - 2) : text;
  return {
    text: rest.replace(/\\(?:0?([0-7]{1,3})|x([\da-fA-F]{1,2})|([abefnrtv\\"']))/g, escaped),
    ended: end !== null,
  };
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function escaped(_: string, octal: string | undefined, hex: string | undefined, letter: string | undefined): string {
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  return ESCAPES[letter ?? ""] ?? letter ?? "";
}

/** The format is used again as long as values are left. */
export function format(pattern: string, values: readonly string[]): string {
  const rest = [...values];
  let text = "";
  do {
    const before = rest.length;
    text += unescapeText(pattern).text.replace(
      /%(-?)(0?)(\d*)(?:\.(\d+))?([sdiufxXobcq%])/g,
      (_, minus, zero, width, precision, kind) =>
        field(rest, { left: minus === "-", zero: zero === "0", width: Number(width), precision, kind }),
    );
    if (rest.length === before) break;
  } while (rest.length > 0);
  return text;
}

interface Directive {
  readonly left: boolean;
  readonly zero: boolean;
  readonly width: number;
  readonly precision: string | undefined;
  readonly kind: string;
}

function field(rest: string[], { left, zero, width, precision, kind }: Directive): string {
  if (kind === "%") return "%";
  const text = converted(rest.shift() ?? "", kind, precision);
  return left ? text.padEnd(width) : text.padStart(width, zero ? "0" : " ");
}

function converted(value: string, kind: string, precision: string | undefined): string {
  switch (kind) {
    case "d":
    case "i":
    case "u":
      return String(Math.trunc(Number(value) || 0));
    case "x":
      return Math.trunc(Number(value) || 0).toString(16);
    case "X":
      return Math.trunc(Number(value) || 0)
        .toString(16)
        .toUpperCase();
    case "o":
      return Math.trunc(Number(value) || 0).toString(8);
    case "f":
      return (Number(value) || 0).toFixed(Number(precision ?? 6));
    case "b":
      return unescapeText(value).text;
    case "c":
      return value.slice(0, 1);
    default:
      return precision === undefined ? value : value.slice(0, Number(precision));
  }
}
