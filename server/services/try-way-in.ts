import { isOwnRefusal, triedPath, type TriedWay } from '@/domain/connect/ways';

/** What came of asking the public address of the ingestion from here. */
export interface TriedWayIn {
  readonly way: TriedWay;
  /** `reached`: our ingestion answered; `other`: somebody else did; `unreachable`: nobody. */
  readonly outcome: 'reached' | 'other' | 'unreachable';
  /** null: nobody answered. */
  readonly httpStatus: number | null;
  readonly tookMs: number;
}

const WAIT_MS_MAX = 10_000;
const ANSWER_CHARACTERS_MAX = 2000;

/**
 * Asks a way in for an address that nobody has, through names, certificates and proxies as products do. Nothing comes of it: a message to a real
 * address would make a backup look heard that is silent.
 */
export async function tryWayIn(ingestOrigin: string, way: TriedWay): Promise<TriedWayIn> {
  const beganAtMs = performance.now();
  const took = (): number => Math.round(performance.now() - beganAtMs);
  try {
    const answer = await fetch(`${ingestOrigin}${triedPath(way)}`, {
      method: 'POST',
      body: '{"test":"nobody has this address"}',
      headers: { 'content-type': 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(WAIT_MS_MAX),
    });
    const text = (await answer.text()).slice(0, ANSWER_CHARACTERS_MAX);
    const outcome = isOwnRefusal(way, answer.status, text) ? 'reached' : 'other';
    return { way, outcome, httpStatus: answer.status, tookMs: took() };
  } catch {
    return { way, outcome: 'unreachable', httpStatus: null, tookMs: took() };
  }
}
