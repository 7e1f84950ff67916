// What needs neither VS Code nor a script of its own: rules, views, manifests, tidy and bundles in seconds; then what takes longer.
import { globSync } from "node:fs";
import { root } from "../toolchain/project.mjs";
import { mochaStage } from "./mocha.mjs";

/** Every vector, claims about any mesh, and stories: what the rules are held against. */
const RULES = /^test\/(vectors|properties|scenarios)\//;
/** A process for each case. */
const PROGRAM = /^test\/cli\//;
const ELSEWHERE = /^test\/(vscode|scripts|kubectl)\//;

export function unit() {
  return stage("unit", "Unit tests", (file) => !RULES.test(file) && !PROGRAM.test(file));
}

export function rules() {
  return stage("rules", "Tests of the rules", (file) => RULES.test(file));
}

export function program() {
  return stage("cli", "Tests of the command line", (file) => PROGRAM.test(file));
}

function stage(name, title, belongs) {
  const files = globSync("test/**/*.test.ts", { cwd: root })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => !ELSEWHERE.test(file) && belongs(file));
  return mochaStage(name, { title, spec: files.toSorted(), args: ["--parallel", "--jobs", "2"] });
}
