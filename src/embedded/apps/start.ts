/** Which program an image is imitated by: its command where that is built in, else its name without registry and tag. */
import { environmentOf } from "./commands/environment.ts";
import { isBuiltIn, runArguments } from "./commands/run.ts";
import type { App, AppContext, StartApp } from "./process.ts";
import { customers } from "./programs/customers.ts";
import { fakeService } from "./programs/fake-service.ts";
import { generic } from "./programs/generic.ts";
import { httpbin } from "./programs/httpbin.ts";
import { pilotAgent } from "./programs/pilot-agent.ts";
import { webFrontend } from "./programs/web-frontend.ts";
import { inputOf } from "./shell/streams.ts";

/** The last part of the name. */
const PROGRAMS: Readonly<Record<string, StartApp>> = {
  customers,
  "fake-service": fakeService,
  "go-httpbin": (context) => httpbin(context),
  httpbin,
  nginx: (context) => generic(context, [80]),
  httpd: (context) => generic(context, [80]),
  proxyv2: pilotAgent,
  "web-frontend": webFrontend,
};

/** Images of tools: their arguments are a command, and without one they are only there. */
const TOOLS = /^(?:alpine|bash|busybox|centos|curl|debian|netshoot|ubuntu|fedora|toolbox)$/;

export const startApp: StartApp = (context) => {
  const command = commandOf(context.container);
  if (isBuiltIn(context, command)) return startCommand(context, command);
  const name = programName(context.container.image);
  const program = Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
  return program === undefined && TOOLS.test(name) ? idle(context) : (program ?? generic)(context);
};

/** A tool answers nobody, whatever Service selects it. */
async function idle(context: AppContext): Promise<App> {
  const { stop } = await generic(context);
  return { stop };
}

/** What the container runs instead of its image's own program; empty: that. */
export function commandOf({
  command,
  args,
  image,
}: Pick<AppContext["container"], "command" | "args" | "image">): readonly string[] {
  if (command.length > 0) return [...command, ...args];
  return TOOLS.test(programName(image)) ? args : [];
}

export function programName(image: string): string {
  return image.replace(/@.*$/, "").replace(/^.*\//, "").replace(/:.*$/, "");
}

/** A container whose program is a command: it ends when the command does. */
async function startCommand(context: AppContext, argv: readonly string[]): Promise<App> {
  const stop = new AbortController();
  const log = lineLog(context.log);
  const ended = runArguments(context, argv, {
    stdin: inputOf("").chunks(),
    stdout: log.write,
    stderr: log.write,
    env: environmentOf(context),
    signal: stop.signal,
  }).finally(log.end);
  return {
    ended,
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
}

/** Chunks as lines. */
function lineLog(log: (line: string) => void): { write(chunk: Buffer | string): void; end(): void } {
  let rest = "";
  return {
    write: (chunk) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) log(line);
    },
    end: () => {
      if (rest !== "") log(rest);
    },
  };
}
