/**
 * The meshes in which files are judged: files that define the same object each in one of their own, all others in one.
 * A mesh is built when it is first asked for.
 */
import { buildMesh, type Stated } from "../../mesh/build.ts";
import type { Mesh } from "../../mesh/mesh.ts";
import type { Resource } from "../../mesh/resources/resource.ts";
import { type Change, editMesh } from "../../mesh/snapshot/edit.ts";
import { choose, objectKey, type Versions } from "../alternatives.ts";

export class Meshes {
  readonly #objects: ReadonlyMap<string, readonly Resource[]>;
  readonly #versions: ReadonlyMap<string, Versions>;
  readonly #aged: (object: Resource) => Resource;
  readonly #stated: Stated;
  readonly #several: readonly Versions[];
  /** By the versions that were chosen. */
  readonly #built = new Map<string, { readonly chosen: ReadonlySet<Resource>; readonly mesh: Mesh }>();

  constructor(
    objects: ReadonlyMap<string, readonly Resource[]>,
    versions: ReadonlyMap<string, Versions>,
    aged: (object: Resource) => Resource,
    stated: Stated,
  ) {
    this.#objects = objects;
    this.#versions = versions;
    this.#aged = aged;
    this.#stated = stated;
    this.#several = [...versions.values()].filter((of) => of.length > 1);
  }

  of(judged: string): Mesh {
    const chosen = this.#several.flatMap((of) => choose(of, judged) ?? []);
    const signature = chosen.map((object) => object.source.uri).join("\n");
    const known = this.#built.get(signature);
    if (known !== undefined) return known.mesh;
    const set = new Set(chosen);
    const mesh = buildMesh(this.#objectsOf(set), this.#stated);
    this.#built.set(signature, { chosen: set, mesh });
    return mesh;
  }

  all(): readonly Mesh[] {
    const judged = this.#several.length === 0 ? [...this.#objects.keys()].slice(0, 1) : [...this.#objects.keys()];
    return [...new Set(judged.map((uri) => this.of(uri)))];
  }

  /** Objects of which there is one version only: all that they do not touch stays, with all that is remembered of it. */
  edit(change: Change): void {
    if (change.gone.length + change.come.length === 0) return;
    for (const [signature, { chosen, mesh }] of this.#built) {
      const next = editMesh(mesh, change, () => this.#objectsOf(chosen));
      this.#built.set(signature, { chosen, mesh: next ?? buildMesh(this.#objectsOf(chosen), this.#stated) });
    }
  }

  /** Invariant: objects are in the order of their files. */
  #objectsOf(chosen: ReadonlySet<Resource>): readonly Resource[] {
    const counts = (object: Resource) => {
      const of = this.#versions.get(objectKey(object)) ?? [];
      return of.length > 1 ? chosen.has(object) : of[0] === object;
    };
    const objects = [...this.#objects.values()].flatMap((all) => all.filter(counts));
    return objects.map(this.#aged);
  }
}
