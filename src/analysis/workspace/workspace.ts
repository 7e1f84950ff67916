/**
 * Everything known now, and what each file's views are made from. An edit that touches policies only keeps all that does
 * not depend on them, and tells which files' views it can change.
 */
import type { Stated } from "../../mesh/build.ts";
import type { Meta } from "../../mesh/resources/meta.ts";
import type { KindOf, Resource } from "../../mesh/resources/resource.ts";
import type { FileInput, Locate } from "../../view/input.ts";
import { keepingAge, liveOf, objectKey, othersOf, type Versions, versionsOf } from "../alternatives.ts";
import { locateIn } from "../locate.ts";
import { type ManifestFile, objectsOf } from "../manifest-file.ts";
import { type Dependents, dependentsOf } from "./dependents.ts";
import { Meshes } from "./meshes.ts";

type Policy = KindOf<"PeerAuthentication">;

interface PolicyChange {
  readonly gone: readonly Policy[];
  readonly come: readonly Policy[];
}

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
  #dependents: Dependents | undefined;

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

  /**
   * Other contents of files that were there before. Returns the files whose views they can change, or undefined where
   * they change more than policies: then nothing is done, and a new workspace is to be made.
   */
  edit(files: readonly ManifestFile[]): ReadonlySet<string> | undefined {
    const changes = files.map((file) => this.#policyChange(file));
    if (changes.some((change) => change === undefined)) return undefined;
    const gone = changes.flatMap((change) => change?.gone ?? []);
    const come = changes.flatMap((change) => change?.come ?? []);
    for (const file of files) {
      this.#files.set(file.uri, file);
      this.#objects.set(file.uri, objectsOf(file));
    }
    for (const policy of gone) this.#versions.delete(objectKey(policy));
    for (const policy of come) this.#versions.set(objectKey(policy), new Map([[policy.source.uri, policy]]));
    this.#meshes.replacePolicies(gone, come);
    const touched = new Set(files.flatMap(({ uri }) => [uri, ...(this.#pointingInto.get(uri) ?? [])]));
    const namespaces = new Set([...gone, ...come].map(({ namespace }) => namespace));
    for (const namespace of namespaces) {
      if (this.#meshes.isRoot(namespace)) return new Set(this.#files.keys());
      for (const uri of this.#dependentsOn(namespace)) touched.add(uri);
    }
    return touched;
  }

  /** Undefined where something else than a policy differs, or a policy that several files define. */
  #policyChange(file: ManifestFile): PolicyChange | undefined {
    const before = this.#objects.get(file.uri);
    if (before === undefined) return undefined;
    const now = objectsOf(file);
    const rest = now.filter((object) => !isPolicy(object));
    const restBefore = before.filter((object) => !isPolicy(object));
    if (rest.length !== restBefore.length || rest.some((object, index) => object !== restBefore[index]))
      return undefined;
    const [policies, policiesBefore] = [lastOfEach(now), lastOfEach(before)];
    const gone = policiesBefore.filter((policy) => !policies.includes(policy));
    const come = policies.filter((policy) => !policiesBefore.includes(policy));
    const shared = [...gone, ...come].some((policy) => {
      const of = this.#versionsOf(policy);
      return of.size > 1 || (of.size === 1 && !of.has(file.uri));
    });
    return shared ? undefined : { gone, come };
  }

  /** Almost every object is, and then there is nothing to look for. */
  #isAlone(object: Resource): boolean {
    const of = this.#versionsOf(object);
    return of.size === 1 && of.get(object.source.uri) === object;
  }

  #versionsOf(object: Resource): Versions {
    return this.#versions.get(objectKey(object)) ?? new Map();
  }

  #dependentsOn(namespace: string): ReadonlySet<string> {
    this.#dependents ??= dependentsOf(this.#objects, this.#meshes.all());
    return this.#dependents(namespace);
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

function isPolicy(object: Resource): object is Policy {
  return object.form === "known" && object.kind === "PeerAuthentication";
}

/** In one file the last document of an object stays. */
function lastOfEach(objects: readonly Resource[]): readonly Policy[] {
  return [...new Map(objects.filter(isPolicy).map((policy) => [objectKey(policy), policy])).values()];
}
