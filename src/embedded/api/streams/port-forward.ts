/**
 * `pods/portforward`: SPDY inside a WebSocket. Each connection of the client is a pair of streams, one for data and one for
 * what goes wrong, that have a request id in common. Kubernetes: kubelet's portforward/httpstream.go, KEP-4006.
 */
import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import type { Kubelet, PodRef } from "../../kubelet/kubelet.ts";
import { dataFrame, type Frame, FrameReader, Headers, pingFrame, resetFrame } from "./spdy.ts";

export const FORWARD_PROTOCOLS = ["SPDY/3.1+portforward.k8s.io"];

interface Pair {
  error?: number;
  data?: number;
  port: number;
}

export function runPortForward(kubelet: Kubelet, websocket: WebSocket, ref: PodRef): void {
  const forward = new Forward(kubelet, websocket, ref);
  websocket.on("message", (data: Buffer) => forward.receive(data));
  websocket.on("error", () => websocket.terminate());
  websocket.on("close", () => forward.close());
}

class Forward {
  readonly #reader = new FrameReader();
  readonly #headers = new Headers();
  readonly #pairs = new Map<string, Pair>();
  /** By the data stream. */
  readonly #sockets = new Map<number, Socket>();
  readonly #kubelet: Kubelet;
  readonly #websocket: WebSocket;
  readonly #ref: PodRef;
  /** Headers are read in the order of their frames. */
  #queue: Promise<void> = Promise.resolve();

  constructor(kubelet: Kubelet, websocket: WebSocket, ref: PodRef) {
    this.#kubelet = kubelet;
    this.#websocket = websocket;
    this.#ref = ref;
  }

  receive(chunk: Buffer): void {
    for (const frame of this.#reader.push(chunk)) {
      this.#queue = this.#queue.then(() => this.#take(frame)).catch(() => this.#websocket.terminate());
    }
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.destroy();
    this.#sockets.clear();
    this.#headers.close();
  }

  #send(frame: Buffer): void {
    if (this.#websocket.readyState === this.#websocket.OPEN) this.#websocket.send(frame);
  }

  async #take(frame: Frame): Promise<void> {
    switch (frame.type) {
      case "syn-stream":
        await this.#open(frame.stream, frame.block);
        break;
      case "data":
        this.#data(frame.stream, frame.data, frame.fin);
        break;
      case "reset":
        this.#sockets.get(frame.stream)?.destroy();
        break;
      case "ping":
        this.#send(pingFrame(frame.id));
        break;
      case "goaway":
      case "other":
        break;
    }
  }

  async #open(stream: number, block: Buffer): Promise<void> {
    const { streamtype, port, requestid = "" } = await this.#headers.read(block);
    const pair: Pair = this.#pairs.get(requestid) ?? { port: Number(port) };
    this.#pairs.set(requestid, pair);
    if (streamtype === "error") pair.error = stream;
    else pair.data = stream;
    this.#send(await this.#headers.reply(stream));
    if (pair.error === undefined || pair.data === undefined) return;
    this.#pairs.delete(requestid);
    this.#connect(pair.data, pair.error, pair.port);
  }

  #connect(data: number, error: number, port: number): void {
    const { name } = this.#ref;
    const socket = this.#kubelet.portForward(this.#ref, port);
    this.#sockets.set(data, socket);
    let failure: Error | undefined;
    socket.on("data", (chunk: Buffer) => {
      this.#send(dataFrame(data, chunk));
      this.#slow(socket);
    });
    socket.on("end", () => this.#send(dataFrame(data, Buffer.alloc(0), true)));
    socket.on("error", (cause) => {
      failure = cause;
    });
    socket.on("close", () => {
      this.#sockets.delete(data);
      if (failure) {
        const why = `error forwarding port ${port} to pod ${name}, uid : failed to connect to localhost:${port}: ${failure.message}`;
        this.#send(dataFrame(error, Buffer.from(why)));
        this.#send(resetFrame(data));
      }
      this.#send(dataFrame(error, Buffer.alloc(0), true));
    });
  }

  /** A client that does not read holds the pod back. */
  #slow(socket: Socket): void {
    if (this.#websocket.bufferedAmount < 1 << 20) return;
    socket.pause();
    const timer = setInterval(() => {
      if (this.#websocket.bufferedAmount >= 1 << 18 && !socket.destroyed) return;
      clearInterval(timer);
      socket.resume();
    }, 5);
  }

  #data(stream: number, data: Buffer, fin: boolean): void {
    const socket = this.#sockets.get(stream);
    if (data.length > 0) socket?.write(data);
    if (fin) socket?.end();
  }
}
