/**
 * Messages between the extension host (or the command line) and the cluster worker. `contexts` reads files only;
 * nothing is contacted before `connect`. Every tell names its connection: what comes late from an older one is dropped.
 */

/** A context as the kubeconfig files have it, after merging as kubectl merges. */
export interface ContextView {
  readonly name: string;
  readonly namespace: string;
  readonly user: string;
  /** `""` where the context names a cluster that no file has. */
  readonly server: string;
  /** The file that has the context. */
  readonly file: string;
  readonly current: boolean;
}

export interface Contexts {
  readonly contexts: readonly ContextView[];
  /** Files that could not be read, and why. The others count all the same. */
  readonly problems: readonly { readonly file: string; readonly says: string }[];
}

/** Files of a kubeconfig, first wins. Absent: KUBECONFIG of the environment, else `~/.kube/config`. */
export interface KubeconfigFiles {
  readonly files?: readonly string[];
}

export interface ConnectTo extends KubeconfigFiles {
  readonly context: string;
  /** Namespaces to read where a kind may not be read in the whole cluster. Absent: that of the context. */
  readonly namespaces?: readonly string[];
  /** Whether a program that the kubeconfig names for credentials is asked about (`consent`) or never run. */
  readonly programs: "ask" | "never";
  /** For clusters whose kubeconfig and environment name none: VS Code's `http.proxy`. */
  readonly proxy?: string;
}

/** Whom the connection speaks to. Every confirmation of a write names all of it. */
export interface Target {
  readonly context: string;
  readonly namespace: string;
  readonly user: string;
  readonly server: string;
  /** The server's certificate is not checked: insecure-skip-tls-verify. */
  readonly insecure: boolean;
  /** Without user and password. */
  readonly proxy?: string;
}

/** Why something could not be read. `says` is a sentence for people. */
export interface Failure {
  readonly code: FailureCode;
  readonly says: string;
}

export type FailureCode =
  | "absent"
  | "busy"
  | "credentials"
  | "forbidden"
  | "gone"
  | "kubeconfig"
  | "malformed"
  | "server"
  | "silent"
  | "too-large"
  | "unauthorized"
  | "unreachable";

/**
 * - `syncing`: asked for, not yet whole. - `live`: as the server has it. - `stale`: whole as of `asOf`, and not current.
 * - `lost`: never read, and cannot be now. - `forbidden`: the server refuses this user. - `absent`: no such kind there.
 */
export type ScopeStatus = "syncing" | "live" | "stale" | "lost" | "forbidden" | "absent";

/** A kind in the whole cluster or in one namespace. Times are milliseconds of `Date.now()`. */
export interface ScopeState {
  /** Absent: the whole cluster. */
  readonly namespace?: string;
  readonly status: ScopeStatus;
  readonly since: number;
  /** Objects are known as they were then; absent when live, and where none were ever read. */
  readonly asOf?: number;
  readonly failure?: Failure;
  /** When it is tried again. */
  readonly retryAt?: number;
}

/** A kind that the rules read. `version` is the one that is read: v1 where it is served. */
export interface KindRef {
  readonly group: string;
  readonly kind: string;
  readonly version?: string;
}

/** A JSON object as the server has it, without `managedFields`; `decodeResource` understands it. */
export interface LiveObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
  };
}

export interface KindChange extends KindRef {
  /** New or changed. */
  readonly put: readonly LiveObject[];
  readonly removed: readonly { readonly namespace?: string; readonly name: string }[];
  /** All scopes, where one of them changed; true once the changes of this message are in. */
  readonly scopes?: readonly ScopeState[];
}

/** The connection as a whole, for the status item. */
export interface ConnectionState {
  readonly target: Target;
  /** `live` where every kind is, but those that are forbidden or absent. */
  readonly status: "connecting" | "live" | "stale" | "lost" | "ended";
  readonly since: number;
  /** Scopes that may not be read. */
  readonly forbidden: number;
  readonly failure?: Failure;
  readonly retryAt?: number;
}

/** A program that a kubeconfig names for credentials. A decision is remembered by `file` and the whole command. */
export interface CredentialProgram {
  readonly file: string;
  readonly user: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Names only: values can be secret. */
  readonly env: readonly string[];
}

/** Unasked, from the worker. */
export type FromCluster = {
  connection: { readonly connection: number; readonly state: ConnectionState };
  /** At most one in 25 ms; a kind that is read for the first time comes in several. */
  changes: { readonly connection: number; readonly kinds: readonly KindChange[] };
  /** A defect of the program. */
  failure: { readonly says: string; readonly stack: string };
};

/** Asks of the worker. */
export type FromClusterAsks = {
  consent: { ask: CredentialProgram; reply: "run" | "refuse" };
};

/** Asks of the host. */
export type ClusterAsks = {
  contexts: { ask: KubeconfigFiles; reply: Contexts };
  /** Settles with what is contacted, before it has answered. A connection before it ends. */
  connect: { ask: ConnectTo; reply: { readonly connection: number; readonly target: Target } };
  /** Everything that waits for another attempt makes it now. */
  retry: { ask: Record<string, never>; reply: undefined };
  /** No socket and no timer is left when it settles. */
  disconnect: { ask: Record<string, never>; reply: undefined };
};
