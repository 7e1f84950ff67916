// Says on the error stream what takes long, with the time that has passed; what is quick stays silent.

const start = performance.now();

export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Seconds or minutes since `from`, as a person says them. */
export function elapsed(from = start) {
  const seconds = Math.round((performance.now() - from) / 1000);
  return seconds < 100 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Runs `work`; names it once it has taken a second, then again every ten seconds until it is done. */
export async function step(title, work) {
  const from = performance.now();
  let said = false;
  let timer = setTimeout(function speak() {
    say(said ? `  … ${title}: ${elapsed(from)}` : `${title} …`);
    timer = setTimeout(speak, said ? 10_000 : 9_000);
    said = true;
  }, 1000);
  try {
    const result = await work();
    if (said) say(`${title}: done in ${elapsed(from)}`);
    return result;
  } finally {
    clearTimeout(timer);
  }
}
