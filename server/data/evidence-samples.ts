import { z } from 'zod';
import { POPULATIONS, type Population } from '@/domain/evidence/population';
import type { Tx } from './database';
import type { EvidenceView } from './evidence-view';

const sampleRow = z.object({
  sampleId: z.string(),
  clientId: z.string(),
  grantId: z.string(),
  population: z.enum(POPULATIONS),
  seed: z.string(),
  size: z.int(),
  populationCount: z.int(),
  populationSha256: z.string(),
  seededAt: z.date(),
  /** null: the seed is logged, and nothing was drawn by it. */
  drawnAt: z.date().nullable(),
  drawnKeys: z.array(z.string()),
});
/** A sample with the list that it was drawn from, by its hash. */
export type EvidenceSample = z.output<typeof sampleRow>;

/** Samples of a grant are few; each stands in the log. */
const SAMPLES_SHOWN = 50;
const columns = {
  sampleId: true,
  clientId: true,
  grantId: true,
  population: true,
  seed: true,
  size: true,
  populationCount: true,
  populationSha256: true,
  seededAt: true,
  drawnAt: true,
  drawnKeys: true,
} as const;

/** The samples of a grant, newest first, at most 50; of one client and population where told. */
export async function listSamples(
  tx: Tx,
  mspId: string,
  grantId: string,
  of: { clientId?: string; population?: Population } = {},
): Promise<EvidenceSample[]> {
  const rows = await tx.evidenceSample.findMany({
    where: { mspId, grantId, ...of },
    select: columns,
    orderBy: [{ seededAt: 'desc' }, { sampleId: 'asc' }],
    take: SAMPLES_SHOWN,
  });
  return z.array(sampleRow).parse(rows);
}

/** null: not there, or of another grant. */
export async function findSample(
  tx: Tx,
  mspId: string,
  grantId: string,
  sampleId: string,
): Promise<(EvidenceSample & { populationGzip: Uint8Array }) | null> {
  const row = await tx.evidenceSample.findFirst({
    where: { mspId, grantId, sampleId },
    select: { ...columns, populationGzip: true },
  });
  return row && { ...sampleRow.parse(row), populationGzip: row.populationGzip };
}

/** What is fixed before anything is drawn. */
export interface NewSample {
  readonly sampleId: string;
  readonly population: Population;
  readonly seed: string;
  readonly size: number;
  readonly populationCount: number;
  readonly populationSha256: string;
  readonly populationGzip: Uint8Array<ArrayBuffer>;
  readonly seededAt: Date;
  readonly drawnBy: string;
}

export async function insertSample(tx: Tx, view: EvidenceView, sample: NewSample): Promise<void> {
  const { mspId, grantId, client } = view;
  await tx.evidenceSample.create({
    data: { mspId, grantId, clientId: client.clientId, ...sample },
    select: { sampleId: true },
  });
}

/** Once: what was drawn stays. */
export async function storeDraw(
  tx: Tx,
  mspId: string,
  sampleId: string,
  drawnKeys: readonly string[],
  drawnAt: Date,
): Promise<void> {
  await tx.evidenceSample.updateMany({
    where: { mspId, sampleId, drawnAt: null },
    data: { drawnKeys: [...drawnKeys], drawnAt },
  });
}
