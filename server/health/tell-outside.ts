import type { Logger } from 'pino';

const TIMEOUT_MS = 10_000;
const WORDS_MAX = 10_000;

/** How the whole chain stands, for a monitor outside. `words`: what is wrong; empty: nothing is. */
export interface OwnWord {
  readonly words: readonly string[];
}

/**
 * Tells monitors outside that we work, as healthchecks.io and Holdfast take it; or, at `/fail`, what does not. Whoever is silent for longer
 * than they expect is gone. Addresses are secrets, so the log names hosts only.
 * @returns whether all of them took it
 */
export async function tellOutside(
  urls: readonly string[],
  { words }: OwnWord,
  log: Logger,
): Promise<boolean> {
  const told = await Promise.all(urls.map((url) => tell(addressOf(url, words.length === 0), words, log)));
  return told.every(Boolean);
}

function addressOf(url: string, isGood: boolean): URL {
  const address = new URL(url);
  if (!isGood) address.pathname = `${address.pathname.replace(/\/$/, '')}/fail`;
  return address;
}

async function tell(address: URL, words: readonly string[], log: Logger): Promise<boolean> {
  const { host } = address;
  try {
    const answer = await fetch(address, {
      method: 'POST',
      body: words.join('\n').slice(0, WORDS_MAX),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    if (answer.ok) return true;
    log.warn({ host, status: answer.status }, 'the monitor outside did not take our word');
  } catch (error) {
    log.warn({ host, problem: problemOf(error) }, 'the monitor outside could not be told');
  }
  return false;
}

/** An error of fetch repeats the address; its cause has the code alone. */
function problemOf(error: unknown): string {
  const { name, cause } = error as Error;
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? name;
}
