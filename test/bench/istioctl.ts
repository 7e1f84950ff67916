/** `istioctl analyze` of the machine, where there is one: that of ISTIOCTL, or of the PATH. */
import { spawnSync } from "node:child_process";

/** Of 1.30 on 18.4 MB, 10,000 resources, on two cores. */
export const RECORDED = {
  name: "istioctl analyze, recorded elsewhere: set ISTIOCTL to measure it here",
  values: [2.8],
};

export function findIstioctl(): string | undefined {
  const program = process.env.ISTIOCTL ?? "istioctl";
  const { status } = spawnSync(program, ["version", "--remote=false"]);
  if (status === 0) return program;
  if (process.env.ISTIOCTL !== undefined)
    throw new Error(`ISTIOCTL is ${program}, which does not run. Name a program.`);
  return undefined;
}

/** Analyses the files alone, without a cluster. It ends with another code where it finds something. */
export function analyze(program: string, folder: string): void {
  const args = ["analyze", "--use-kube=false", folder];
  const { stdout, stderr } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1e9 });
  if (!/IST\d{4}|No validation issues found/.test(stdout + stderr))
    throw new Error(`istioctl: ${stderr.slice(0, 500)}`);
}
