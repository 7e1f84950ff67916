/**
 * Which version of an object counts where several files define it. Each file is judged with its own version. Of the
 * others one is chosen, the same each time: the nearest by folder, and among equals the last by name, since that is
 * the one that stays when the files are applied in order.
 */
import type { Meta } from "../mesh/resources/meta.ts";
import type { Resource } from "../mesh/resources/resource.ts";

export interface FileObjects {
  readonly uri: string;
  readonly objects: readonly Resource[];
}

/** The versions of one object, at most one per file: in one file the last document stays. */
export type Versions = readonly Resource[];

/** By object. The API version is not part of the name: `v1` and `v1beta1` of a kind are one object. */
export function objectKey(object: Meta): string {
  const slash = object.apiVersion.indexOf("/");
  const group = slash < 0 ? "" : object.apiVersion.slice(0, slash);
  return `${group}/${object.kind}/${object.namespace}/${object.name}`;
}

export function versionsOf(files: readonly FileObjects[]): ReadonlyMap<string, Versions> {
  const versions = new Map<string, Versions>();
  for (const { objects } of files) {
    for (const object of objects) {
      const key = objectKey(object);
      const before = versions.get(key);
      const others = before?.filter(({ source }) => source.uri !== object.source.uri);
      versions.set(key, others === undefined ? [object] : [...others, object]);
    }
  }
  return versions;
}

export function versionIn(versions: Versions, uri: string): Resource | undefined {
  return versions.find(({ source }) => source.uri === uri);
}

/** An object that is applied again keeps the time at which it was created, and with it its rank among others. */
export function keepingAge(versions: ReadonlyMap<string, Versions>): (object: Resource) => Resource {
  const aged = new Map<Resource, Resource>();
  for (const of of versions.values()) {
    if (of.length === 1) continue;
    const created = of.find((object) => object.created !== undefined)?.created;
    if (created === undefined) continue;
    for (const object of of) if (object.created === undefined) aged.set(object, { ...object, created });
  }
  return (object) => aged.get(object) ?? object;
}

/** The version that counts while `judged` is looked at. */
export function choose(versions: Versions, judged: string): Resource | undefined {
  return versionIn(versions, judged) ?? versions.toSorted((a, b) => order(a, b, judged))[0];
}

/**
 * The versions that a person would have to choose from: those of other files, and what stays of the own file where that
 * is another document. A recorded state is not a version of a manifest.
 */
export function othersOf(object: Resource, versions: Versions): readonly Resource[] {
  return versions
    .filter((other) => other !== object && isObserved(other) === isObserved(object))
    .sort((a, b) => (a.source.uri < b.source.uri ? -1 : 1));
}

/** What a server has of an object that a manifest is to change. */
export function liveOf(object: Resource, versions: Versions): Resource | undefined {
  return isObserved(object) ? undefined : versions.find(isObserved);
}

/** A server wrote it: it tells what was, and a manifest of the same object tells what will be. */
export function isObserved(object: Meta): boolean {
  return object.created !== undefined;
}

/** Negative when `a` counts rather than `b`. */
function order(a: Resource, b: Resource, judged: string): number {
  return (
    Number(isObserved(a)) - Number(isObserved(b)) ||
    sharedFolders(judged, b.source.uri) - sharedFolders(judged, a.source.uri) ||
    (a.source.uri < b.source.uri ? 1 : -1)
  );
}

function sharedFolders(a: string, b: string): number {
  const foldersA = a.split("/").slice(0, -1);
  const foldersB = b.split("/").slice(0, -1);
  const differs = foldersA.findIndex((folder, index) => folder !== foldersB[index]);
  return differs < 0 ? foldersA.length : differs;
}
