import { certificateSheet, type CertificateFacts } from '@/domain/report/certificate';
import type { Brand, DocumentHead } from '@/domain/report/document';
import type { DocumentRequest, RequestOf } from '@/domain/report/document-request';
import { executiveSheet, type ExecutiveFacts } from '@/domain/report/executive';
import { type PackFacts, packSheet, type RunFact, SAMPLE_SIZE } from '@/domain/report/pack';
import { daysOfMonth, instantsOf } from '@/domain/report/period';
import type { UsedTemplate } from '@/domain/report/report-template';
import type { Sheet } from '@/domain/report/sheet';
import { type Client, findEvidenceClient } from '@/server/data/clients';
import type { Tx } from '@/server/data/database';
import {
  type DocumentPeriod,
  listPeriodAttestations,
  listPeriodRuns,
  listPeriodVerifications,
} from '@/server/data/document-facts';
import { readBrand } from '@/server/data/documents';
import { keepOfRecord, readKeepTerms } from '@/server/data/evidence-keep';
import { policiesOf } from '@/server/data/policies';
import { readTemplateVersion } from '@/server/data/report-templates';
import { selectRestoreRecord } from '@/server/data/restore-records';
import { buildPeriod } from './build-period';
import { drawSample, listSha256 } from './draw-sample';

/** What a document is made from, and what is printed of it. */
export interface BuiltDocument {
  readonly facts: CertificateFacts | ExecutiveFacts | PackFacts;
  readonly sheet: Sheet;
  readonly logo: Uint8Array | null;
  /** The time that it speaks of, [from, to). */
  readonly period: { readonly from: Date; readonly to: Date };
}

export interface DocumentSubject {
  readonly documentId: string;
  readonly clientId: string;
  readonly request: DocumentRequest;
  /** When it is made: what is told holds as of then, and it is the only clock that the document knows. */
  readonly madeAt: Date;
  readonly verifyUrl: string;
  /** A look that was not saved, and choices that were not kept; left out: what the MSP has and the request names. */
  readonly instead?: { readonly brand: Brand | null; readonly template: UsedTemplate | null };
}

/**
 * Gathers the facts of a document. The same database gives the same facts.
 * @returns null: its client or record is not there any more, or is another MSP's
 */
export async function buildDocument(
  tx: Tx,
  mspId: string,
  subject: DocumentSubject,
): Promise<BuiltDocument | null> {
  const client = await findEvidenceClient(tx, mspId, subject.clientId);
  if (!client) return null;
  const brand = subject.instead?.brand ?? (await readBrand(tx, mspId));
  const head = headOf(subject, client, brand);
  const { request } = subject;
  const logo = brand.logoPng;
  switch (request.kind) {
    case 'executive-report': {
      const template = subject.instead ? subject.instead.template : await templateOf(tx, mspId, request);
      const facts = await buildExecutive(tx, mspId, head, client, { ...request, template }, subject.madeAt);
      return { facts, sheet: executiveSheet(facts), logo, period: boundsOf(facts.period) };
    }
    case 'evidence-pack': {
      const facts = await buildPack(tx, mspId, head, client, request, subject.madeAt);
      return { facts, sheet: packSheet(facts), logo, period: boundsOf(facts.period) };
    }
    case 'restore-certificate': {
      const facts = await buildCertificate(tx, mspId, head, client, request, subject.madeAt);
      if (facts === null) return null;
      const period = {
        from: new Date(facts.record.startedAt),
        to: subject.madeAt,
      };
      return { facts, sheet: certificateSheet(facts), logo, period };
    }
  }
}

const boundsOf = ({ from, to }: { from: number; to: number }) => ({ from: new Date(from), to: new Date(to) });

function headOf(
  { documentId, madeAt, verifyUrl }: DocumentSubject,
  client: Client,
  brand: Brand,
): DocumentHead {
  return {
    documentId,
    madeAt: `${madeAt.toISOString().slice(0, 19)}Z`,
    msp: { name: brand.name, colour: brand.colour, hasLogo: brand.logoPng !== null },
    client: { id: client.clientId, name: client.name, timeZone: client.timeZone },
    verifyUrl,
  };
}

