import { z } from 'zod';
import {
  PROOF_LEVELS,
  RECORD_RESULTS,
  type RecordAmendment,
  type RecordCheck,
  type RestoreRecord,
} from './record';

const instant = z.number();
const seconds = z.number().nullable();
const count = z.number().nullable();
const text = z.string();
const maybeText = z.string().nullable();

export const proofLevel = z.enum(PROOF_LEVELS);
export const recordResult = z.enum(RECORD_RESULTS);
const recordCheck = z.object({
  criterion: text,
  isMet: z.boolean().nullable(),
  seen: maybeText,
}) satisfies z.ZodType<RecordCheck>;
const recordAttachment = z.object({
  name: text,
  mediaType: text,
  bytes: z.number(),
  sha256: text,
  capturedAt: instant.nullable(),
  origin: maybeText,
});
const recordFailure = z.object({
  ticket: maybeText,
  cause: maybeText,
  correctiveAction: maybeText,
  owner: maybeText,
  closedAt: instant.nullable(),
  retestRecordId: maybeText,
});
const malwareScan = z.object({ tool: text, result: text, at: instant });

/** A record as its body holds it. */
export const restoreRecord: z.ZodType<RestoreRecord> = z.object({
  recordId: text,
  version: z.literal(1),
  client: z.object({ id: text, name: text, timeZone: text }),
  policy: z.object({ versionId: text, name: text, version: z.number() }).nullable(),
  cadenceDays: count,
  dueAt: instant.nullable(),
  isOnTime: z.boolean().nullable(),
  system: z.object({
    id: text,
    name: text,
    owner: maybeText,
    criticality: maybeText,
    dataClass: maybeText,
  }),
  copy: z.object({
    repositoryId: text,
    repository: text,
    location: maybeText,
    media: maybeText,
    isOffsite: z.boolean().nullable(),
    product: maybeText,
    productVersion: maybeText,
    job: maybeText,
    pointId: maybeText,
    point: maybeText,
    takenAt: instant.nullable(),
    isEncrypted: z.boolean().nullable(),
    immutableUntil: instant.nullable(),
  }),
  selection: z.object({
    how: z.enum(['scheduled', 'random', 'risk', 'request']),
    population: count,
    seed: maybeText,
    rule: maybeText,
  }),
  method: text,
  level: proofLevel,
  scope: text,
  target: z.object({ environment: text, isIsolated: z.boolean().nullable() }),
  startedAt: instant,
  endedAt: instant,
  timeZone: text,
  phases: z.array(z.object({ name: text, seconds: z.number() })),
  recovery: z.object({
    seconds,
    targetSeconds: seconds,
    basis: z.enum(['measured', 'extrapolated']).nullable(),
    forecastSeconds: seconds,
    bytesRestored: count,
  }),
  dataAge: z.object({ seconds, targetSeconds: seconds }),
  checks: z.array(recordCheck),
  files: z
    .object({ selected: count, matched: count, mismatched: count, missing: count, unverifiable: count })
    .nullable(),
  manifest: z.object({ origin: text, sha256: maybeText }).nullable(),
  result: recordResult,
  anomalies: z.array(text),
  performer: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('person'), id: text, name: text }),
    z.object({ kind: z.literal('agent'), id: text, name: text, version: maybeText }),
  ]),
  attachments: z.array(recordAttachment),
  failure: recordFailure.nullable(),
  malwareScan: malwareScan.nullable(),
  exceptions: z.array(text),
  lessons: maybeText,
  provenance: z.object({ createdAt: instant, rawReportId: maybeText, rawReportSha256: maybeText }),
  keepUntil: instant,
  keepBecause: text.optional(),
  isOnLegalHold: z.boolean(),
});

/** What a correction may say instead; nothing else of a record is ever read otherwise than it was made. */
export const correctedFields = z
  .object({
    level: proofLevel,
    result: recordResult,
    method: text,
    scope: text,
    checks: z.array(recordCheck),
    anomalies: z.array(text),
    exceptions: z.array(text),
    lessons: maybeText,
    malwareScan: malwareScan.nullable(),
    failure: recordFailure.nullable(),
    attachments: z.array(recordAttachment),
  })
  .partial();

const by = z.object({ id: text, name: text });
/** An amendment as its body holds it. */
export const recordAmendment: z.ZodType<RecordAmendment> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('review'),
    decision: z.enum(['accepted', 'rejected']),
    by,
    at: instant,
    comment: maybeText,
  }),
  z.object({
    kind: z.literal('correction'),
    by,
    at: instant,
    reason: text,
    fields: z.record(z.string(), z.unknown()),
  }),
]);
