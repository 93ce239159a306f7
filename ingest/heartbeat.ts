import { beat } from '@/server/data/own-outages';
import type { IngestStore } from '@/server/data/ingest-store';

const EVERY_MS = 10_000;

/**
 * Says at once and then every ten seconds that reports can be heard; what lies between two beats that are far apart is kept as an outage of ours.
 * @param onFailure a beat that could not be written: the next one tries again
 * @returns stops it
 */
export function startBeating(store: IngestStore, onFailure: (error: unknown) => void): () => void {
  const say = () => void beat(store, new Date()).catch(onFailure);
  say();
  const timer = setInterval(say, EVERY_MS);
  return () => clearInterval(timer);
}
