/** What all rows have, said once: most lead to a manifest, and few are grey. */
import type { Place } from "../../mesh/answer.ts";
import type { Meta } from "../../mesh/resources/meta.ts";
import { clauses } from "../words/list.ts";
import type { TreeNode, TreeRow, TreeTarget } from "./node.ts";

export interface Said {
  readonly label: string;
  readonly description: string;
  readonly icon: TreeRow["icon"];
  readonly tooltip: string;
  /** The kind, for those who do not see the icon. */
  readonly spoken: string;
  readonly muted?: boolean;
}

export interface Parts {
  readonly id: string;
  readonly say: () => Said;
  readonly children?: () => readonly TreeNode[];
  readonly places: () => Readonly<Partial<Record<TreeTarget, Place | undefined>>>;
}

const TARGETS: readonly TreeTarget[] = ["manifest", "decider"];

export function node({ id, say, children, places }: Parts): TreeNode {
  return {
    id,
    children: children ?? (() => []),
    place: (target) => places()[target],
    row() {
      const there = places();
      const { spoken, muted = false, ...said } = say();
      return {
        id,
        ...said,
        accessibility: clauses(`${spoken} ${said.label}`, said.description),
        opens: children !== undefined && children().length > 0 ? "children" : "nothing",
        muted,
        leadsTo: TARGETS.filter((target) => there[target] !== undefined),
      };
    },
  };
}

export function nameOf(object: Meta | undefined): Place | undefined {
  return object && { object, pointer: "/metadata/name" };
}

/** Tooltips are plain text, one thing a line. */
export function lines(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join("\n");
}
