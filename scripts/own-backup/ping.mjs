// Tells a check, as healthchecks.io and Holdfast's own channels take it, that something began and how it ended.
import { randomUUID } from 'node:crypto';

const TRIES = 5;
const BODY_CHARACTERS_MAX = 50_000;

/**
 * Does something and tells every address: `/start` before, then the address itself or `/fail` with the report as body. An address that
 * cannot be reached stops nothing: a check that hears nothing turns red by itself.
 * @param {readonly string[]} urls
 * @param {() => Promise<{ isGood: boolean, report: string }>} work what it throws is told and thrown on
 * @param {{ say?: (line: string) => void, firstDelayMs?: number }} [options]
 * @returns {Promise<{ isGood: boolean, report: string }>}
 */
export async function reported(urls, work, { say = () => {}, firstDelayMs = 1_000 } = {}) {
  const run = randomUUID();
  const tell = async (suffix, body, tries) => {
    const told = urls.map((url) => send(addressOf(url, suffix, run), body, { tries, firstDelayMs }));
    for (const problem of await Promise.all(told)) if (problem) say(problem);
  };
  await tell('/start', '', 1);
  try {
    const result = await work();
    await tell(result.isGood ? '' : '/fail', result.report, TRIES);
    return result;
  } catch (error) {
    await tell('/fail', error instanceof Error ? error.message : String(error), TRIES);
    throw error;
  }
}

function addressOf(url, suffix, run) {
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/$/, '')}${suffix}`;
  address.searchParams.set('rid', run);
  return address;
}

/** @returns {Promise<string | null>} what was wrong in the end; addresses are secrets, so only the host is named */
async function send(address, body, { tries, firstDelayMs }) {
  let problem = '';
  for (let attempt = 0; attempt < tries; attempt += 1) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, firstDelayMs * 2 ** (attempt - 1)));
    try {
      const answer = await fetch(address, {
        method: 'POST',
        body: body.slice(-BODY_CHARACTERS_MAX),
        signal: AbortSignal.timeout(10_000),
      });
      if (answer.ok) return null;
      problem = `status ${answer.status}`;
    } catch (error) {
      problem = error.cause?.code ?? error.message;
    }
  }
  return `${address.host} could not be told (${problem})`;
}
