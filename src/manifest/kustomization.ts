/**
 * What kustomizations say about the files around them: which files are patches, not objects, and which namespace the
 * objects of a file are given. Inline patches and generators are left out.
 */
import { type Field, get, items, rootField, text, texts } from "./decode/field.ts";
import { readDocument } from "./document.ts";

export interface Kustomization {
  readonly namespace?: string;
  /** Paths as written, of files and of folders with a kustomization of their own. Those of remote bases too. */
  readonly resources: readonly string[];
  readonly patches: readonly string[];
}

export interface Kustomized {
  /** URIs of files that change objects of other files. */
  readonly patches: ReadonlySet<string>;
  /** The namespace given to objects of a file that name none. Undefined when none, or when overlays disagree. */
  namespaceOf(uri: string): string | undefined;
}

export function isKustomization(uri: string): boolean {
  return /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/.test(uri);
}

export function readKustomization(source: string): Kustomization {
  const root = rootField(readDocument(source).value);
  const namespace = text(get(root, "namespace"));
  return {
    ...(namespace && { namespace }),
    resources: [...texts(get(root, "resources")), ...texts(get(root, "bases")), ...texts(get(root, "components"))],
    patches: [
      ...pathsOf(get(root, "patches")),
      ...pathsOf(get(root, "patchesJson6902")),
      ...texts(get(root, "patchesStrategicMerge")).filter((patch) => !patch.includes("\n")),
    ],
  };
}

function pathsOf(patches: Field): readonly string[] {
  return items(patches).flatMap((patch) => text(get(patch, "path")) ?? []);
}

/** Kustomizations by the URI of their file. */
export function kustomize(files: ReadonlyMap<string, Kustomization>): Kustomized {
  const folders = new Map([...files].map(([uri, kustomization]) => [folderOf(uri), kustomization] as const));
  const patches = new Set<string>();
  const listedIn = new Map<string, Set<string>>();
  for (const [folder, kustomization] of folders) {
    for (const path of kustomization.patches) patches.add(join(folder, path));
    for (const path of kustomization.resources) {
      const target = join(folder, path);
      listedIn.set(target, (listedIn.get(target) ?? new Set()).add(folder));
    }
  }
  // A kustomization that nobody includes and that names no namespace leaves the choice open: "".
  const namespaces = (target: string, seen: ReadonlySet<string>): readonly string[] => {
    const listing = [...(listedIn.get(target) ?? [])].filter((folder) => !seen.has(folder));
    return listing.flatMap((folder) => {
      const own = folders.get(folder)?.namespace;
      if (own !== undefined) return [own];
      return listedIn.has(folder) ? namespaces(folder, new Set([...seen, folder])) : [""];
    });
  };
  return {
    patches,
    namespaceOf(uri) {
      const found = new Set(namespaces(uri, new Set()));
      return found.size === 1 ? [...found][0] || undefined : undefined;
    },
  };
}

function folderOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf("/"));
}

/** A relative path from a folder, with `.` and `..` resolved, written as the URIs of files are. */
function join(folder: string, path: string): string {
  const parts = folder.split("/");
  const isUri = folder.includes("://");
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(isUri ? encodeURI(part) : part);
  }
  return parts.join("/");
}
