/** A cluster as far as scenarios go: objects by name, applied and deleted as an API server does it. */
import { objectKey } from "../../../src/analysis/alternatives.ts";
import { readManifest } from "../../../src/manifest/read-manifest.ts";
import type { Resource } from "../../../src/mesh/resources/resource.ts";
import { CREATED } from "./world.ts";

export type Objects = ReadonlyMap<string, Resource>;

/** Applied objects keep the time of their creation; new ones are as old as the step, so younger than all before. */
export function applied(objects: Objects, yaml: string, step: number): Objects {
  const result = new Map(objects);
  const { documents } = readManifest(`scenario:/step-${step}.yaml`, yaml, { defaultNamespace: "" });
  const problem = documents.flatMap(({ problems }) => problems)[0];
  if (problem !== undefined) throw new Error(`${problem.says}\n${yaml}`);
  const resources = documents.flatMap((document) => document.resources);
  if (resources.length === 0) throw new Error(`nothing to apply in\n${yaml}`);
  for (const resource of resources) {
    if (resource.namespaceFrom === "assumed") throw new Error(`${resource.kind} ${resource.name} names no namespace`);
    const created = objects.get(objectKey(resource))?.created ?? resource.created ?? later(step);
    result.set(objectKey(resource), isPlanned(resource) ? resource : { ...resource, created });
  }
  return result;
}

/** `PeerAuthentication shop/default`. */
export function deleted(objects: Objects, name: string): Objects {
  const key = [...objects].find(([, { kind, namespace, name: own }]) => `${kind} ${namespace}/${own}` === name)?.[0];
  if (key === undefined) throw new Error(`there is no ${name} to delete`);
  return new Map([...objects].filter(([other]) => other !== key));
}

/** Step 1 is one second after the world was made. */
function later(step: number): string {
  return CREATED.replace("00:00Z", `00:${String(step).padStart(2, "0")}Z`);
}

/** A Deployment without pods is a plan: no server has seen it. */
function isPlanned({ kind }: Resource): boolean {
  return kind === "Deployment";
}
