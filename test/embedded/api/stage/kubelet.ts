/** A node whose pods log three lines, run four commands, and lead all their ports to one server. */
import { connect, type Socket } from "node:net";
import { ApiError } from "../../../../src/embedded/api/status.ts";
import type { Command } from "../../../../src/embedded/apps/process.ts";
import type { Kubelet, LogOptions } from "../../../../src/embedded/kubelet/kubelet.ts";

/** `port` is where connections to pods lead; nowhere when it is 1. */
export function smallKubelet(port = 1): Kubelet {
  const dial = (): Socket => connect(port, "127.0.0.1");
  return { logs, exec, portForward: dial, dial };
}

async function* logs(pod: { readonly name: string }, container: string, options: LogOptions, signal: AbortSignal) {
  if (options.previous) {
    throw new ApiError(
      400,
      "BadRequest",
      `previous terminated container "${container}" in pod "${pod.name}" not found`,
    );
  }
  const lines = ["one\n", "two\n", "three\n"];
  yield* options.tailLines === undefined ? lines : lines.slice(lines.length - options.tailLines);
  if (options.follow) await new Promise((resolve) => signal.addEventListener("abort", resolve));
}

async function exec(
  _pod: unknown,
  _container: string,
  { argv, stdin, stdout, stderr, signal }: Command,
): Promise<number> {
  const [name, ...rest] = argv;
  switch (name) {
    case "echo":
      stdout(`${rest.join(" ")}\n`);
      return 0;
    case "cat":
      for await (const chunk of stdin) stdout(chunk);
      return 0;
    case "sleep":
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return 143;
    default:
      stderr(`${name}: not found\n`);
      return 127;
  }
}
