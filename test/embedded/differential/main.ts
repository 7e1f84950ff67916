/** `npm run -s vectors -- --sockets [--all] [--seed N]`: the vectors' questions on sockets; prints what differs, returns the exit code. */
import { parseArgs } from "node:util";
import { askAll } from "./question/ask-all.ts";
import { askable } from "./question/pool.ts";
import { sample } from "./question/sample.ts";

const { values } = parseArgs({ options: { all: { type: "boolean" }, seed: { type: "string" } } });
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6));
const questions = values.all === true ? askable() : sample(askable(), 300, 15, seed);
const mismatches = await askAll(questions);
for (const line of mismatches) process.stdout.write(`${line}\n`);
const which = values.all === true ? "all of them" : `seed ${seed}`;
process.stdout.write(`${questions.length - mismatches.length} passed, ${mismatches.length} failed (${which})\n`);
process.exitCode = mismatches.length === 0 ? 0 : 1;
