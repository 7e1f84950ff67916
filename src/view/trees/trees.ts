/** Both trees by name, every node for a search, and the node of a place in a file. */
import { inNamespace } from "../../mesh/by-namespace.ts";
import { sameRef } from "../../mesh/resources/meta.ts";
import type { Resource } from "../../mesh/resources/resource.ts";
import type { FileInput } from "../input.ts";
import type { Position } from "../place.ts";
import { contains } from "../position.ts";
import { meshTree } from "./mesh-tree.ts";
import { idOfObject, idUnder, nodeIn, ROOT, type TreeInput, type TreeName, type TreeNode } from "./node.ts";
import { policiesTree } from "./policies-tree.ts";

export interface NodeRef {
  readonly tree: TreeName;
  readonly id: string;
}

export function treeOf(input: TreeInput, tree: TreeName): readonly TreeNode[] {
  return tree === "mesh" ? meshTree(input) : policiesTree(input);
}

/** One row of the search: `namespace/name`, and what it is. */
export interface TreeEntry extends NodeRef {
  readonly label: string;
  readonly kind: string;
}

/** Workloads and policies. Their rows are not made: of thousands only one is picked. */
export function entriesOf({ mesh }: TreeInput): readonly TreeEntry[] {
  return [...mesh.workloads, ...mesh.policies, ...mesh.destinationRules].map((object) => ({
    ...refOf(object),
    label: `${object.namespace}/${object.name}`,
    kind: object.kind,
  }));
}

/** The node of the object at a position; of the file's first object that has one where there is none. */
export function nodeAt(file: FileInput, whole: TreeInput, position: Position): NodeRef | undefined {
  const at = file.objects.find((object) => {
    const entry = file.locate(object, "", "entry");
    return entry?.uri === file.uri && contains(entry.range, position);
  });
  for (const object of at === undefined ? file.objects : [at]) {
    const ref = shownAs(whole, object);
    if (ref !== undefined && nodeIn(treeOf(whole, ref.tree), ref.id) !== undefined) return ref;
  }
  return undefined;
}

function shownAs({ mesh }: TreeInput, object: Resource): NodeRef | undefined {
  switch (object.kind) {
    case "PeerAuthentication":
    case "DestinationRule":
      return refOf(object);
    case "Namespace":
      return { tree: "mesh", id: idUnder(ROOT, object.name) };
    case "Service":
      return { tree: "mesh", id: idUnder(ROOT, object.namespace) };
  }
  const workload = inNamespace(mesh.workloads, object.namespace).find(
    (each) => sameRef(each, object) || each.replicas.some(({ pod }) => pod !== undefined && sameRef(pod, object)),
  );
  return workload && refOf(workload);
}

function refOf(object: { readonly kind: string; readonly namespace: string; readonly name: string }): NodeRef {
  const isPolicy = object.kind === "PeerAuthentication" || object.kind === "DestinationRule";
  return { tree: isPolicy ? "policies" : "mesh", id: idOfObject(idUnder(ROOT, object.namespace), object) };
}
