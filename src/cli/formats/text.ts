/** The report as lines for a terminal; the last one is the sum. */
import { terminalLine } from "../../view/words/terminal.ts";
import { fileLine } from "../report/place.ts";
import type { Report } from "../report/report.ts";
import { oneLine } from "../words.ts";
import { callLine, type Line, otherFindings, toldPolicies, untoldBreaks, untoldUnknown } from "./told.ts";

export function textFormat(report: Report): string {
  const lines: readonly Line[] = [
    ...toldPolicies(report).map(({ place, verdict }) => ({ ...(place === undefined ? {} : { place }), says: verdict })),
    ...untoldBreaks(report).map(callLine),
    ...untoldUnknown(report).map((says) => ({ says })),
    ...otherFindings(report).map((finding) => ({
      place: finding,
      says: `${finding.severity} ${finding.code} ${finding.message}`,
    })),
    { says: report.headline },
  ];
  return lines.map((line) => `${oneLine(sentence(line))}\n`).join("");
}

function sentence({ place, says }: Line): string {
  return place === undefined ? says : terminalLine(fileLine(place), says);
}
