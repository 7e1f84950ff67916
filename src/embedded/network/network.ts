/**
 * The network of the mesh: pods and Services have cluster addresses, behind which stand listeners on loopback. A connection
 * is a real socket; who dialled it, and what it was dialled for, is remembered by its port, as conntrack does.
 */
import type { Socket } from "node:net";

export interface Address {
  /** An IPv4 address of the cluster's ranges, never a loopback one. */
  readonly ip: string;
  readonly port: number;
}

/** A connection as the listener gets it. Its socket stays half-open when the caller ends its side, as a server's does. */
export interface Accepted {
  readonly socket: Socket;
  /** Who dialled: a pod's address with a virtual ephemeral port. The node's, where somebody outside dialled the loopback port. */
  readonly from: Address;
  /** What was dialled; of a listener for a whole pod the port differs from one connection to the next. */
  readonly to: Address;
}

export type Accept = (connection: Accepted) => void;

export interface Listener {
  /** The loopback port behind it. */
  readonly port: number;
  /** Ends it and the connections that it took. */
  close(): Promise<void>;
}

/** `refuse` where the one who captures is not there yet: ECONNREFUSED. */
export type Captures<T> = (what: T) => boolean | "refuse";

export interface DialOptions {
  /** Passes by all captures: a sidecar that speaks to the application of its own pod. */
  readonly direct?: boolean;
  /** Passes by the capture of what leaves the pod: the sidecar itself dials. */
  readonly proxy?: boolean;
  /** As in node:net: whether the end of the other side leaves this one open. */
  readonly allowHalfOpen?: boolean;
}

export interface Network {
  /** Takes connections to one port of an address. EADDRINUSE when it is taken. */
  listen(at: Address, accept: Accept): Promise<Listener>;
  /** Takes every connection to the address that `captures` says (iptables REDIRECT to 15006), before `listen`. */
  capture(ip: string, captures: Captures<number>, accept: Accept): Promise<Listener>;
  /** Takes what leaves the address (iptables REDIRECT to 15001); `to` is what was dialled, also a Service's address. */
  captureOutbound(ip: string, captures: Captures<Address>, accept: Accept): Promise<Listener>;
  /**
   * Dials from a pod. The socket emits `connect`, or `error` with code ECONNREFUSED where the address has no such listener,
   * EHOSTUNREACH where nobody has the address. Services' addresses are resolved to an endpoint as kube-proxy does. 127.0.0.1
   * is the pod itself, past its captures.
   */
  dial(from: string, to: Address, options?: DialOptions): Socket;
  /** Opens a port of the machine for those outside, as a load balancer does: each connection is for `to`, with the node's address. */
  expose(host: string, port: number, to: Address): Promise<Listener>;
  /** Where kube-proxy sends what is dialled to a Service's address; endpoints are taken in turn. */
  route(service: Address, endpoints: readonly Address[] | undefined): void;
  /** Somebody has the address from now on, also without a listener: refused there is ECONNREFUSED. */
  assign(ip: string): void;
  /** Ends all listeners and connections of an address: the pod is gone. */
  release(ip: string): void;
  close(): Promise<void>;
}
