import { resolve } from "node:path";
import { main } from "./run.ts";

const from = process.env.INIT_CWD ?? process.cwd();
process.exitCode = main(
  process.argv.slice(2).map((path) => resolve(from, path)),
  (line) => process.stdout.write(`${line}\n`),
);
