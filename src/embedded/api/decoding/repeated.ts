/** Fields that stand twice in a JSON text, which JSON.parse does not tell. Go: sigs.k8s.io/json UnmarshalStrict. */

interface Level {
  /** Absent in a list. */
  readonly names?: Set<string>;
  readonly path: string;
  index: number;
  name: string;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/** Paths as the API server writes them, each once. The text is known to be JSON. */
export function repeatedFields(text: string): readonly string[] {
  const found = new Set<string>();
  const levels: Level[] = [];
  let nameNext = false;
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === "{" || token === "[") {
      levels.push(opened(token, level));
      nameNext = token === "{";
    } else if (token === "}" || token === "]") {
      levels.pop();
      nameNext = false;
    } else if (token === "," && level) {
      level.index++;
      nameNext = level.names !== undefined;
    } else if (nameNext && level?.names && token.startsWith('"')) {
      level.name = JSON.parse(token);
      if (level.names.has(level.name)) found.add(joined(level.path, level.name));
      level.names.add(level.name);
      nameNext = false;
    }
  }
  return [...found];
}

function opened(token: string, parent: Level | undefined): Level {
  const path =
    parent === undefined ? "" : parent.names ? joined(parent.path, parent.name) : `${parent.path}[${parent.index}]`;
  return { path, index: 0, name: "", ...(token === "{" ? { names: new Set<string>() } : {}) };
}

function joined(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
