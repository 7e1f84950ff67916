/** A DestinationRule: the Services at which callers follow its TLS settings, or the rule that they follow instead. */
import { callsUnder, hasCallers, ruledCalls } from "../../mesh/findings/clients/ruled-calls.ts";
import type { DestinationRule } from "../../mesh/resources/istio.ts";
import { refKey } from "../../mesh/resources/meta.ts";
import { nameFrom } from "../words/call.ts";
import { clauses } from "../words/list.ts";
import { policyName } from "../words/policy.ts";
import * as words from "../words/tree.ts";
import { idOfObject, idUnder, type TreeInput, type TreeNode } from "./node.ts";
import { nameOf, node } from "./rows.ts";

export function ruleNode(input: TreeInput, parent: string, rule: DestinationRule): TreeNode {
  const { mesh } = input;
  const id = idOfObject(parent, rule);
  const governed = () => distinct(ruledCalls(mesh, rule).map(({ service }) => service));
  const isLost = (winners: readonly string[]) => winners.length > 0 && !hasCallers(mesh, rule);
  const text = () => {
    const winners = winnersOver(input, rule);
    const count = governed().length;
    const effect =
      winners.length > 0
        ? words.ruleLosesTo(winners, isLost(winners) ? "everywhere" : "partly")
        : count > 0
          ? words.ruleGoverns(count)
          : undefined;
    return clauses(rule.host, words.tlsText(rule), effect);
  };
  return node(input, {
    id,
    places: () => ({ manifest: nameOf(rule) }),
    children: () =>
      governed().map((service) => {
        const name = nameFrom(rule.namespace, service);
        return node(input, {
          id: idUnder(id, refKey(service)),
          places: () => ({ manifest: nameOf(service) }),
          tooltip: () => [`Service ${service.namespace}/${service.name}`],
          say: () => ({
            label: name,
            description: service.ports.map(({ port }) => port).join(", "),
            icon: "port",
            spoken: "Service",
          }),
        });
      }),
    tooltip: () => [`DestinationRule ${policyName(rule)}`, text()],
    say() {
      const lost = isLost(winnersOver(input, rule));
      return {
        label: rule.name,
        description: text(),
        icon: lost ? "idle" : "rule",
        spoken: "DestinationRule",
        muted: lost,
      };
    },
  });
}

/** Rules that callers follow at every Service of this rule's host, where it says TLS and nobody follows it. */
function winnersOver({ mesh }: TreeInput, rule: DestinationRule): readonly string[] {
  if (words.setsNoTls(rule) || ruledCalls(mesh, rule).length > 0) return [];
  const followed = callsUnder(mesh, rule).map(({ seen }) => seen.sends?.place?.object);
  const others = followed.flatMap((object) =>
    object?.kind === "DestinationRule" && object !== rule ? [policyName(object)] : [],
  );
  return others.length === followed.length ? [...new Set(others)] : [];
}

function distinct<Item>(items: readonly Item[]): readonly Item[] {
  return [...new Set(items)];
}
