/** A CustomResourceDefinition adds its kind when it comes, and takes it and its objects away when it goes. */
import { kindOf } from "../../kinds/crd.ts";
import type { Kind } from "../../kinds/kind.ts";
import type { WatchEvent } from "../../store/store.ts";
import type { Context } from "../context.ts";

export function definitionChanged({ kinds, store }: Context, kind: Kind, event: WatchEvent): void {
  if (event.type === "BOOKMARK" || kind.group !== "apiextensions.k8s.io" || kind.kind !== "CustomResourceDefinition")
    return;
  const defined = kindOf(event.object);
  if (event.type !== "DELETED") {
    kinds.define(defined);
    return;
  }
  for (const { metadata } of store.list(defined)) store.remove(defined, metadata);
  kinds.remove(defined.group, defined.plural);
}
