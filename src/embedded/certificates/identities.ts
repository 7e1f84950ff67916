/** The certificates in use: one per service account, renewed in time for all of its proxies. */
import type { Identity } from "../dataplane/config.ts";
import type { Authority } from "./authority.ts";

export interface Identities {
  /** The account's certificate; the same object until it is renewed. */
  of(namespace: string, account: string): Promise<Identity>;
  close(): void;
}

/** How often the clock is looked at, at most and at least. */
const LONGEST_WAIT = 60_000;
const SHORTEST_WAIT = 50;

/** `renewed` is told when half of a certificate's life is over and the next is there. Istio: pilot-agent renews at half of the time. */
export function createIdentities(authority: Authority, renewed: (identity: Identity) => void): Identities {
  const held = new Map<string, { readonly identity: Promise<Identity>; half: number }>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function issue(namespace: string, account: string): Promise<Identity> {
    const asked = Date.now();
    const identity = authority.issue(namespace, account);
    const entry = { identity, half: Number.POSITIVE_INFINITY };
    held.set(`${namespace}/${account}`, entry);
    return identity.then(
      (made) => {
        entry.half = asked + (made.expires - asked) / 2;
        schedule();
        return made;
      },
      (error: unknown) => {
        held.delete(`${namespace}/${account}`);
        throw error;
      },
    );
  }

  function schedule() {
    if (closed) return;
    clearTimeout(timer);
    const next = Math.min(...[...held.values()].map(({ half }) => half)) - Date.now();
    timer = setTimeout(renew, Math.min(Math.max(next, SHORTEST_WAIT), LONGEST_WAIT)).unref();
  }

  function renew() {
    const due = [...held].filter(([, { half }]) => half <= Date.now());
    for (const [name] of due) {
      const [namespace = "", account = ""] = name.split("/");
      issue(namespace, account).then((identity) => closed || renewed(identity), schedule);
    }
    schedule();
  }

  return {
    of: (namespace, account) => held.get(`${namespace}/${account}`)?.identity ?? issue(namespace, account),
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
