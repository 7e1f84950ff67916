/** Messages between the extension host (or the command line) and the worker that holds the embedded mesh. */

/** How the mesh can be reached while it runs. */
export interface EmbeddedAccess {
  /** `https://127.0.0.1:<port>`, the Kubernetes API. */
  readonly url: string;
  /** Path of the kubeconfig, which its owner alone can read. */
  readonly kubeconfig: string;
  /** Address of the ingress gateway, with a port where port 80 is not free. Absent until it has one. */
  readonly gateway?: string;
}

export interface StartEmbedded {
  /** Where state is kept, so that the next start goes on with it. Absent: nothing outlives the worker. */
  readonly folder?: string;
  /** Where the kubeconfig is written. */
  readonly kubeconfig: string;
}

/** Unasked, from the worker. */
export type FromEmbedded = {
  /** The ingress gateway has an address now, or another one. */
  gateway: { readonly address: string };
  /** A defect of the program in one of its parts. The others go on. */
  failure: { readonly says: string; readonly stack: string };
};

export type EmbeddedAsks = {
  /** Rejected where the folder is in use, with who uses it. */
  start: { ask: StartEmbedded; reply: EmbeddedAccess };
  /** Ends all sockets; what is to be kept is on disk when it settles. */
  stop: { ask: Record<string, never>; reply: undefined };
  /** As it was at its first start; addresses stay. */
  reset: { ask: Record<string, never>; reply: EmbeddedAccess };
};
