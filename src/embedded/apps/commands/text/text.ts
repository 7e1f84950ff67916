/** Commands on text: what they read comes from files or stdin, as it arrives. */
import { resolve } from "node:path/posix";
import { setTimeout as delay } from "node:timers/promises";
import { Failure, type Process, type Programs } from "../../shell/program.ts";
import { flags } from "../arguments.ts";
import { cut, sort, tr, uniq } from "./columns.ts";
import { grep } from "./grep.ts";
import { contentOf, open } from "./lines.ts";
import { format, unescapeText } from "./printf.ts";
import { sed } from "./sed.ts";

export const TEXT: Programs = {
  cat,
  echo: ({ args, stdout }) => {
    const options = args
      .slice(0, args.findIndex((arg) => !/^-[neE]+$/.test(arg)) + 1 || args.length + 1)
      .filter((arg) => /^-[neE]+$/.test(arg));
    const text = args.slice(options.length).join(" ");
    const { text: shown, ended } = options.join("").includes("e") ? unescapeText(text) : { text, ended: false };
    stdout(shown + (ended || options.join("").includes("n") ? "" : "\n"));
    return 0;
  },
  printf: ({ args: [pattern, ...values], stdout }) => {
    if (pattern === undefined) throw new Failure("usage: printf FORMAT [ARG]...");
    stdout(format(pattern, values));
    return 0;
  },
  head,
  tail,
  grep,
  wc,
  sort,
  uniq,
  cut,
  tr,
  sed,
  tee: async (process) => {
    const { has, rest } = flags(process.args, { letters: "a" });
    const content = await process.stdin.all();
    process.stdout(content);
    for (const path of rest) {
      const before = has("a")
        ? (process.context.files.read(resolve(process.cwd, path)) ?? Buffer.alloc(0))
        : Buffer.alloc(0);
      process.context.files.write(resolve(process.cwd, path), Buffer.concat([before, content]));
    }
    return 0;
  },
  base64: async (process) => {
    const { has, rest } = flags(process.args, { letters: "d", valued: "w", long: { decode: "d" } });
    const content = await contentOf(process, rest);
    process.stdout(
      has("d")
        ? Buffer.from(content.toString(), "base64")
        : `${content.toString("base64").replace(/(.{76})(?=.)/g, "$1\n")}\n`,
    );
    return 0;
  },
};

async function cat(process: Process): Promise<number> {
  const { rest } = flags(process.args, { letters: "uvet" });
  let status = 0;
  for (const path of rest.length > 0 ? rest : ["-"]) {
    const input = open(process, path);
    if (input === undefined) status = 1;
    else for await (const chunk of input.chunks()) process.stdout(chunk);
  }
  return status;
}

/** `head -3` is `head -n 3`. */
function counted(args: readonly string[]): readonly string[] {
  return args.map((arg) => (/^-\d+$/.test(arg) ? `-n${arg.slice(1)}` : arg));
}

async function head(process: Process): Promise<number> {
  const { value, rest } = flags(counted(process.args), { letters: "qv", valued: "nc" });
  const bytes = value("c");
  let status = 0;
  for (const path of rest.length > 0 ? rest : ["-"]) {
    const input = open(process, path);
    if (input === undefined) status = 1;
    else if (bytes !== undefined) process.stdout((await input.all()).subarray(0, Number(bytes)));
    else {
      for (let left = Number(value("n") ?? 10); left > 0; left--) {
        const line = await input.line();
        if (line === undefined) break;
        process.stdout(line);
      }
    }
  }
  return status;
}

async function tail(process: Process): Promise<number> {
  const { has, value, rest } = flags(counted(process.args), { letters: "fFqv", valued: "nc" });
  const content = await contentOf(process, rest);
  const bytes = value("c");
  if (bytes !== undefined) process.stdout(content.subarray(Math.max(0, content.length - Number(bytes))));
  else process.stdout(lastLines(content, value("n") ?? "10"));
  const [path] = rest;
  if ((has("f") || has("F")) && path !== undefined) await follow(process, resolve(process.cwd, path), content.length);
  return 0;
}

function lastLines(content: Buffer, count: string): string {
  const lines = content.toString().match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const from = count.startsWith("+") ? Number(count) - 1 : Math.max(0, lines.length - Math.abs(Number(count)));
  return lines.slice(from).join("");
}

const FOLLOW_MS = 200;

async function follow({ context, signal, stdout }: Process, path: string, shown: number): Promise<void> {
  for (let at = shown; !signal.aborted; ) {
    await delay(path === "/dev/null" ? 2 ** 30 : FOLLOW_MS, undefined, { signal });
    const content = context.files.read(path) ?? Buffer.alloc(0);
    if (content.length > at) stdout(content.subarray(at));
    at = content.length;
  }
}

async function wc(process: Process): Promise<number> {
  const { has, rest } = flags(process.args, { letters: "lwcm" });
  const content = await contentOf(process, rest);
  const text = content.toString();
  const counts = { l: text.split("\n").length - 1, w: text.split(/\s+/).filter(Boolean).length, c: content.length };
  const letters = (["l", "w", "c"] as const).filter((letter) => has(letter) || (letter === "c" && has("m")));
  const shown = (letters.length > 0 ? letters : (["l", "w", "c"] as const)).map((letter) => counts[letter]);
  const alone = shown.length === 1;
  const name = rest[0] === undefined ? "" : ` ${rest[0]}`;
  process.stdout(`${shown.map((count) => (alone ? String(count) : String(count).padStart(8 + 1))).join("")}${name}\n`);
  return 0;
}
