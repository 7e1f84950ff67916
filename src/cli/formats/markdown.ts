/** The report as Markdown for a comment on a pull request: the sum as its headline, then a table of callers. */
import { bold, plain, table } from "../../view/hovers/markdown.ts";
import { fileLine } from "../report/place.ts";
import type { CallReport, Report } from "../report/report.ts";
import { beforeText, calledText, callerText, evidenceText, objectText } from "../words.ts";
import { otherFindings, toldPolicies, untoldUnknown } from "./told.ts";

/** A comment has an end: GitHub takes 65,536 characters. */
const MOST_ROWS = 50;

export function markdownFormat(report: Report): string {
  const breaks = report.calls.filter(({ outcome }) => outcome === "breaks");
  const findings = otherFindings(report).map(
    (finding) => `${plain(fileLine(finding))} ${finding.severity} ${finding.code}: ${plain(finding.message)}`,
  );
  const policies = toldPolicies(report).map(({ place, verdict }) =>
    place === undefined ? plain(verdict) : `${plain(fileLine(place))} ${plain(verdict)}`,
  );
  const parts = [
    `### ${plain(report.headline)}`,
    breaks.length === 0 ? "" : atMost(breaks, (shown) => table(HEAD, shown.map(row))),
    section("Not known", untoldUnknown(report).map(plain)),
    section("Policies", policies),
    section("Also found", findings),
    section("Not read", report.errors.map(plain)),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const HEAD = ["caller", "calls", "why", "decided by", "seen at"];

function row(call: CallReport): readonly string[] {
  const { why = "", decidedBy, evidence, before } = call;
  const was = beforeText(before);
  return [
    bold(callerText(call)),
    plain(calledText(call)),
    plain(was === undefined ? why : `${why} (${was})`),
    decidedBy === undefined
      ? ""
      : plain(
          [objectText(decidedBy), ...(decidedBy.place === undefined ? [] : [fileLine(decidedBy.place)])].join(", "),
        ),
    evidence.slice(0, 1).map(evidenceText).map(plain).join(),
  ];
}

function section(title: string, items: readonly string[]): string {
  if (items.length === 0) return "";
  return `${bold(title)}\n\n${atMost(items, (shown) => shown.map((item) => `- ${item}`).join("\n"))}`;
}

function atMost<Item>(items: readonly Item[], show: (shown: readonly Item[]) => string): string {
  const more = items.length - MOST_ROWS;
  return more <= 0 ? show(items) : `${show(items.slice(0, MOST_ROWS))}\n\n… and ${more} more`;
}
