/**
 * A node of a tree: its row and its children, both made when somebody looks. Ids are paths of names, so that selection
 * and expansion survive every edit that leaves the names.
 */
import type { Place } from "../../mesh/answer.ts";
import type { ResourceRef } from "../../mesh/resources/meta.ts";
import type { FileInput, Locate } from "../input.ts";
import type { Location } from "../place.ts";

export type TreeName = "mesh" | "policies";

/** The editor draws it. */
export type TreeIcon =
  | "namespace"
  | "in-mesh"
  | "ambient"
  | "gateway"
  | "outside"
  | "restart"
  | "port"
  | "works"
  | "breaks"
  | "unknown"
  | "scope"
  | "policy"
  | "rule"
  | "idle";

/** What a node leads to: the object that it shows, and the line that decides its mode. */
export type TreeTarget = "manifest" | "decider";

export interface TreeRow {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: TreeIcon;
  /** What a screen reader says: with the kind, which others see in the icon. */
  readonly accessibility: string;
  readonly opens: "nothing" | "children";
  /** Without effect, so that it is drawn grey. */
  readonly muted: boolean;
  readonly leadsTo: readonly TreeTarget[];
}

/** What is read of the workspace: one version of every object. */
export type TreeInput = Pick<FileInput, "mesh" | "locate">;

export interface TreeNode {
  readonly id: string;
  row(): TreeRow;
  children(): readonly TreeNode[];
  /** Resolved when asked: an edit above moves lines, and no row. */
  place(target: TreeTarget): Place | undefined;
  /** One thing a line. Made when somebody hovers, as it names lines too. */
  tooltip(): string;
}

/** The id of the roots' parent. */
export const ROOT = "";

export function idUnder(parent: string, name: string): string {
  const part = name.replaceAll("%", "%25").replaceAll("/", "%2F");
  return parent === ROOT ? part : `${parent}/${part}`;
}

/** Two kinds can share a name. */
export function idOfObject(parent: string, { kind, name }: Pick<ResourceRef, "kind" | "name">): string {
  return idUnder(parent, `${kind} ${name}`);
}

export function parentOf(id: string): string {
  return id.slice(0, Math.max(0, id.lastIndexOf("/")));
}

/** The roots for `ROOT`; undefined where no such node is. Looks only at the path to it. */
export function childrenOf(roots: readonly TreeNode[], id: string): readonly TreeNode[] | undefined {
  return id === ROOT ? roots : nodeIn(roots, id)?.children();
}

export function nodeIn(roots: readonly TreeNode[], id: string): TreeNode | undefined {
  let among = roots;
  let found: TreeNode | undefined;
  for (let end = id.indexOf("/"); ; end = id.indexOf("/", end + 1)) {
    const path = end < 0 ? id : id.slice(0, end);
    found = among.find((node) => node.id === path);
    if (found === undefined || end < 0) return found;
    among = found.children();
  }
}

export function locationOf(locate: Locate, place: Place | undefined): Location | undefined {
  return place && locate(place.object, place.pointer, "value");
}
