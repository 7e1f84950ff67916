/** Which virtual host and which route take a request. Pure: Envoy's matching, on the configuration as it stands. */
import type { IncomingHttpHeaders } from "node:http";
import type { HttpMatch, HttpRoute, StringMatch, VirtualHost } from "../config.ts";

export interface RequestLine {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** Exact domains first, then the longest suffix (`*.x`), the longest prefix (`x.*`), then `*`. Envoy: RouteMatcher::findVirtualHost. */
export function virtualHostFor(hosts: readonly VirtualHost[], authority: string): VirtualHost | undefined {
  const index = indexOf(hosts);
  const name = authority.toLowerCase();
  return find(index, name) ?? find(index, name.replace(/:\d+$/, "")) ?? index.exact.get("*");
}

interface Index {
  readonly exact: ReadonlyMap<string, VirtualHost>;
  /** Longest first. */
  readonly wild: readonly { readonly fits: (name: string) => boolean; readonly host: VirtualHost }[];
}
const indexes = new WeakMap<readonly VirtualHost[], Index>();

function indexOf(hosts: readonly VirtualHost[]): Index {
  const known = indexes.get(hosts);
  if (known) return known;
  const exact = new Map<string, VirtualHost>();
  const wild: { length: number; fits: (name: string) => boolean; host: VirtualHost }[] = [];
  for (const host of hosts) {
    for (const domain of host.domains.map((one) => one.toLowerCase())) {
      const { length } = domain;
      if (domain !== "*" && domain.startsWith("*")) {
        wild.push({
          length: 1000 + length,
          fits: (name) => name.length >= length && name.endsWith(domain.slice(1)),
          host,
        });
      } else if (domain !== "*" && domain.endsWith("*")) {
        wild.push({ length, fits: (name) => name.startsWith(domain.slice(0, -1)), host });
      } else if (!exact.has(domain)) exact.set(domain, host);
    }
  }
  const made = { exact, wild: wild.toSorted((a, b) => b.length - a.length) };
  indexes.set(hosts, made);
  return made;
}

function find({ exact, wild }: Index, name: string): VirtualHost | undefined {
  return exact.get(name) ?? wild.find(({ fits }) => fits(name))?.host;
}

export interface Routed {
  readonly route: HttpRoute;
  /** Which of its matches, for rewriting a prefix. */
  readonly match?: HttpMatch;
}

/** The first route one of whose matches holds; a route without matches takes everything. */
export function routeFor(host: VirtualHost, request: RequestLine): Routed | undefined {
  for (const route of host.routes) {
    if (route.matches.length === 0) return { route };
    const match = route.matches.find((one) => matches(one, request));
    if (match) return { route, match };
  }
  return undefined;
}

function matches(match: HttpMatch, { method, path, headers }: RequestLine): boolean {
  const [plain = "", query = ""] = path.split("?", 2);
  const header = (name: string): string | undefined => {
    if (name === ":authority") return headers.host;
    if (name === ":method") return method;
    const value = headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(",") : value;
  };
  const parameters = new URLSearchParams(Object.keys(match.query).length > 0 ? query : "");
  return (
    holds(match.path, plain) &&
    holds(match.method, method) &&
    Object.entries(match.headers).every(([name, wanted]) => holds(wanted, header(name))) &&
    Object.entries(match.withoutHeaders).every(([name, unwanted]) => !holds(unwanted, header(name))) &&
    Object.entries(match.query).every(([name, wanted]) => holds(wanted, parameters.get(name) ?? undefined))
  );
}

function holds(wanted: StringMatch | undefined, found: string | undefined): boolean {
  if (!wanted) return true;
  if (found === undefined) return false;
  const [value, text] = wanted.ignoreCase ? [wanted.value.toLowerCase(), found.toLowerCase()] : [wanted.value, found];
  switch (wanted.type) {
    case "exact":
      return text === value;
    case "prefix":
      return text.startsWith(value);
    case "present":
      return true;
    case "regex":
      return expressionOf(wanted).test(found);
  }
}

const expressions = new WeakMap<StringMatch, RegExp>();

/** The whole value, as RE2's full match; what JavaScript cannot read matches nothing. */
function expressionOf(wanted: StringMatch): RegExp {
  const known = expressions.get(wanted);
  if (known) return known;
  const made = compile(wanted.value, wanted.ignoreCase ? "i" : "");
  expressions.set(wanted, made);
  return made;
}

function compile(value: string, flags: string): RegExp {
  try {
    const [, inline = "", rest = value] = /^\(\?([a-z]+)\)(.*)$/s.exec(value) ?? [];
    return new RegExp(`^(?:${rest})$`, [...new Set(flags + inline)].filter((flag) => "ims".includes(flag)).join(""));
  } catch {
    return /[^\s\S]/;
  }
}

/** The path that goes upstream: of a prefix match the prefix is replaced, else the whole path; the query stays. */
export function rewritten({ route, match }: Routed, path: string): string {
  const uri = route.rewrite?.uri;
  if (uri === undefined) return path;
  const [plain = "", ...query] = path.split("?");
  const replaced = match?.path?.type === "prefix" ? uri + plain.slice(match.path.value.length) : uri;
  return [replaced === "" ? "/" : replaced, ...query].join("?");
}

/** One of several by weight; `random` lies in [0, 1). */
export function weighted<T extends { readonly weight: number }>(choices: readonly T[], random: number): T | undefined {
  const total = choices.reduce((sum, { weight }) => sum + weight, 0);
  let left = random * total;
  for (const choice of choices) {
    left -= choice.weight;
    if (left < 0) return choice;
  }
  return choices[0];
}
