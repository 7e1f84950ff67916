/**
 * What an imitated application gets from its container: environment, network, files in memory, output. An application never
 * sees the machine it runs on.
 */

import type { Socket } from "node:net";
import type { Proxy as RunningProxy } from "../dataplane/proxy.ts";
import type { Accepted } from "../network/network.ts";

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly name?: string; readonly containerPort: number; readonly protocol: string }[];
}

/** The pod in which it runs. */
export interface PodNetwork {
  readonly ip: string;
  readonly hostname: string;
  readonly namespace: string;
  /** The cluster's DNS with the search path of the pod's namespace; empty where the name has no address. */
  resolve(host: string): readonly string[];
  /** Dials through the pod's sidecar where there is one; `error` on the socket as a real connect would give it. */
  dial(ip: string, port: number): Socket;
  /** Behind the pod's sidecar where there is one. */
  listen(port: number, accept: (connection: Accepted) => void): Promise<void>;
}

export interface FileSystem {
  read(path: string): Buffer | undefined;
  write(path: string, content: Buffer): void;
  list(path: string): readonly string[] | undefined;
  makeFolder(path: string): void;
  remove(path: string): void;
}

/** An application that runs; `stop` ends its sockets. */
export interface App {
  stop(): Promise<void>;
  /** The exit code of a program that ends by itself; absent: it runs until it is stopped. */
  readonly ended?: Promise<number>;
  /** Listens on one more port: a Service sends there, and no container says what listens. */
  serve?(port: number): Promise<void>;
}

export interface AppContext {
  readonly container: Container;
  readonly network: PodNetwork;
  readonly files: FileSystem;
  /** What `pilot-agent` and its ports tell; only in the container of a proxy. */
  readonly proxy?: Pick<RunningProxy, "configured" | "prometheus" | "stats">;
  log(line: string): void;
}

export type StartApp = (context: AppContext) => Promise<App>;

/** A command that `kubectl exec` runs in a container: built-in ones only, never one of the host's. */
export interface Command {
  readonly argv: readonly string[];
  readonly stdin: AsyncIterable<Buffer>;
  stdout(chunk: Buffer | string): void;
  stderr(chunk: Buffer | string): void;
  /** A terminal is at the other end: what comes in is edited and echoed, lines end in CR LF. */
  readonly tty?: boolean;
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal;
}
/** The exit code; 127 with a message on stderr where there is no such command. */
export type RunCommand = (context: AppContext, command: Command) => Promise<number>;
