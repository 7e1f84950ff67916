/** Configurations that are equal are one object, from one push to the next. */
import { createHash } from "node:crypto";
import type { Outbound } from "../../dataplane/config.ts";

/** The object of the push before where nothing of it has changed: proxies keep their connections, and share memory. */
export function keptOutbounds(): (outbound: Outbound) => Outbound {
  const byText = new Map<string, WeakRef<Outbound>>();
  const known = new WeakMap<Outbound, Outbound>();
  return (outbound) => {
    const before = known.get(outbound);
    if (before !== undefined) return before;
    const text = createHash("sha256").update(JSON.stringify(outbound)).digest("base64");
    const kept = byText.get(text)?.deref() ?? outbound;
    byText.set(text, new WeakRef(kept));
    known.set(outbound, kept);
    for (const [key, ref] of byText) if (ref.deref() === undefined) byText.delete(key);
    return kept;
  };
}
