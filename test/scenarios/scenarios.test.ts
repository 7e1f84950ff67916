/** Every scenario, told by the rules. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { applied, deleted, type Objects } from "./core/cluster.ts";
import { type ExpectedCall, losesAccess, misses } from "./core/expectation.ts";
import { byTheRules } from "./core/rules.ts";
import { type Calls, worldOf } from "./core/world.ts";
import { readScenario, type Scenario } from "./scenario.ts";

const FOLDER = new URL("./", import.meta.url);
const LONGEST = 40;

function kebab(title: string): string {
  return title
    .toLowerCase()
    .replaceAll("'", "")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}

/** Every call that the scenario speaks of, once. */
function callsOf({ steps }: Scenario): readonly ExpectedCall[] {
  const calls = steps.flatMap(({ expect, losesAccess: lost }) => [
    ...expect.flatMap(({ asked }) => (asked.ask === "call" ? [asked] : [])),
    ...lost,
  ]);
  return [...new Map(calls.map((call) => [call.line, call])).values()];
}

/** The URLs that stand in the callers' pods, so that the product finds the calls too. */
function urlsOf(scenario: Scenario): Calls {
  const { workloads } = scenario.mesh;
  const urls = callsOf(scenario).flatMap(({ caller, target, via, byAddress, speaks, phase }) => {
    if (byAddress || caller === "kubelet") return [];
    const { app, ports } = workloads[`${target.namespace}/${target.name}`] ?? { app: "", ports: [] };
    const port = ports.find(({ targetPort }) => targetPort === target.port);
    const called = via ?? { namespace: target.namespace, name: app, port: port?.port };
    const scheme = speaks === undefined ? "http" : { tls: "https", tcp: "tcp" }[speaks];
    const url = `${scheme}://${called.name}.${called.namespace}.svc.cluster.local:${called.port}`;
    return [{ from: `${caller.namespace}/${caller.name}`, url, phase }];
  });
  const distinct = new Map(urls.map((each) => [JSON.stringify(each), each]));
  return Map.groupBy(distinct.values(), ({ from }) => from);
}

/** What is wrong, step by step. */
function play(scenario: Scenario): readonly string[] {
  const world = worldOf(scenario.mesh, urlsOf(scenario)).join("---\n");
  let objects: Objects = applied(new Map(), world, 0);
  const faults: string[] = [];
  const calls = callsOf(scenario);
  for (const [index, step] of scenario.steps.entries()) {
    const before = byTheRules(objects);
    if (step.apply !== undefined) objects = applied(objects, step.apply, index + 1);
    if (step.delete !== undefined) objects = deleted(objects, step.delete);
    const after = byTheRules(objects);
    const told = step.expect.flatMap((expected) => misses(expected, after));
    const lost = losesAccess(calls, before, after);
    const wanted = step.losesAccess.map(({ line }) => line);
    const differs = lost.toSorted().join() !== wanted.toSorted().join();
    const losses = differs ? [`loses-access\n  expected ${wanted.join(", ")}\n  actual   ${lost.join(", ")}`] : [];
    faults.push(...[...told, ...losses].map((fault) => `step ${index + 1}, ${fault}`));
  }
  return faults;
}

describe("scenarios", () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"));

  it("there are scenarios for all 25 gotchas", () => assert.ok(files.length >= 25, `${files.length} files`));

  for (const file of files) {
    const text = readFileSync(new URL(file, FOLDER), "utf8");
    it(file.replace(/\.yaml$/, "").replaceAll("-", " "), () => {
      const scenario = readScenario(text);
      assert.equal(`${kebab(scenario.title)}.yaml`, file, "the file is named for its title");
      assert.ok(text.trimEnd().split("\n").length <= LONGEST, `at most ${LONGEST} lines fit on one screen`);
      const faults = play(scenario);
      assert.equal(faults.length, 0, `\n${faults.join("\n")}`);
    });
  }
});
