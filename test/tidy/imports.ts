/** Who may import whom: the arrows of ARCHITECTURE.md. */
import { dirname, join } from "node:path/posix";
import type { Source } from "./sources.ts";

const PURE = ["mesh", "manifest", "validation", "telemetry", "lab", "view", "protocol"];
const CORE = PURE.filter((folder) => folder !== "protocol");
const WORKER = [...PURE, "workers"];

/** What a folder may import beside itself. A folder that is not listed may import nothing. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  mesh: [],
  manifest: ["mesh"],
  validation: ["mesh", "manifest"],
  telemetry: ["mesh", "manifest"],
  lab: ["mesh", "manifest", "validation", "telemetry"],
  view: ["mesh", "manifest", "validation", "telemetry", "lab"],
  protocol: [],
  workers: [],
  analysis: WORKER,
  cluster: WORKER,
  traffic: [...WORKER, "cluster"],
  embedded: WORKER,
  actions: WORKER,
  cli: [...WORKER, "analysis", "actions"],
  ui: ["view", "protocol", "workers", "actions"],
  extension: ["ui"],
};

/** What a folder may name the types of, and no more. */
const MAY_NAME: Readonly<Record<string, readonly string[]>> = { protocol: CORE, ui: CORE };

/** The packages that a folder may import; Node's own count as `node:`, and the stub loads the bundle beside it. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  manifest: ["js-yaml", "yaml"],
  workers: ["node:"],
  analysis: ["node:"],
  cluster: ["node:", "@kubernetes/client-node", "undici"],
  traffic: ["node:"],
  embedded: [
    "node:",
    "@marcbachmann/cel-js",
    "@peculiar/x509",
    "croner",
    "fast-json-patch",
    "modern-tar",
    "reflect-metadata",
    "unbash",
    "ws",
  ],
  actions: ["node:"],
  cli: ["node:"],
  ui: ["node:", "vscode", "./embedded.cjs"],
  extension: ["vscode", "./features.cjs"],
};

/** Proxies find out by negotiating, so they never look at the rules. */
const FENCED = /^src\/embedded\/(dataplane|apps)\//;

interface Import {
  readonly from: string;
  readonly typesOnly: boolean;
}

/** The imports of a file in `src/` that go against the arrows. */
export function forbiddenImports({ path, text }: Source): readonly string[] {
  const folder = folderOf(path);
  return importsOf(text).flatMap(({ from, typesOnly }) => {
    const listed = (PACKAGES[folder] ?? []).includes(from.startsWith("node:") ? "node:" : from);
    const inside = from.startsWith(".") && mayImport(path, folder, join(dirname(path), from), typesOnly);
    return listed || inside ? [] : [`${path} imports ${from}`];
  });
}

function mayImport(path: string, folder: string, target: string, typesOnly: boolean): boolean {
  const other = folderOf(target);
  if (!target.startsWith("src/")) return false;
  if (FENCED.test(path) && other === "mesh") return false;
  if (other === folder || (MAY_IMPORT[folder] ?? []).includes(other)) return true;
  return typesOnly && (MAY_NAME[folder] ?? []).includes(other);
}

function folderOf(path: string): string {
  const [, folder = ""] = path.split("/");
  return folder.replace(/\.ts$/, "");
}

function importsOf(text: string): readonly Import[] {
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?([^"';]*?\sfrom\s+)?"([^"]+)"/gm);
  const calls = text.matchAll(/\b(?:import|require)\(\s*"([^"]+)"/g);
  return [
    ...[...statements].map(([, type, names = "", from = ""]) => ({
      from,
      typesOnly: type !== undefined || onlyTypes(names),
    })),
    ...[...calls].map(([, from = ""]) => ({ from, typesOnly: false })),
  ];
}

function onlyTypes(names: string): boolean {
  const [, list] = /^\{([^}]*)\}\s*from/.exec(names.trim()) ?? [];
  return list?.split(",").every((name) => /^\s*(type\s|$)/.test(name)) ?? false;
}
