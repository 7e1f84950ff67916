/** The report as it is: its shape is documented in report/report.ts. */
import type { Report } from "../report/report.ts";

export function jsonFormat(report: Report): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
