import { gunzipSync, gzipSync } from 'node:zlib';
import { v7 } from 'uuid';
import { z } from 'zod';
import { POPULATIONS, type Population } from '@/domain/evidence/population';
import { drawSample, populationText, SAMPLE_SIZE_MAX, SEED_SHAPE } from '@/domain/evidence/sample';
import { findClause } from '@/domain/frameworks/evidence-clauses';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import { findGrant } from '../data/evidence-grants';
import { insertMessage, ITEM_KINDS, listMessages } from '../data/evidence-messages';
import { findMembers, isKept, listPopulationKeys, sha256 } from '../data/evidence-populations';
import { findSample, insertSample, storeDraw } from '../data/evidence-samples';
import { type EvidenceView, evidenceView } from '../data/evidence-view';
import type { LiveGrant } from '../data/identity-sessions';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import type { Person } from './change-causes';

/** A longer list is drawn from in parts: of a shorter period. */
const POPULATION_MAX = 50_000;

/** Who is in the room, by which grant. */
export interface Auditor {
  readonly scope: TenantScope;
  readonly person: Person;
  readonly grant: LiveGrant;
}

/** What an auditor did, as the log has it. */
export type EvidenceAct =
  | { readonly kind: 'viewed'; readonly what: string }
  | { readonly kind: 'searched'; readonly what: string; readonly search: string }
  | { readonly kind: 'downloaded'; readonly what: string };

/**
 * Puts into the log what an auditor is about to see of clients, and hands out what of each may be shown: nothing is shown that is not
 * logged.
 * @throws AppError `not-found` for a client that is not of the grant
 */
export async function openEvidence(
  database: Database,
  { scope, grant }: Auditor,
  clientIds: readonly string[],
  act: EvidenceAct,
): Promise<EvidenceView[]> {
  return database.inScope(scope, async (tx) => {
    const views: EvidenceView[] = [];
    for (const clientId of clientIds) {
      const view = await evidenceView(tx, scope, grant, clientId);
      if (!view) throw nothingHere();
      views.push(view);
    }
    for (const clientId of clientIds) await log(tx, grant, clientId, act);
    return views;
  });
}

function log(tx: Tx, { grantId }: LiveGrant, clientId: string, act: EvidenceAct): Promise<void> {
  const { kind, ...details } = act;
  return appendAuditEvent(tx, { action: `evidence.${kind}`, clientId, target: { grantId }, details });
}

/** What drawing sends. */
export const sampleForm = z.strictObject({
  population: z.enum(POPULATIONS),
  seed: z.string().regex(SEED_SHAPE, 'Use 1 to 100 letters, digits, dots, dashes or underscores.'),
  size: z
    .int('Enter a whole number.')
    .min(1, 'Draw at least one.')
    .max(SAMPLE_SIZE_MAX, `Draw at most ${SAMPLE_SIZE_MAX}.`),
});

/**
 * Draws a sample by an auditor's seed. The seed and the hash of the list are in the log, and committed, before anything is drawn by
 * them; what is drawn follows from the two alone.
 * @returns the sample's id
 * @throws AppError `not-found` for a client that is not of the grant; `conflict` for a list that is empty or too long
 */
export async function drawEvidenceSample(
  database: Database,
  { scope, person, grant }: Auditor,
  clientId: string,
  { population, seed, size }: z.output<typeof sampleForm>,
  nowMs: number,
): Promise<string> {
  const sampleId = v7();
  const target = { grantId: grant.grantId, sampleId };
  const keys = await database.inScope(scope, async (tx) => {
    const view = await evidenceView(tx, scope, grant, clientId);
    if (!view) throw nothingHere();
    if (!isKept(view, population)) throw listDeleted();
    const list = await listPopulationKeys(tx, view, population, POPULATION_MAX);
    refuseUndrawable(list.keys.length);
    await insertSample(tx, view, {
      sampleId,
      population,
      seed,
      size,
      populationCount: list.keys.length,
      populationSha256: list.sha256,
      populationGzip: new Uint8Array(gzipSync(populationText(list.keys))),
      seededAt: new Date(nowMs),
      drawnBy: person.personId,
    });
    const details = { population, seed, size, count: list.keys.length, sha256: list.sha256 };
    await appendAuditEvent(tx, { action: 'evidence.seed-logged', clientId, target, details });
    return list.keys;
  });
  const drawn = drawSample(keys, seed, size, sha256).map(({ key }) => key);
  await database.inScope(scope, async (tx) => {
    await storeDraw(tx, scope.mspId, sampleId, drawn, new Date());
    const details = { population, drawn: drawn.length, sha256: sha256(populationText(drawn)) };
    await appendAuditEvent(tx, { action: 'evidence.sample-drawn', clientId, target, details });
  });
  return sampleId;
}

