/** What the API asks of the node: output of containers, commands in them, connections to their ports. */
import type { Socket } from "node:net";
import type { Command } from "../apps/process.ts";

export interface PodRef {
  readonly namespace: string;
  readonly name: string;
}

export interface LogOptions {
  readonly follow: boolean;
  readonly tailLines?: number;
  /** Milliseconds since 1970. */
  readonly since?: number;
  readonly timestamps: boolean;
  readonly previous: boolean;
  readonly limitBytes?: number;
}

export interface Kubelet {
  /** Lines with their newline, until the container ends or the signal aborts. ApiError where there is no such container. */
  logs(pod: PodRef, container: string, options: LogOptions, signal: AbortSignal): AsyncIterable<string>;
  /** The exit code. ApiError where the container does not run. */
  exec(pod: PodRef, container: string, command: Command): Promise<number>;
  /** A connection into the pod's own network namespace (localhost of the pod): past its sidecar. */
  portForward(pod: PodRef, port: number): Socket;
  /** A connection from the node to the pod's address, through its sidecar: what the API's proxy path does. */
  dial(pod: PodRef, port: number): Socket;
}
