/** A cancellation of the editor as one that an ask understands. */
import type { CancellationToken } from "vscode";

export async function cancellable<T>(token: CancellationToken, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const listening = token.onCancellationRequested(() => controller.abort());
  try {
    return await ask(controller.signal);
  } finally {
    listening.dispose();
  }
}
