/** One port of one workload: the chain of levels with the one that decides, and below it the callers. */

import type { PeerAuthentication } from "../../mesh/resources/istio.ts";
import { type ModeLevel, modeChain, modeOf } from "../../mesh/server/mode.ts";
import type { InboundPort } from "../../mesh/server/ports.ts";
import { arrivalsAt } from "../../mesh/verdict/at-workload.ts";
import type { Arrival } from "../../mesh/verdict/verdict.ts";
import type { Replica, Workload } from "../../mesh/workload.ts";
import type { FileInput } from "../input.ts";
import { noteworthy, worstFirst } from "../lenses/outcomes.ts";
import { evidenceLocation } from "../lenses/rows.ts";
import { brokenWire, callerName, targetName, unknownClause, wireName } from "../words/call.ts";
import * as words from "../words/hover.ts";
import { policyName } from "../words/policy.ts";
import { bold, link, plain, table } from "./markdown.ts";

/** A port of a workload; without `inbound` all ports that no Service leads to. */
export interface Section {
  readonly workload: Workload;
  readonly replica: Replica;
  readonly port: number | undefined;
  readonly inbound?: InboundPort;
}

export function sectionMarkdown(input: FileInput, section: Section): string {
  const { mesh } = input;
  const { workload, replica, port } = section;
  const answer = modeOf(mesh, replica, port);
  const mode = answer.known ? answer.mode : unknownClause(answer.missing);
  const arrivals = noteworthy(arrivalsAt(mesh, workload)).filter(
    (arrival) => port === undefined || arrival.port === port,
  );
  const callers = worstFirst(arrivals, workload.namespace).map((arrival) =>
    callRow(input, arrival, callerName(arrival.call.caller, workload.namespace)),
  );
  return [
    `${bold(workload.name)} · ${plain(titleOf(section))} · ${bold(mode)}`,
    table(["", "", "", ""], chainRows(input, modeChain(mesh, replica, port))),
    ...(callers.length === 0 ? [] : [table([words.CALLERS, "", "", ""], callers)]),
    ...(answer.known ? [words.othersText(answer.mode, callers.length)] : []),
  ].join("\n\n");
}

/** The calls that a workload makes; for one that no policy reaches. */
export function callsMarkdown(input: FileInput, calls: readonly Arrival[], seenFrom: string): string {
  return table(
    [words.CALLS, "", "", ""],
    worstFirst(calls, seenFrom).map((arrival) => callRow(input, arrival, targetName(arrival.call, seenFrom))),
  );
}

function titleOf({ port, inbound }: Section): string {
  if (port === undefined) return words.EVERY_PORT;
  return inbound === undefined ? words.undeclaredPort(port) : words.portTitle(inbound);
}

/** Levels below the last one that speaks share a row: a hover is low. */
function chainRows(input: FileInput, levels: readonly ModeLevel[]): readonly (readonly string[])[] {
  const decided = levels.some(({ decides }) => decides);
  const speaking = levels.findLastIndex(({ level, policy }) => level === "mesh" || policy !== undefined);
  const silent = levels.slice(speaking + 1).map(({ level }) => level);
  return [
    ...levels.slice(0, speaking + 1).flatMap((level) => [levelRow(input, level, decided), ...loserRows(input, level)]),
    ...(silent.length === 0 ? [] : [[silent.join(", "), words.SILENT, "", ""]]),
  ];
}

function loserRows(input: FileInput, { overruled }: ModeLevel): readonly (readonly string[])[] {
  return overruled.map((lost) => [
    "",
    plain(policyName(lost.policy)),
    lost.policy.mode,
    `${linkTo(input, lost.policy, "/spec/mtls/mode")} ${plain(words.overruledText(lost))}`.trim(),
  ]);
}

function levelRow(input: FileInput, { level, policy, mode, decides }: ModeLevel, decided: boolean): readonly string[] {
  if (policy === undefined) return silentRow(input, level, decided);
  const pointer = level === "port" ? "/spec/portLevelMtls" : "/spec/mtls/mode";
  const where = [linkTo(input, policy, pointer), decides ? bold(words.DECIDES) : ""].join(" ").trim();
  return [level, plain(policyName(policy)), mode ?? words.SILENT, where];
}

function silentRow(input: FileInput, level: ModeLevel["level"], decided: boolean): readonly string[] {
  if (level !== "mesh") return [level, words.SILENT, "", ""];
  const none = plain(words.noMeshPolicy(input.mesh.config.rootNamespace));
  return [level, none, words.ISTIO_DEFAULT, decided ? "" : bold(words.DECIDES)];
}

function linkTo(input: FileInput, policy: PeerAuthentication, pointer: string): string {
  const location = input.locate(policy, pointer, "value");
  return location === undefined ? "" : link(location);
}

function callRow(input: FileInput, arrival: Arrival, name: string): readonly string[] {
  const { call, verdict } = arrival;
  const [evidence] = call.evidence;
  const location = evidenceLocation(input, arrival);
  const proof =
    evidence === undefined
      ? ""
      : [plain(evidence.what), location === undefined ? "" : link(location), `(${evidence.confidence})`]
          .filter((part) => part !== "")
          .join(" ");
  switch (verdict.outcome) {
    case "works":
      return [plain(name), wireName(verdict.wire), "works", proof];
    case "breaks":
      return [plain(name), wireName(brokenWire(verdict.reason)), "**breaks**", proof];
    case "unknown":
      return [plain(name), "", plain(unknownClause(verdict.missing)), proof];
  }
}
