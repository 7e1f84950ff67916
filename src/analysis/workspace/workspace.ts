/**
 * Everything known now, and what each file's views are made from. An edit keeps all that does not depend on it, and tells
 * which files' views it can change.
 */
import type { Stated } from "../../mesh/build.ts";
import type { Mesh } from "../../mesh/mesh.ts";
import type { Meta } from "../../mesh/resources/meta.ts";
import type { Resource } from "../../mesh/resources/resource.ts";
import type { Change } from "../../mesh/snapshot/edit.ts";
import type { FileInput, Locate } from "../../view/input.ts";
import type { TreeInput } from "../../view/trees/node.ts";
import { keepingAge, liveOf, objectKey, othersOf, type Versions, versionsOf } from "../alternatives.ts";
import { locateIn } from "../locate.ts";
import { type ManifestFile, objectsOf } from "../manifest-file.ts";
import { dependentsOn } from "./dependents.ts";
import { Meshes } from "./meshes.ts";
import { ownNamespace } from "./reach.ts";

export class Workspace {
  readonly #files: Map<string, ManifestFile>;
  readonly #objects: Map<string, readonly Resource[]>;
  readonly #versions: Map<string, Versions>;
  readonly #aged: (object: Resource) => Resource;
  readonly #meshes: Meshes;
  readonly #shared: Pick<FileInput, "severities" | "text" | "document">;
  readonly #locate: Locate;
  /** By file, those whose views point into it. */
  readonly #pointingInto = new Map<string, Set<string>>();
  /** By namespace, the files with objects of it. */
  readonly #filesIn = new Map<string, Set<string>>();

  /** Invariant: the order of `files` is that of their names, whatever order they were read in. */
  constructor(files: readonly ManifestFile[], stated: Stated, severities: NonNullable<FileInput["severities"]>) {
    this.#files = new Map(files.map((file) => [file.uri, file]));
    this.#objects = new Map(files.map((file) => [file.uri, objectsOf(file)]));
    this.#versions = new Map(versionsOf([...this.#objects].map(([uri, objects]) => ({ uri, objects }))));
    this.#aged = keepingAge(this.#versions);
    this.#meshes = new Meshes(this.#objects, this.#versions, this.#aged, stated);
    this.#shared = {
      severities,
      text: (uri) => this.#files.get(uri)?.text,
      document: ({ source }) => this.#files.get(source.uri)?.manifest.documents[source.document],
    };
    this.#locate = locateIn(this.#shared);
    for (const [uri, objects] of this.#objects) this.#enter(uri, objects);
  }

  inputOf(uri: string): FileInput | undefined {
    const file = this.#files.get(uri);
    const objects = this.#objects.get(uri);
    if (file === undefined || objects === undefined) return undefined;
    const shared = objects.filter((object) => !this.#isAlone(object));
    const alternatives = shared
      .map((object) => ({ object, others: othersOf(object, this.#versionsOf(object)) }))
      .filter(({ others }) => others.length > 0);
    const live = shared.flatMap((object) => {
      const version = liveOf(object, this.#versionsOf(object));
      return version === undefined ? [] : [{ object, version }];
    });
    return {
      uri,
      manifest: file.manifest,
      mesh: this.#meshes.of(uri),
      objects: objects.map(this.#aged),
      alternatives,
      live,
      locate: this.#noting(uri),
      ...this.#shared,
    };
  }

  /** For what is of no file: the version of an object that is chosen where nothing is nearer. */
  whole(): TreeInput {
    return { mesh: this.#meshes.of(""), locate: this.#locate };
  }

  /**
   * Other contents of files that were there before. Returns the files whose views they can change, or undefined where
   * they change an object that several files define: then nothing is done, and a new workspace is to be made.
   */
  edit(files: readonly ManifestFile[]): ReadonlySet<string> | undefined {
    const changes = files.map((file) => this.#changeOf(file));
    if (changes.some((each) => each === undefined)) return undefined;
    const change = {
      gone: changes.flatMap((each) => each?.gone ?? []),
      come: changes.flatMap((each) => each?.come ?? []),
    };
    const touched = new Set(files.flatMap(({ uri }) => [uri, ...(this.#pointingInto.get(uri) ?? [])]));
    const touches = (mesh: Mesh) => dependentsOn(mesh, change, (namespace) => this.#filesIn.get(namespace) ?? []);
    const sets = this.#meshes.all().map(touches);
    this.#take(files, change);
    sets.push(...this.#meshes.all().map(touches));
    for (const uris of sets) {
      if (uris === "all") return new Set(this.#files.keys());
      for (const uri of uris) touched.add(uri);
    }
    return touched;
  }

  #take(files: readonly ManifestFile[], change: Change): void {
    for (const file of files) {
      const objects = objectsOf(file);
      this.#leave(file.uri);
      this.#enter(file.uri, objects);
      this.#files.set(file.uri, file);
      this.#objects.set(file.uri, objects);
    }
    for (const object of change.gone) this.#versions.delete(objectKey(object));
    for (const object of change.come) this.#versions.set(objectKey(object), [object]);
    this.#meshes.edit(change);
  }

  #enter(uri: string, objects: readonly Resource[]): void {
    for (const namespace of objects.map(ownNamespace)) {
      this.#filesIn.set(namespace, (this.#filesIn.get(namespace) ?? new Set()).add(uri));
    }
  }

  #leave(uri: string): void {
    for (const object of this.#objects.get(uri) ?? []) this.#filesIn.get(ownNamespace(object))?.delete(uri);
  }

  /** Undefined where the file is new, or where an object differs that several files define. */
  #changeOf(file: ManifestFile): Change | undefined {
    const objects = this.#objects.get(file.uri);
    if (objects === undefined) return undefined;
    const [now, before] = [new Set(lastOfEach(objectsOf(file))), new Set(lastOfEach(objects))];
    const gone = [...before].filter((object) => !now.has(object));
    const come = [...now].filter((object) => !before.has(object));
    const shared = [...gone, ...come].some((object) => {
      const of = this.#versionsOf(object);
      return of.length > 1 || of.some(({ source }) => source.uri !== file.uri);
    });
    return shared ? undefined : { gone, come };
  }

  /** Almost every object is, and then there is nothing to look for. */
  #isAlone(object: Resource): boolean {
    const of = this.#versionsOf(object);
    return of.length === 1 && of[0] === object;
  }

  #versionsOf(object: Resource): Versions {
    return this.#versions.get(objectKey(object)) ?? [];
  }

  /** Views show places in other files: they change when those do. */
  #noting(uri: string): Locate {
    return (object: Meta, pointer, part) => {
      const into = object.source.uri;
      if (into !== uri) this.#pointingInto.set(into, (this.#pointingInto.get(into) ?? new Set()).add(uri));
      return this.#locate(object, pointer, part);
    };
  }
}

/** In one file the last document of an object stays. */
function lastOfEach(objects: readonly Resource[]): Iterable<Resource> {
  return new Map(objects.map((object) => [objectKey(object), object])).values();
}
