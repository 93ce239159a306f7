import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type AuditLink, listAuditLinks, parsedBody } from '../data/audit-log';
import type { Database } from '../data/database';
import type { TenantScope } from '../tenancy/tenant-scope';

/** Events that are read at once. */
const BATCH = 5000;

/** What a check of the log found. */
export interface ChainCheck {
  readonly events: number;
  /** Of the last event, hex: whoever noted it earlier can show that nothing before it has changed since. */
  readonly headHash: string;
  readonly lastAt: Date | null;
  /** The first event that does not fit, and how; null: the log is whole. */
  readonly broken: { readonly seq: number; readonly complaint: string } | null;
}

const body = z.object({
  msp: z.string(),
  seq: z.number(),
  at: z.string(),
  action: z.string(),
  client: z.string().nullable(),
  actor: z.object({ id: z.string().nullable() }),
  private: z.record(z.string(), z.string()),
  prev: z.string(),
});

/**
 * Recomputes the chain of the MSP's log from its first event, from the bytes that are stored. It shows that nothing was changed,
 * taken out or put in between; that nothing was cut off at the end, only a hash can show that somebody else keeps.
 * @param scope sees every client of the MSP: a part of a chain cannot be checked
 */
export async function checkAuditChain(database: Database, scope: TenantScope): Promise<ChainCheck> {
  let previous: { seq: number; hash: string; at: Date | null } = {
    seq: 0,
    hash: sha256(`genesis:${scope.mspId}`),
    at: null,
  };
  for (;;) {
    const { seq } = previous;
    const links = await database.inScope(scope, (tx) => listAuditLinks(tx, scope.mspId, seq, BATCH));
    for (const link of links) {
      const complaint = complaintAbout(link, previous, scope.mspId);
      if (complaint !== null) return found(previous, { seq: link.seq, complaint });
      previous = link;
    }
    if (links.length < BATCH) return found(previous, null);
  }
}

function found(
  last: { seq: number; hash: string; at: Date | null },
  broken: ChainCheck['broken'],
): ChainCheck {
  return { events: last.seq, headHash: last.hash, lastAt: last.at, broken };
}

function complaintAbout(
  link: AuditLink,
  previous: { seq: number; hash: string },
  mspId: string,
): string | null {
  if (link.seq !== previous.seq + 1) return `event ${previous.seq + 1} is missing before it`;
  if (sha256(link.body) !== link.hash) return 'its bytes are not those that its hash is over';
  const said = body.safeParse(parsedBody(link.body)).data;
  if (!said) return 'its bytes are not those of an event';
  if (said.prev !== previous.hash) return 'it does not follow the event before';
  if (said.msp !== mspId || said.seq !== link.seq) return 'it belongs elsewhere';
  if (said.action !== link.action || said.client !== link.clientId || said.actor.id !== link.actorId)
    return 'what it is found by is not what it says';
  // The database keeps microseconds, a Date milliseconds.
  if (said.at.slice(0, 23) !== link.at.toISOString().slice(0, 23)) return 'its time is not what it says';
  const isKept = Object.entries(link.commitments).every(([field, hash]) => said.private[field] === hash);
  return isKept ? null : 'a personal value beside it is not the one that was there';
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
