/** Commands on the container and its processes. */
import { setTimeout as delay } from "node:timers/promises";
import { Failure, INTERRUPTED, type Process, type Programs, runProgram, TERMINATED } from "../shell/program.ts";
import { flags } from "./arguments.ts";
import { formatDate } from "./date.ts";

/** `programs` are those that `env`, `timeout`, `xargs` and `which` find. */
export function systemPrograms(programs: () => Programs): Programs {
  const run: Run = (process, [name = "", ...args], env = process.env) => {
    const program = Object.hasOwn(programs(), name) ? programs()[name] : undefined;
    if (program === undefined) throw new Failure(`can't execute '${name}': No such file or directory`, 127);
    return runProgram(program, { ...process, name, args, env });
  };
  return {
    ...SYSTEM,
    env: (process) => env(process, run),
    timeout: (process) => timeout(process, run),
    xargs: (process) => xargs(process, run),
    which: ({ args, stdout }) => {
      const found = args.filter((name) => Object.hasOwn(programs(), name));
      stdout(found.map((name) => `/usr/bin/${name}\n`).join(""));
      return found.length === args.length ? 0 : 1;
    },
    time: async (process) => {
      const began = performance.now();
      const code = await run(process, process.args);
      process.stderr(`real\t0m ${((performance.now() - began) / 1000).toFixed(2)}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`);
      return code;
    },
  };
}

type Run = (process: Process, argv: readonly string[], env?: Process["env"]) => Promise<number>;

async function env(process: Process, run: Run): Promise<number> {
  const { has, rest } = flags(process.args, { letters: "i", stops: true });
  const at = rest.findIndex((arg) => !arg.includes("="));
  const set = Object.fromEntries((at < 0 ? rest : rest.slice(0, at)).map((arg) => arg.split(/=(.*)/s, 2)));
  const env = { ...(has("i") ? {} : process.env), ...set };
  if (at >= 0) return run(process, rest.slice(at), env);
  process.stdout(
    Object.entries(env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );
  return 0;
}

async function timeout(process: Process, run: Run): Promise<number> {
  const { rest } = flags(process.args, { letters: "", valued: "sk", stops: true });
  const [seconds = "", ...command] = rest;
  const signal = AbortSignal.timeout(milliseconds(seconds));
  const code = await run({ ...process, signal: AbortSignal.any([process.signal, signal]) }, command);
  return signal.aborted && !process.signal.aborted ? TERMINATED : code;
}

async function xargs(process: Process, run: Run): Promise<number> {
  const { value, rest } = flags(process.args, { letters: "rt", valued: "nI", stops: true });
  const words = (await process.stdin.all()).toString().split(/\s+/).filter(Boolean);
  const mark = value("I");
  const size = mark === undefined ? Number(value("n") ?? words.length) || 1 : 1;
  const command = rest.length > 0 ? rest : ["echo"];
  let status = 0;
  for (let index = 0; index < words.length; index += size) {
    const group = words.slice(index, index + size);
    const argv =
      mark === undefined ? [...command, ...group] : command.map((word) => word.replaceAll(mark, group[0] ?? ""));
    if ((await run(process, argv)) !== 0) status = 123;
  }
  return status;
}

const SYSTEM: Programs = {
  printenv: ({ args, env, stdout }) => {
    const names = args.length > 0 ? args : Object.keys(env);
    const found = names.filter((name) => env[name] !== undefined);
    stdout(found.map((name) => (args.length > 0 ? `${env[name]}\n` : `${name}=${env[name]}\n`)).join(""));
    return found.length === names.length ? 0 : 1;
  },
  sleep,
  true: () => 0,
  false: () => 1,
  date: ({ args, stdout }) => {
    const { value, rest } = flags(args, { letters: "uR", valued: "d" });
    const [, seconds] = /^@(\d+)$/.exec(value("d") ?? "") ?? [];
    const at = seconds === undefined ? new Date() : new Date(Number(seconds) * 1000);
    stdout(`${formatDate(at, rest[0]?.startsWith("+") ? rest[0].slice(1) : "%a %b %e %H:%M:%S UTC %Y")}\n`);
    return 0;
  },
  hostname: ({ args, context: { network }, stdout }) => {
    stdout(`${args.includes("-i") ? network.ip : network.hostname}\n`);
    return 0;
  },
  id: (process) => {
    const { has } = flags(process.args, { letters: "ugn" });
    const { id, name } = userOf(process);
    const short = has("n") ? name : String(id);
    process.stdout(
      has("u") || has("g") ? `${short}\n` : `uid=${id}(${name}) gid=${id}(${name}) groups=${id}(${name})\n`,
    );
    return 0;
  },
  whoami: (process) => {
    process.stdout(`${userOf(process).name}\n`);
    return 0;
  },
  uname: ({ args, context, stdout }) => {
    stdout(
      args.includes("-a")
        ? `Linux ${context.network.hostname} 6.12.0 #1 SMP x86_64 Linux\n`
        : args.includes("-n")
          ? `${context.network.hostname}\n`
          : args.includes("-m")
            ? "x86_64\n"
            : "Linux\n",
    );
    return 0;
  },
  pwd: ({ cwd, stdout }) => {
    stdout(`${cwd}\n`);
    return 0;
  },
  seq: ({ args, stdout }) => {
    const numbers = args.map(Number);
    if (numbers.length === 0 || numbers.some(Number.isNaN))
      throw new Failure(`invalid number '${args.find((arg) => Number.isNaN(Number(arg))) ?? ""}'`);
    const [first = 1, step = 1, last = 1] =
      numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers;
    const length = step === 0 ? 0 : Math.min(Math.floor((last - first) / step) + 1, LONGEST);
    stdout(Array.from({ length: Math.max(0, length) }, (_, index) => `${first + index * step}\n`).join(""));
    return 0;
  },
  nproc: ({ stdout }) => {
    stdout("2\n");
    return 0;
  },
  ps: ({ context: { container }, stdout }) => {
    const command = [...container.command, ...container.args].join(" ") || container.name;
    stdout(`PID   USER     TIME  COMMAND\n    1 root      0:00 ${command}\n`);
    return 0;
  },
  clear: ({ stdout }) => {
    stdout("\x1b[H\x1b[2J");
    return 0;
  },
};

const LONGEST = 1_000_000;

/** The proxy runs as its own user, whom its iptables rules leave alone. */
function userOf({ context }: Process): { readonly id: number; readonly name: string } {
  return context.proxy === undefined ? { id: 0, name: "root" } : { id: 1337, name: "istio-proxy" };
}

async function sleep({ args, signal }: Process): Promise<number> {
  if (args.length === 0) throw new Failure("missing operand");
  const total = args.reduce((sum, arg) => sum + milliseconds(arg), 0);
  try {
    await wait(total, signal);
    return 0;
  } catch {
    return INTERRUPTED;
  }
}

const LONGEST_TIMER = 2 ** 31 - 1;

async function wait(total: number, signal: AbortSignal): Promise<void> {
  for (let left = total; left > 0; left -= LONGEST_TIMER)
    await delay(Math.min(left, LONGEST_TIMER), undefined, { signal });
}

/** `5`, `0.2`, `2m`, `infinity`. */
export function milliseconds(text: string): number {
  const [, number, unit = "s"] = /^(\d*\.?\d+)([smhd]?)$/.exec(text) ?? [];
  if (/^inf(inity)?$/.test(text)) return Number.POSITIVE_INFINITY;
  if (number === undefined) throw new Failure(`invalid number '${text}'`);
  return Number(number) * ({ s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit || "s"] ?? 1000);
}
