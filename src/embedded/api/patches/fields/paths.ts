/**
 * Sets of fields of an object, as managers own them. A path is a list of elements, `f:name`, `k:{"name":"app"}` and `v:"x"`,
 * joined by NUL. Go: sigs.k8s.io/structured-merge-diff fieldpath/serialize.go.
 */
import { isMap } from "../../json.ts";
import type { Json, JsonMap } from "../../object.ts";

export type Paths = ReadonlySet<string>;

const SEPARATOR = "\0";

export function pathOf(elements: readonly string[]): string {
  return elements.join(SEPARATOR);
}

export function elementsOf(path: string): readonly string[] {
  return path.split(SEPARATOR);
}

/** `{"f:data": {".": {}, "f:a": {}}}`: a field with nothing in it is owned, one with more only if it has a dot. */
export function fieldsV1(paths: Paths): JsonMap {
  const root: Node = { owned: false, inner: new Map() };
  for (const path of paths) {
    let node = root;
    for (const element of elementsOf(path)) {
      const next = node.inner.get(element) ?? { owned: false, inner: new Map() };
      node.inner.set(element, next);
      node = next;
    }
    node.owned = true;
  }
  return written(root);
}

interface Node {
  owned: boolean;
  readonly inner: Map<string, Node>;
}

function written({ owned, inner }: Node): JsonMap {
  if (inner.size === 0) return {};
  const entries = [...inner].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, node]) => [name, written(node)] as const);
  return Object.fromEntries([...(owned ? [[".", {}] as const] : []), ...entries]);
}

export function pathsOf(fields: Json | undefined): Paths {
  const found = new Set<string>();
  if (isMap(fields)) collect(fields, [], found);
  return found;
}

function collect(fields: JsonMap, at: readonly string[], found: Set<string>): void {
  const entries = Object.entries(fields);
  if (entries.length === 0 && at.length > 0) found.add(pathOf(at));
  for (const [name, inner] of entries) {
    if (name === ".") found.add(pathOf(at));
    else if (isMap(inner)) collect(inner, [...at, name], found);
  }
}

export function union(...sets: readonly Paths[]): Paths {
  return new Set(sets.flatMap((set) => [...set]));
}

export function without(set: Paths, ...others: readonly Paths[]): Paths {
  return new Set([...set].filter((path) => !others.some((other) => other.has(path))));
}

export function same(a: Paths, b: Paths): boolean {
  return a.size === b.size && [...a].every((path) => b.has(path));
}

/** As messages show it: `.spec.containers[name="app"].image`. */
export function shown(path: string): string {
  return elementsOf(path)
    .map((element) => {
      const body = element.slice(2);
      if (element.startsWith("f:")) return `.${body}`;
      if (element.startsWith("v:")) return `[=${body}]`;
      const keys = Object.entries(JSON.parse(body) as JsonMap);
      return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
    })
    .join("");
}