async function buildExecutive(
  tx: Tx,
  mspId: string,
  head: DocumentHead,
  client: Client,
  { month, template }: { readonly month: string; readonly template: UsedTemplate | null },
  now: Date,
): Promise<ExecutiveFacts> {
  const facts = await buildPeriod(tx, mspId, head, client, daysOfMonth(month), now);
  return { ...facts, kind: 'executive-report', format: 1, ...(template && { template }) };
}

/** What it was asked for with, whatever became of the template since; null: the standard one. */
async function templateOf(
  tx: Tx,
  mspId: string,
  { template }: RequestOf<'executive-report'>,
): Promise<UsedTemplate | null> {
  if (!template) return null;
  const choices = await readTemplateVersion(tx, mspId, template);
  if (!choices) throw new Error(`version ${template.version} of the template ${template.templateId} is gone`);
  return { templateId: template.templateId, version: template.version, ...choices };
}

const ROWS_MAX = 20_000;
const RUNS_AT_ONCE = 5000;
/** Of one pack: half a million runs are 200 MB of JSON, more than a reader opens. */
const RUNS_MAX = 200_000;

async function buildPack(
  tx: Tx,
  mspId: string,
  head: DocumentHead,
  client: Client,
  { firstOn, lastOn, framework, seed }: RequestOf<'evidence-pack'>,
  now: Date,
): Promise<PackFacts> {
  const range = { firstOn, lastOn };
  const { clientId, timeZone, dayStartHour } = client;
  const { from, to } = instantsOf(range, timeZone, dayStartHour);
  const period = { clientId, from: new Date(from), to: new Date(Math.min(to, now.getTime())) };
  const population = await readPopulation(tx, mspId, period);
  const ids = population.map(({ runId }) => runId);
  const policies = await policiesOf(tx, mspId, { clientIds: [clientId], systemIds: [] }, period.to);
  const { policy, version } = policies.forClient(clientId);
  const chosenSeed = seed ?? head.documentId;
  return {
    ...(await buildPeriod(tx, mspId, head, client, range, now)),
    kind: 'evidence-pack',
    format: 1,
    framework,
    population,
    populationSha256: listSha256(ids),
    sample: { seed: chosenSeed, size: SAMPLE_SIZE, runIds: drawSample(ids, chosenSeed, SAMPLE_SIZE) },
    verifications: await listPeriodVerifications(tx, mspId, period, ROWS_MAX),
    attestations: (await listPeriodAttestations(tx, mspId, period, ROWS_MAX)).map((one) => ({
      declarationId: one.declarationId,
      attribute: one.attribute,
      subjectName: one.subjectName,
      reason: one.reason,
      declaredByName: one.declaredByName,
      declaredAt: one.declaredAt,
      validUntil: one.validUntil,
      withdrawnAt: one.withdrawnAt,
    })),
    policy: {
      name: policy.name,
      version,
      rpoSeconds: policy.rpoSeconds,
      restoreTestCadenceDays: Math.round(policy.restoreTestCadenceSeconds / 86_400),
      rtoSeconds: policy.rtoSeconds,
    },
  };
}

async function readPopulation(tx: Tx, mspId: string, period: DocumentPeriod): Promise<RunFact[]> {
  const all: RunFact[] = [];
  while (all.length < RUNS_MAX) {
    const part = await listPeriodRuns(tx, mspId, period, all.at(-1) ?? null, RUNS_AT_ONCE);
    all.push(...part);
    if (part.length < RUNS_AT_ONCE) break;
  }
  return all;
}

async function buildCertificate(
  tx: Tx,
  mspId: string,
  head: DocumentHead,
  { clientId }: Client,
  { recordId }: RequestOf<'restore-certificate'>,
  now: Date,
): Promise<CertificateFacts | null> {
  const found = await selectRestoreRecord(tx, mspId, recordId);
  if (!found || found.record.client.id !== clientId) return null;
  // What was changed behind our back is no evidence.
  if (!found.isIntact) throw new Error(`the restore-test record ${recordId} is not what its hash says`);
  const terms = await readKeepTerms(tx, mspId, [clientId], now);
  return {
    ...head,
    kind: 'restore-certificate',
    format: 1,
    record: found.record,
    recordSha256: found.sha256,
    amendments: found.amendments,
    keep: keepOfRecord(found.record, terms(clientId), now),
  };
}
