/** A scene: a recorded conversation of kubectl with a real API server, as the files in `data` hold it. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

export interface Step {
  /** One line of bash. */
  readonly run: string;
  readonly stdin?: string;
  readonly exit?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly match?: "exact" | "contains" | "lines-any-order" | "regex";
  /** Seconds for which the step is run again until it fits. */
  readonly retry?: number;
  readonly why?: string;
}

export interface Scene {
  readonly name: string;
  readonly title: string;
  readonly needs?: readonly string[];
  /** Made fresh before the scene, and the default of its commands; `default` is used as it is. */
  readonly namespace?: string;
  /** A line of bash that removes what the scene leaves elsewhere. */
  readonly clean?: string;
  /** A folder of the project whose files are there too. */
  readonly folder?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const FOLDER = new URL("./data/", import.meta.url);

export function sceneNames(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length))
    .toSorted();
}

export function readScene(name: string): Scene {
  const text = readFileSync(fileURLToPath(new URL(`${name}.yaml`, FOLDER)), "utf8");
  return { name, ...(parse(text) as Omit<Scene, "name">) };
}
