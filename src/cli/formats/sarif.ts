/** The findings of a report as SARIF 2.1.0, the format in which code scanning takes results. */

import type { Severity } from "../../view/problem.ts";
import { CODES } from "../../view/problems/codes.ts";
import type { FilePlace } from "../report/place.ts";
import type { FindingReport, Report } from "../report/report.ts";

const LEVELS: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  error: "error",
  warning: "warning",
  information: "note",
  hint: "note",
};

export function sarifFormat({ tool, findings, errors }: Report): string {
  const run = {
    tool: { driver: { name: "mTLS Lens", version: tool.version, semanticVersion: tool.version, rules } },
    // What VS Code counts, and therefore we.
    columnKind: "utf16CodeUnits",
    invocations: [
      {
        executionSuccessful: errors.length === 0,
        toolExecutionNotifications: errors.map((text) => ({ level: "error", message: { text } })),
      },
    ],
    results: findings.map(result),
  };
  const log = { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

const rules = CODES.map(({ code, says, severity }) => ({
  id: code,
  shortDescription: { text: says },
  defaultConfiguration: { level: LEVELS[severity] },
}));

function result({ code, severity, message, related, ...place }: FindingReport) {
  return {
    ruleId: code,
    ruleIndex: CODES.findIndex((each) => each.code === code),
    level: LEVELS[severity],
    message: { text: message },
    locations: [{ physicalLocation: physical(place) }],
    relatedLocations: related.map((one, id) => ({
      id,
      physicalLocation: physical(one),
      message: { text: one.message },
    })),
  };
}

/** Lines and columns count from 1 there. */
function physical({ file, range: { start, end } }: FilePlace) {
  return {
    artifactLocation: { uri: file.split("/").map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" },
    region: {
      startLine: start.line + 1,
      startColumn: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    },
  };
}
