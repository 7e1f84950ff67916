/** Plays a scene against a cluster and counts the steps that went as recorded. */
import { readScene } from "./scene.ts";
import { Stage, type Tools } from "./stage.ts";

export interface Figure {
  readonly scene: string;
  readonly passed: number;
  readonly steps: number;
  /** One text per step that went otherwise. */
  readonly failures: readonly string[];
}

export async function replay(name: string, tools: Tools): Promise<Figure> {
  const scene = readScene(name);
  const stage = await Stage.open(scene, tools);
  const failures: string[] = [];
  try {
    for (const [index, step] of scene.steps.entries()) {
      const wrong = await stage.play(step);
      if (wrong.length > 0) failures.push(`${name} step ${index + 1}: ${step.run}\n${wrong.join("\n")}`);
    }
  } finally {
    await stage.close();
  }
  return { scene: name, passed: scene.steps.length - failures.length, steps: scene.steps.length, failures };
}
