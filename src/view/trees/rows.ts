/** What all rows have, said once: most lead to a manifest, and few are grey. */
import type { Place } from "../../mesh/answer.ts";
import type { Meta } from "../../mesh/resources/meta.ts";
import { fileLine } from "../words/call.ts";
import { clauses } from "../words/list.ts";
import { PLACES } from "../words/tree.ts";
import { locationOf, type TreeInput, type TreeNode, type TreeRow, type TreeTarget } from "./node.ts";

export interface Said {
  readonly label: string;
  readonly description: string;
  readonly icon: TreeRow["icon"];
  /** The kind, for those who do not see the icon. */
  readonly spoken: string;
  readonly muted?: boolean;
}

export interface Parts {
  readonly id: string;
  readonly say: () => Said;
  readonly tooltip: () => readonly (string | undefined)[];
  readonly children?: () => readonly TreeNode[];
  readonly places: () => Readonly<Partial<Record<TreeTarget, Place | undefined>>>;
}

const TARGETS: readonly TreeTarget[] = ["manifest", "decider"];

export function node({ locate }: TreeInput, { id, say, tooltip, children, places }: Parts): TreeNode {
  return {
    id,
    children: children ?? (() => []),
    tooltip() {
      const there = places();
      const at = TARGETS.map((target) => {
        const location = locationOf(locate, there[target]);
        return location && PLACES[target](fileLine(location));
      });
      return [...tooltip(), ...at].filter((line) => line !== undefined && line !== "").join("\n");
    },
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