/** An empty list would say that there never was anything. */
export function listDeleted(): AppError {
  return new AppError('conflict', 'This list was deleted with the data of the client.');
}

function refuseUndrawable(count: number): void {
  if (count === 0) throw new AppError('conflict', 'The list is empty: there is nothing to draw from.');
  if (count > POPULATION_MAX)
    throw new AppError(
      'conflict',
      `The list has more than ${POPULATION_MAX} records. Ask for a grant of a shorter period to draw from it.`,
    );
}

/** The list that a sample was drawn from, as it was then: one key a line. Logs the download. */
export async function readSampleList(
  database: Database,
  auditor: Auditor,
  sampleId: string,
): Promise<string> {
  const { scope, grant } = auditor;
  return database.inScope(scope, async (tx) => {
    const sample = await findSample(tx, scope.mspId, grant.grantId, sampleId);
    if (!sample) throw nothingHere();
    await log(tx, grant, sample.clientId, { kind: 'downloaded', what: `list of sample ${sampleId}` });
    return gunzipSync(sample.populationGzip).toString('utf8');
  });
}

/** What asking and answering send. */
const messageText = z
  .string()
  .trim()
  .min(1, 'Write something first.')
  .max(4000, 'Use at most 4,000 characters.')
  .regex(/^[^\0]*$/, 'Leave out control characters.');
const item = { itemKind: z.enum(ITEM_KINDS), itemKey: z.string().min(1).max(100) };
export const questionForm = z.strictObject({ ...item, text: messageText });
export const answerForm = z.strictObject({ clientId: z.uuid(), ...item, text: messageText });

/**
 * Asks the MSP about a clause or a record.
 * @throws AppError `not-found` for a client, clause or record that is not of the grant
 */
export async function askAboutEvidence(
  database: Database,
  { scope, person, grant }: Auditor,
  clientId: string,
  { itemKind, itemKey, text }: z.output<typeof questionForm>,
  nowMs: number,
): Promise<void> {
  const { grantId } = grant;
  await database.inScope(scope, async (tx) => {
    const view = await evidenceView(tx, scope, grant, clientId);
    const itemName = view && (await nameOf(tx, view, itemKind, itemKey));
    if (!itemName) throw nothingHere();
    const about = { clientId, grantId, itemKind, itemKey, itemName };
    await write(tx, scope.mspId, { ...about, side: 'auditor', text, person }, nowMs);
  });
}

/**
 * Answers, for the MSP, what an auditor asked.
 * @throws AppError `not-found` for a grant of another MSP, or where nothing was asked
 */
export async function answerAuditor(
  database: Database,
  scope: TenantScope,
  person: Person,
  grantId: string,
  { clientId, itemKind, itemKey, text }: z.output<typeof answerForm>,
  nowMs: number,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    if (!(await findGrant(tx, grantId))) throw nothingHere();
    const thread = (await listMessages(tx, scope.mspId, grantId, clientId)).find(
      (message) => message.itemKind === itemKind && message.itemKey === itemKey,
    );
    if (!thread) throw nothingHere();
    const { itemName } = thread;
    await write(
      tx,
      scope.mspId,
      { clientId, grantId, itemKind, itemKey, itemName, side: 'msp', text, person },
      nowMs,
    );
  });
}

async function nameOf(
  tx: Tx,
  view: EvidenceView,
  kind: (typeof ITEM_KINDS)[number],
  key: string,
): Promise<string | null> {
  if (kind === 'clause') {
    const clause = findClause(key);
    return clause && `${clause.framework} ${clause.clause}: ${clause.title}`;
  }
  const [member] = await findMembers(tx, view, kind satisfies Population, [key]);
  return member ? `${member.systemName}, ${member.about}, ${member.at.toISOString()}`.slice(0, 300) : null;
}

interface Said {
  readonly clientId: string;
  readonly grantId: string;
  readonly itemKind: (typeof ITEM_KINDS)[number];
  readonly itemKey: string;
  readonly itemName: string;
  readonly side: 'auditor' | 'msp';
  readonly text: string;
  readonly person: Person;
}

async function write(tx: Tx, mspId: string, { person, ...said }: Said, nowMs: number): Promise<void> {
  const messageId = v7();
  const { clientId, grantId, itemKind, itemKey, side, text } = said;
  await insertMessage(tx, mspId, {
    ...said,
    messageId,
    personId: person.personId,
    personName: person.name,
    at: new Date(nowMs),
  });
  await appendAuditEvent(tx, {
    action: side === 'auditor' ? 'evidence.asked' : 'evidence.answered',
    clientId,
    target: { grantId, messageId },
    details: { itemKind, itemKey },
    private: { text },
  });
}
