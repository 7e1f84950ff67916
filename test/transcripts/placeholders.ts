/** What differs from run to run gives way to a placeholder, in what was recorded and in what comes back alike. */

/** The letters of random endings of names. Kubernetes: apimachinery/pkg/util/rand. */
const ENDING = "bcdfghjklmnpqrstvwxz2456789";
const DURATION = "(?:\\d+(?:ms|y|d|h|m|s))+";
/** Hash of a template: at least one digit, so that no word is taken for one. */
const HASH = "(?=[bcdf]*\\d)[bcdf4-9]{6,10}";

type Rule = readonly [pattern: RegExp, placeholder: string];

const IDENTITIES: readonly Rule[] = [
  [/("?continue"?: ?)"[\w-]{16,}={0,2}"/g, '$1"<continue>"'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, "<token>"],
  [/-----BEGIN [^-]+-----[\s\S]*?-----END [^-]+-----/g, "<pem>"],
  [/\bLS0tLS1CRUdJTi[\w+/=]+/g, "<pem>"],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "<uid>"],
  [/\bHash=[0-9a-f]{64}/g, "Hash=<sha256>"],
  [/((?:containerID|imageID)"?: ?)"?[^\s",]+"?/g, "$1<id>"],
];

const TIMES: readonly Rule[] = [
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| ?[+-]\d\d:?\d\d)?/g, "<time>"],
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, "<time>"],
  [/^([EWIF])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ ([\w.]+):\d+\]/gm, "$1<klog> $2]"],
  // A race inside kubectl, which tells of it or does not.
  [/^E<klog> websocket\.go\] Unknown stream id \d+, discarding message\n/gm, ""],
];

const NUMBERS: readonly Rule[] = [
  [/("?resourceVersion"?: ?)"\d+"/g, '$1"<rv>"'],
  [/(\bresourceVersion(?:="|: ))\d+/g, "$1<rv>"],
  [/("?nodePort"?: ?)3[0-2]\d{3}/g, "$1<nodeport>"],
  [/\b(\d+):3[0-2]\d{3}\/(TCP|UDP)/g, "$1:<nodeport>/$2"],
  [/\b(LIVE|MERGED|kubectl-edit)-\d+/g, "$1-<n>"],
];

const NAMES: readonly Rule[] = [
  [/(pod-template-hash(?:=|"?: ?"?))[a-z0-9]+/g, "$1<hash>"],
  [new RegExp(`(-[bcdf4-9]{6,10}|-<hash>)-[${ENDING}]{5}(?![\\w-])`, "g"), "-<hash>-<rand>"],
  [new RegExp(`-${HASH}(?![\\w-])`, "g"), "-<hash>"],
  [new RegExp(`-${HASH}-(?!\\w)`, "g"), "-<hash>-"],
  [/-2\d{7}(?![\w.])/g, "-<minute>"],
  [new RegExp(`-(?!https|http2)[${ENDING}]{5}(?![\\w-])`, "g"), "-<rand>"],
  [/\.[0-9a-f]{16}\b/g, ".<event>"],
];

/** Not loopback, not "any", and not the ranges that are kept for documentation. */
const ADDRESS = /\b(?!127\.|0\.0\.0\.0|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.)(?:\d{1,3}\.){3}\d{1,3}\b/g;

/** Runs of blanks become three, since widths of columns are kubectl's work. */
const LAYOUT: readonly Rule[] = [
  [ADDRESS, "<ip>"],
  [/ +$/gm, ""],
  [/(?<=\S) {2,}(?=\S)|(?<=\S)\t+(?=\S)/g, "   "],
  [/(LoadBalancer {3}<ip> {3})127\.[\d.]+(?::\d+)?/g, "$1<ip>"],
  [new RegExp(`(?<=^|   )${DURATION}(?: \\(x\\d+ over ${DURATION}\\))?(?=   |$)`, "gm"), "<age>"],
  [new RegExp(`\\b${DURATION} ago\\b`, "g"), "<age> ago"],
];

const ESCAPES: readonly Rule[] = [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal begin with one.
  [/\u001b\[[\d;]*m/g, ""],
  [/\r\n/g, "\n"],
];

/** `literals` are texts of this run, such as the server's address, with the placeholder of each. */
export function withPlaceholders(text: string, literals: ReadonlyMap<string, string> = new Map()): string {
  const named = [...literals].filter(([literal]) => literal !== "").map(([literal, to]): Rule => [alone(literal), to]);
  const rules = [...named, ...IDENTITIES, ...TIMES, ...NUMBERS, ...NAMES, ...LAYOUT];
  const plain = ESCAPES.reduce((so, [pattern, to]) => so.replace(pattern, to), text);
  return rules.reduce((so, [pattern, to]) => so.replace(pattern, to), plain);
}

/** The literal where it is no part of a longer word. */
function alone(literal: string): RegExp {
  return new RegExp(`(?<![\\w.<-])${literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w-])`, "g");
}
