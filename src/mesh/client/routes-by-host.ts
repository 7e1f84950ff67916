/** The routes that are for a host, without looking at those of all others. */
import { gapsAt } from "../gaps.ts";
import { remembered } from "../memo.ts";
import type { Mesh } from "../mesh.ts";
import { fullHost, isWildcard } from "../registry/host.ts";

/** By the hosts that they name; `others` are those with a wildcard or with a host that could not be read. */
export const routesByHost = remembered((virtualServices: Mesh["virtualServices"]) => {
  const isPlain = (each: Mesh["virtualServices"][number]) =>
    !each.hosts.some(isWildcard) && gapsAt(each, "/spec/host", "/spec/hosts").length === 0;
  const named = virtualServices
    .filter(isPlain)
    .flatMap((each) => [...new Set(each.hosts)].map((host) => ({ host: fullHost(host, each.namespace), each })));
  const groups = Map.groupBy(named, ({ host }) => host);
  const exact = new Map([...groups].map(([host, group]) => [host, group.map(({ each }) => each)]));
  return { exact, others: virtualServices.filter((each) => !isPlain(each)) };
});
