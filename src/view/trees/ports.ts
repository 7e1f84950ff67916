/** The ports of one workload: the mode that is enforced there, who decides it, and who calls. */
import { modeSetAt } from "../../mesh/answer.ts";
import { enforcedMode, isEnforcing } from "../../mesh/server/enforced.ts";
import { arrivalsAt } from "../../mesh/verdict/at-workload.ts";
import type { Workload } from "../../mesh/workload.ts";
import { noteworthy } from "../lenses/outcomes.ts";
import { portsShown, type ShownPort } from "../lenses/ports.ts";
import { unknownClause } from "../words/call.ts";
import { portTitle, undeclaredPort } from "../words/hover.ts";
import * as words from "../words/tree.ts";
import { modeByText } from "../words/workload.ts";
import { callerNodes, countsOf } from "./callers.ts";
import { idUnder, type TreeInput, type TreeNode } from "./node.ts";
import { nameOf, node } from "./rows.ts";

export function portNodes(input: TreeInput, parent: string, workload: Workload): readonly TreeNode[] {
  return portsShown(input.mesh, workload).map((shown) => portNode(input, parent, workload, shown));
}

function portNode(input: TreeInput, parent: string, workload: Workload, { port, inbound }: ShownPort): TreeNode {
  const { mesh } = input;
  const id = idUnder(parent, String(port));
  const replica = workload.replicas.find(isEnforcing);
  const answer = replica && enforcedMode(mesh, replica, port);
  const arrivals = noteworthy(arrivalsAt(mesh, workload)).filter((arrival) => arrival.port === port);
  const counts = countsOf(arrivals, workload.namespace);
  return node(input, {
    id,
    places: () => ({
      manifest: nameOf(inbound?.services[0]?.service ?? workload.object),
      decider: answer?.known ? modeSetAt(answer.origin) : undefined,
    }),
    tooltip: () => [
      inbound === undefined ? undeclaredPort(port) : portTitle(inbound),
      answer && (answer.known ? modeByText(answer.mode, answer.origin) : unknownClause(answer.missing)),
      words.callersText(counts),
    ],
    children: () => callerNodes(input, id, arrivals, workload.namespace),
    say: () => ({
      label: words.portLabel(port, inbound),
      description: words.withCallers(
        counts,
        inbound === undefined ? words.IN_NO_SERVICE : undefined,
        answer && words.modeWord(answer),
      ),
      icon: counts.breaks > 0 ? "breaks" : "port",
      spoken: "port",
    }),
  });
}
