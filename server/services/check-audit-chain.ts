import { z } from 'zod';
import { eventHash, eventLink, genesisHash } from '@/domain/evidence/event-hash';
import { type AuditLink, listAuditLinks, parsedBody } from '../data/audit-log';
import type { Database } from '../data/database';
import { sha256 } from '../sha256';
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
  v: z.union([z.literal(1), z.literal(2)]),
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
  let previous: Checked = { seq: 0, hash: genesisHash(sha256, scope.mspId), at: null, form: 1 };
  for (;;) {
    const { seq } = previous;
    const links = await database.inScope(scope, (tx) => listAuditLinks(tx, scope.mspId, seq, BATCH));
    for (const link of links) {
      const complaint = complaintAbout(link, previous, scope.mspId);
      if (complaint !== null) return found(previous, { seq: link.seq, complaint });
      previous = { ...link, form: formOf(link.body) };
    }
    if (links.length < BATCH) return found(previous, null);
  }
}

/** The last event that held. `form`: events of form 1 follow none of form 2. */
interface Checked {
  readonly seq: number;
  readonly hash: string;
  readonly at: Date | null;
  readonly form: 1 | 2;
}

function formOf(text: string): 1 | 2 {
  return body.parse(parsedBody(text)).v;
}

function found(last: Checked, broken: ChainCheck['broken']): ChainCheck {
  return { events: last.seq, headHash: last.hash, lastAt: last.at, broken };
}

function complaintAbout(link: AuditLink, previous: Checked, mspId: string): string | null {
  if (link.seq !== previous.seq + 1) return `event ${previous.seq + 1} is missing before it`;
  const said = body.safeParse(parsedBody(link.body)).data;
  if (!said) return 'its bytes are not those of an event';
  const { v: form, client, prev } = said;
  if (eventHash(sha256, eventLink(sha256, link.body, { form, clientId: client, prev })) !== link.hash)
    return 'its bytes are not those that its hash is over';
  if (form < previous.form) return 'its bytes are not those of an event';
  if (prev !== previous.hash) return 'it does not follow the event before';
  if (said.msp !== mspId || said.seq !== link.seq) return 'it belongs elsewhere';
  if (said.action !== link.action || said.client !== link.clientId || said.actor.id !== link.actorId)
    return 'what it is found by is not what it says';
  // The database keeps microseconds, a Date milliseconds.
  if (said.at.slice(0, 23) !== link.at.toISOString().slice(0, 23)) return 'its time is not what it says';
  const isKept = Object.entries(link.commitments).every(([field, hash]) => said.private[field] === hash);
  return isKept ? null : 'a personal value beside it is not the one that was there';
}
