import { z } from 'zod';
import type { Outage } from '@/domain/schedule/deadline';
import { MINUTE } from '@/domain/time/instant';
import type { Tx } from './database';
import { instant } from './fact-rows';
import type { IngestStore } from './ingest-store';

/** Without a beat for longer, the ingestion process could hear nobody. */
const SILENCE_MAX_MS = MINUTE;

/**
 * Says that the ingestion process is alive at `at`. A gap since the last beat of more than a minute is kept as an outage of ours, from that
 * beat until this one.
 */
export async function beat(store: IngestStore, at: Date): Promise<void> {
  const gapFrom = new Date(at.getTime() - SILENCE_MAX_MS);
  // the beat asks for the gap, so that the gap is read before the beat overwrites it
  await store.withoutScope(
    `WITH last AS (SELECT at FROM app.ingest_beat WHERE beat_id = 1 FOR UPDATE),
      gap AS (INSERT INTO app.own_outage (from_at, until_at) SELECT at, $1::timestamptz FROM last WHERE at < $2::timestamptz
        ON CONFLICT (from_at) DO NOTHING RETURNING from_at)
    INSERT INTO app.ingest_beat AS b (beat_id, at) SELECT 1, $1::timestamptz FROM (SELECT count(*) FROM gap) AS kept
    ON CONFLICT (beat_id) DO UPDATE SET at = greatest(b.at, excluded.at)`,
    [at, gapFrom],
  );
}

const outageRow = z.object({ from: instant, until: instant });
const beatRow = z.object({ at: instant });

/** Outages of ours that ended after `since`, oldest first, at most 1,000; the last one goes on where the last beat is too long ago at `now`. */
export async function listOwnOutages(tx: Tx, since: Date, now: Date): Promise<Outage[]> {
  const ended = z.array(outageRow).parse(
    await tx.$queryRaw`SELECT from_at AS "from", until_at AS "until" FROM app.own_outage WHERE until_at > ${since} AND from_at <= ${now}
      ORDER BY from_at DESC LIMIT 1000`,
  );
  const [last] = z.array(beatRow).parse(await tx.$queryRaw`SELECT at FROM app.ingest_beat`);
  const isOut = last !== undefined && now.getTime() - last.at > SILENCE_MAX_MS;
  // As of an instant within one nobody knew when it would end.
  const known = ended.map(({ from, until }) => ({ from, until: until > now.getTime() ? null : until }));
  return [...known.toReversed(), ...(isOut ? [{ from: last.at, until: null }] : [])];
}
