/** The scenarios, told by sockets: every call that they speak of is made, step by step. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import {
  type Answer,
  type ExpectedCall,
  losesAccess,
  misses,
  type Observer,
} from "../../scenarios/core/expectation.ts";
import { worldOf } from "../../scenarios/core/world.ts";
import { readScenario, type Scenario, type Step } from "../../scenarios/scenario.ts";
import { makeCall } from "./question/scenario-call.ts";
import { applied, deleted, type Objects } from "./stage/objects.ts";
import { startWorld } from "./stage/world.ts";

const FOLDER = new URL("../../scenarios/", import.meta.url);

/**
 * Left out: they tell of ztunnel, which the embedded mesh does not imitate, of servers that speak first, which the applications
 * here are not, or of no call between pods that run.
 */
type Why = "ztunnel" | "server first" | "no call";
const LEFT_OUT: Readonly<Record<string, Why>> = {
  "A waypoint sends plaintext to a sidecar behind it": "ztunnel",
  "A server that speaks first hangs until something else than PERMISSIVE is said": "server first",
  "A captured caller sends plaintext to a sidecar that knows no tunnel": "ztunnel",
  "In ambient mode a port in DISABLE stays closed under STRICT": "ztunnel",
  "In ambient mode DISABLE is as good as PERMISSIVE": "ztunnel",
  "A namespace that says no beats a pod that says yes": "no call",
  "A port without a mode inherits from its workload": "no call",
  "Of two policies applied in one go the smaller name wins": "no call",
  "Port keys with and without quotes are the same and modes are upper case": "no call",
};

function whyNot(scenario: Scenario): Why | undefined {
  const reasons = scenario.steps.flatMap(({ expect }) => expect.flatMap(({ because }) => because));
  if (reasons.includes("server speaks first")) return "server first";
  if (Object.values(scenario.mesh.workloads).some(({ proxy }) => proxy === "ztunnel")) return "ztunnel";
  return callsOf(scenario).length === 0 ? "no call" : undefined;
}

/** Every call that the scenario speaks of, once, between pods that run. */
function callsOf({ steps, mesh }: Scenario): readonly ExpectedCall[] {
  const calls = steps.flatMap(({ expect, losesAccess: lost }) => [
    ...expect.flatMap(({ asked }) => (asked.ask === "call" ? [asked] : [])),
    ...lost,
  ]);
  const runs = ({ caller, target }: ExpectedCall) =>
    [caller, target].every(
      (one) => one === "kubelet" || mesh.workloads[`${one.namespace}/${one.name}`]?.proxy !== "predicted",
    );
  return [...new Map(calls.filter(runs).map((call) => [call.line, call])).values()];
}

/** All calls in the mesh as it stands, each on a connection of its own. */
async function bySockets(objects: Objects, scenario: Scenario): Promise<Observer> {
  const world = await startWorld([...objects.values()]);
  const answers = new Map<string, Answer>();
  for (const call of callsOf(scenario)) answers.set(call.line, { value: await makeCall(world, scenario, call) });
  await world.close();
  return ({ line }) => answers.get(line);
}

function changed(objects: Objects, { apply, delete: gone }: Step, index: number): Objects {
  const second = String(index + 1).padStart(2, "0");
  const after = apply === undefined ? objects : applied(objects, apply, `2026-01-01T00:00:${second}Z`);
  return gone === undefined ? after : deleted(after, gone);
}

async function play(scenario: Scenario): Promise<readonly string[]> {
  let objects = applied(new Map(), worldOf(scenario.mesh, new Map()).join("---\n"), "2026-01-01T00:00:00Z");
  let before = await bySockets(objects, scenario);
  const faults: string[] = [];
  for (const [index, step] of scenario.steps.entries()) {
    objects = changed(objects, step, index);
    const after = await bySockets(objects, scenario);
    const told = step.expect.filter(({ value }) => value !== "unknown").flatMap((expected) => misses(expected, after));
    const lost = losesAccess(callsOf(scenario), before, after).toSorted().join(", ");
    const wanted = step.losesAccess
      .map(({ line }) => line)
      .toSorted()
      .join(", ");
    const losses = lost === wanted ? [] : [`loses-access\n  expected ${wanted}\n  actual   ${lost}`];
    faults.push(...[...told, ...losses].map((fault) => `step ${index + 1}, ${fault}`));
    before = after;
  }
  return faults;
}

describe("scenarios on sockets", () => {
  const scenarios = readdirSync(FOLDER)
    .filter((name) => name.endsWith(".yaml"))
    .map((file) => readScenario(readFileSync(new URL(file, FOLDER), "utf8")));

  it("all scenarios are played, but those that are left out by name", () => {
    for (const [title, why] of Object.entries(LEFT_OUT)) process.stdout.write(`  not on sockets (${why}): ${title}\n`);
    const left = scenarios.flatMap((scenario) => {
      const why = whyNot(scenario);
      return why === undefined ? [] : [[scenario.title, why] as const];
    });
    assert.deepEqual(Object.fromEntries(left), LEFT_OUT);
  });

  for (const scenario of scenarios.filter(({ title }) => LEFT_OUT[title] === undefined)) {
    it(scenario.title, async () => {
      const faults = await play(scenario);
      assert.equal(faults.length, 0, `\n${faults.join("\n")}`);
    });
  }
});
