// kubectl: the one on PATH where it is new enough, else one that Go builds into the cache. A part of the tests speaks through it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Failure } from "../process/failure.mjs";
import { removedAtEnd, runQuietly } from "../process/group.mjs";
import { step } from "../process/progress.mjs";
import { cacheFolder } from "./cache.mjs";

/** The oldest minor whose every command the embedded mesh answers. */
const OLDEST = 30;
/** The one with which the transcripts were recorded: others word some answers differently. */
export const RECORDED = 33;

const MAIN = `package main

import (
	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
)

func main() {
	if err := cli.RunNoErrOutput(cmd.NewDefaultKubectlCommand()); err != nil {
		util.CheckErr(err)
	}
}
`;

/** The path of a kubectl that is new enough, or of exactly one minor; undefined where there is none and Go is missing too. */
export async function kubectl(minor) {
  const fits = (found) => (minor === undefined ? found >= OLDEST : found === minor);
  const name = process.platform === "win32" ? "kubectl.exe" : "kubectl";
  const onPath = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name));
  const found = onPath.find((path) => existsSync(path) && fits(minorOf(path)));
  if (found !== undefined) return found;
  return await built(minor ?? RECORDED);
}

function minorOf(path) {
  const { stdout } = spawnSync(path, ["version", "--client", "-o", "json"], { encoding: "utf8" });
  const [, minor] = /"minor":\s*"(\d+)/.exec(stdout ?? "") ?? [];
  return Number(minor ?? 0);
}

async function built(minor) {
  const path = join(cacheFolder, `kubectl-1.${minor}`);
  if (existsSync(path)) return path;
  if (spawnSync("go", ["version"]).status !== 0) return undefined;
  const folder = join(cacheFolder, `kubectl-1.${minor}.${process.pid}`);
  removedAtEnd(folder);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "main.go"), MAIN);
  writeFileSync(join(folder, "go.mod"), goMod(minor));
  const version = "k8s.io/component-base/version";
  const says = [`gitVersion=v1.${minor}.1`, "gitMajor=1", `gitMinor=${minor}`].map((each) => `-X ${version}.${each}`);
  await step(`Building kubectl 1.${minor} with Go (once; about three minutes)`, async () => {
    await runQuietly("go mod tidy", "go", ["mod", "tidy"], { cwd: folder });
    await runQuietly("go build", "go", ["build", "-ldflags", says.join(" "), "-o", "kubectl", "."], { cwd: folder });
  });
  const made = join(folder, "kubectl");
  if (!existsSync(made)) throw new Failure(`Go built no kubectl in ${folder}.`);
  renameSync(made, path);
  return path;
}

function goMod(minor) {
  const modules = ["kubectl", "component-base"].map((name) => `\tk8s.io/${name} v0.${minor}.1`);
  return `module kubectl\n\ngo 1.24\n\nrequire (\n${modules.join("\n")}\n)\n`;
}
