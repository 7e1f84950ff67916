/**
 * What surrounds every callback given to VS Code, so that one failure stops nothing else: one line to the user, once;
 * the stack to the log. Cancelled is not an error.
 */
import { type LogOutputChannel, window } from "vscode";

/** `name` completes "mTLS Lens could not …". */
export type Guard = <Args extends readonly unknown[], Result>(
  name: string,
  callback: (...args: Args) => Result | Promise<Result>,
) => (...args: Args) => Promise<Result | undefined>;

export type Report = (name: string, error: Error) => void;

export function guardWith(report: Report): Guard {
  return (name, callback) =>
    async (...args) => {
      try {
        return await callback(...args);
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        if (!isCancelled(error)) report(name, error);
        return undefined;
      }
    };
}

/** Says a failure once: a provider that fails does so at every keystroke. */
export function reportTo(log: LogOutputChannel): Report {
  const said = new Set<string>();
  return (name, error) => {
    log.error(`could not ${name}:`, error.stack ?? error.message);
    if (said.has(name)) return;
    said.add(name);
    const showLog = "Show Log";
    window.showErrorMessage(`mTLS Lens could not ${name}: ${error.message}`, showLog).then(
      (answer) => answer === showLog && log.show(),
      () => log.warn("the message could not be shown"),
    );
  };
}

function isCancelled(error: Error): boolean {
  return error.message === "cancelled" || error.name === "Canceled";
}
