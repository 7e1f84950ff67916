/** `pods/log`: the output of a container as text, also while it is written. */
import type { Kubelet, LogOptions } from "../../kubelet/kubelet.ts";
import type { Listing } from "../http/list.ts";
import { type Answer, isSet } from "../http/request.ts";
import type { Serving } from "../http/resource.ts";
import { invalid, invalidObject } from "../requests/refusals.ts";
import { containerOf, isOnNode, podOf } from "./pods.ts";

export async function logAnswer(serving: Serving, kubelet: Kubelet, listing: Listing): Promise<Answer> {
  const { query, signal } = listing.request;
  const { pod, ref } = podOf(serving, listing);
  const container = containerOf(pod, query.get("container") ?? "");
  if (!isOnNode(pod)) return { status: 200, text: "" };
  const lines = kubelet.logs(ref, container, optionsOf(query, ref.name), signal)[Symbol.asyncIterator]();
  if (isSet(query, "follow"))
    return { status: 200, type: "text/plain", stream: { [Symbol.asyncIterator]: () => lines } };
  // Without `follow` a refusal is known before the answer begins.
  const first = await lines.next();
  return { status: 200, type: "text/plain", stream: after(first, lines) };
}

async function* after(first: IteratorResult<string>, rest: AsyncIterator<string>): AsyncGenerator<string> {
  for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
}

function optionsOf(query: URLSearchParams, pod: string): LogOptions {
  const number = (name: string): number | undefined => {
    const text = query.get(name);
    if (text === null) return undefined;
    const value = Number(text);
    if (Number.isInteger(value) && value >= 0) return value;
    throw invalidObject({ kind: "PodLogOptions", group: "" }, pod, [
      invalid(name, value, "must be greater than or equal to 0"),
    ]);
  };
  const [tailLines, limitBytes, sinceSeconds] = [number("tailLines"), number("limitBytes"), number("sinceSeconds")];
  const sinceTime = query.get("sinceTime");
  const since =
    sinceSeconds !== undefined
      ? Date.now() - sinceSeconds * 1000
      : sinceTime === null
        ? undefined
        : Date.parse(sinceTime);
  return {
    follow: isSet(query, "follow"),
    timestamps: isSet(query, "timestamps"),
    previous: isSet(query, "previous"),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(since === undefined ? {} : { since }),
  };
}
