/**
 * The meshes in which files are judged: files that define the same object each in one of their own, all others in one.
 * A mesh is built when it is first asked for.
 */
import { byAge } from "../../mesh/age.ts";
import { buildMesh, type Stated } from "../../mesh/build.ts";
import { inNamespace, regroup } from "../../mesh/by-namespace.ts";
import type { Mesh } from "../../mesh/mesh.ts";
import type { PeerAuthentication } from "../../mesh/resources/istio.ts";
import type { Resource } from "../../mesh/resources/resource.ts";
import { choose, objectKey, type Versions } from "../alternatives.ts";

export class Meshes {
  readonly #objects: ReadonlyMap<string, readonly Resource[]>;
  readonly #versions: ReadonlyMap<string, Versions>;
  readonly #aged: (object: Resource) => Resource;
  readonly #stated: Stated;
  readonly #several: readonly Versions[];
  /** By the versions that were chosen. */
  readonly #built = new Map<string, Mesh>();

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
    this.#several = [...versions.values()].filter((of) => of.size > 1);
  }

  of(judged: string): Mesh {
    const chosen = this.#several.flatMap((of) => choose(of, judged) ?? []);
    const signature = chosen.map((object) => object.source.uri).join("\n");
    const mesh = this.#built.get(signature) ?? this.#build(new Set(chosen));
    this.#built.set(signature, mesh);
    return mesh;
  }

  all(): readonly Mesh[] {
    const judged = this.#several.length === 0 ? [...this.#objects.keys()].slice(0, 1) : [...this.#objects.keys()];
    return [...new Set(judged.map((uri) => this.of(uri)))];
  }

  /** A policy of this namespace is for all of some mesh. */
  isRoot(namespace: string): boolean {
    return [...this.#built.values()].some(({ config }) => config.rootNamespace === namespace);
  }

  /** Everything but the policies stays, with all that is remembered of it. */
  replacePolicies(gone: readonly PeerAuthentication[], come: readonly PeerAuthentication[]): void {
    if (gone.length + come.length === 0) return;
    const namespaces = new Set([...gone, ...come].map(({ namespace }) => namespace));
    for (const [signature, mesh] of this.#built) {
      const seen = come.filter(({ namespace }) => !mesh.hiddenNamespaces.has(namespace));
      const policies = replaced(mesh.policies, gone, seen);
      const groups = [...namespaces].map((namespace) => {
        const isHere = (policy: PeerAuthentication) => policy.namespace === namespace;
        return [namespace, replaced(inNamespace(mesh.policies, namespace), gone, seen.filter(isHere))] as const;
      });
      regroup(policies, mesh.policies, new Map(groups));
      this.#built.set(signature, { ...mesh, policies });
    }
  }

  /** Invariant: objects are in the order of their files. */
  #build(chosen: ReadonlySet<Resource>): Mesh {
    const counts = (object: Resource, uri: string) => {
      const of = this.#versions.get(objectKey(object));
      return of !== undefined && of.size > 1 ? chosen.has(object) : of?.get(uri) === object;
    };
    const objects = [...this.#objects].flatMap(([uri, all]) => all.filter((object) => counts(object, uri)));
    return buildMesh(objects.map(this.#aged), this.#stated);
  }
}

function replaced(
  policies: readonly PeerAuthentication[],
  gone: readonly PeerAuthentication[],
  come: readonly PeerAuthentication[],
): readonly PeerAuthentication[] {
  const left = policies.filter((policy) => !gone.includes(policy));
  for (const policy of come) left.splice(rankOf(left, policy), 0, policy);
  return left;
}

/** Before the first that is younger. */
function rankOf(policies: readonly PeerAuthentication[], policy: PeerAuthentication): number {
  let low = 0;
  let high = policies.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = policies[middle];
    if (other !== undefined && byAge(other, policy) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
