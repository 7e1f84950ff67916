/** A node that runs nothing. */
import { Socket } from "node:net";
import { ApiError } from "../../../src/embedded/api/status.ts";
import type { Kubelet } from "../../../src/embedded/kubelet/kubelet.ts";

export function noKubelet(): Kubelet {
  const nothing = () => new ApiError(400, "BadRequest", "no pod runs here");
  return {
    // biome-ignore lint/correctness/useYield: it has no lines
    async *logs() {
      throw nothing();
    },
    exec: () => Promise.reject(nothing()),
    portForward: () => new Socket().destroy(nothing()),
    dial: () => new Socket().destroy(nothing()),
  };
}
