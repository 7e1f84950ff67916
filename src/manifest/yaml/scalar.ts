/**
 * What a plain YAML scalar means to Kubernetes, which reads manifests with the rules of go-yaml v2: YAML 1.1 booleans and
 * octal numbers, no numbers to the base 60, dates stay text.
 */

export type ScalarValue = string | number | boolean | null;

const WORDS = new Map<string, ScalarValue>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((word) => [word, true] as const),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map((word) => [word, false] as const),
]);

const LONGEST_WORD = "false".length;

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;

/** The value of a scalar without quotes. Source: sigs.k8s.io/yaml goyaml.v2/resolve.go resolve. */
export function plainScalar(source: string): ScalarValue {
  const word = source.length > LONGEST_WORD ? undefined : WORDS.get(source);
  if (word !== undefined) return word;
  // Digits and the signs that a number begins with: + - . and the / between them.
  const first = source.charCodeAt(0);
  if (!(first >= 0x2b && first <= 0x39)) return source;
  const digits = source.startsWith(".") ? source : source.replaceAll("_", "");
  if (INTEGER.test(digits)) return integer(digits);
  return FLOAT.test(digits) ? Number(digits) : source;
}

/** A scalar with a `!!str`, `!!int`… tag. Tags that are not YAML's own leave the text. */
export function taggedScalar(tag: string, source: string): ScalarValue {
  return /^tag:yaml\.org,2002:(?:int|float|bool|null)$/.test(tag) ? plainScalar(source) : source;
}

/** JSON has text keys only; a number or a boolean as a key becomes the text of its value. */
export function keyText(value: ScalarValue): string {
  return value === null ? "null" : String(value);
}

function integer(text: string): number {
  const negative = text.startsWith("-");
  const digits = text.replace(/^[-+]/, "");
  const octal = /^0[oO]?([0-7]+)$/.exec(digits)?.[1];
  const value = octal === undefined ? Number(digits) : Number.parseInt(octal, 8);
  return negative && value !== 0 ? -value : value;
}
