/** Sentences about comments that suppress problems. */

const FORM = "# mtls-lens-ignore MTLS001: why it is accepted";

export function incomplete(code: string | undefined): string {
  const missing = code === undefined ? "the code of a problem" : "a reason";
  return `This comment suppresses nothing: ${missing} is needed. Write it as ${FORM.replace("MTLS001", code ?? "MTLS001")}.`;
}

export function unused(code: string): string {
  return `This comment suppresses nothing: there is no ${code} on its line or the line below. Remove it.`;
}
