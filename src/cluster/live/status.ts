/** The connection in one word, from the states of all that it reads. */
import type { ConnectionState, ScopeState } from "../../protocol/cluster.ts";

export type Summary = Pick<ConnectionState, "status" | "forbidden" | "failure" | "retryAt">;

/** The worst counts; what is forbidden or absent is as it should be, unless nothing at all may be read. */
export function summaryOf(scopes: readonly ScopeState[]): Summary {
  const having = (status: ScopeState["status"]) => scopes.filter((scope) => scope.status === status);
  const forbidden = having("forbidden").length;
  const live = having("live");
  const [lost, stale] = [having("lost"), having("stale")];
  if (stale.length > 0) return { status: "stale", forbidden, ...reason(stale) };
  if (lost.length > 0) return { status: live.length > 0 ? "stale" : "lost", forbidden, ...reason(lost) };
  if (having("syncing").length > 0) return { status: "connecting", forbidden };
  if (live.length === 0) return { status: "lost", forbidden, ...reason(having("forbidden")) };
  return { status: "live", forbidden };
}

/** The reason of the first; the time of the first that tries again. */
function reason(scopes: readonly ScopeState[]): Pick<Summary, "failure" | "retryAt"> {
  const failure = scopes.find((scope) => scope.failure !== undefined)?.failure;
  const times = scopes.flatMap(({ retryAt }) => (retryAt === undefined ? [] : [retryAt]));
  return {
    ...(failure !== undefined && { failure }),
    ...(times.length > 0 && { retryAt: Math.min(...times) }),
  };
}
