/**
 * The kubeconfig files, read and merged as kubectl does: of two entries of one name the first file's wins. A file that
 * cannot be read is a problem of its own; the others count. Only files are read here.
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { type Cluster, type Context, KubeConfig, type User } from "@kubernetes/client-node";
import type { Contexts } from "../../protocol/cluster.ts";

/** With the file that an entry is from. */
type From<Entry> = Entry & { readonly file: string };

export interface Kubeconfig {
  readonly contexts: readonly From<Context>[];
  readonly clusters: readonly From<Cluster>[];
  readonly users: readonly From<User>[];
  readonly current: string | undefined;
  readonly problems: Contexts["problems"];
}

export function kubeconfigFiles(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  const listed = (environment.KUBECONFIG ?? "").split(delimiter).filter((file) => file !== "");
  return listed.length > 0 ? listed : [join(homedir(), ".kube", "config")];
}

export function readKubeconfig(files: readonly string[]): Kubeconfig {
  const problems: { readonly file: string; readonly says: string }[] = [];
  const read = files
    .map((file) => resolve(file))
    .filter((file) => existsSync(file))
    .flatMap((file) => {
      try {
        return [{ file, config: readFile(file) }];
      } catch (error) {
        problems.push({ file, says: `${file} is no kubeconfig: ${firstLine(error)}` });
        return [];
      }
    });
  const all = <Entry extends { name: string }>(entriesOf: (config: KubeConfig) => readonly Entry[]) =>
    firstOfEachName(read.flatMap(({ file, config }) => entriesOf(config).map((entry) => ({ ...entry, file }))));
  return {
    contexts: all(({ contexts }) => contexts),
    clusters: all(({ clusters }) => clusters),
    users: all(({ users }) => users),
    current: read.map(({ config }) => config.currentContext).find((name) => name !== undefined && name !== ""),
    problems,
  };
}

function readFile(file: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(file, { onInvalidEntry: "filter" });
  for (const { exec } of config.users) {
    // A program with a slash in its name is found from the kubeconfig's folder, and any other by PATH.
    if (exec && typeof exec.command === "string" && /[/\\]/.test(exec.command) && !isAbsolute(exec.command)) {
      exec.command = join(dirname(file), exec.command);
    }
  }
  return config;
}

function firstOfEachName<Entry extends { readonly name: string }>(entries: readonly Entry[]): readonly Entry[] {
  const names = new Map<string, Entry>();
  for (const entry of entries) if (!names.has(entry.name)) names.set(entry.name, entry);
  return [...names.values()];
}

export function contextsOf(kubeconfig: Kubeconfig): Contexts {
  const contexts = kubeconfig.contexts.map(({ name, namespace = "default", user = "", cluster, file }) => ({
    name,
    namespace,
    user,
    server: kubeconfig.clusters.find((each) => each.name === cluster)?.server ?? "",
    file,
    current: name === kubeconfig.current,
  }));
  return { contexts, problems: kubeconfig.problems };
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n", 1)[0] ?? "";
}
