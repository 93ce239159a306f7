import { offeredFrameworks } from '@/domain/frameworks/chosen-frameworks';
import { monthWords, stampIn } from '@/domain/report/words';
import type { RecordChoice } from '@/components/documents/make-document-dialog';
import type { TemplateChoice } from '@/components/documents/template-field';
import { findChosenFrameworks } from '@/server/data/chosen-frameworks';
import type { Tx } from '@/server/data/database';
import { listReportTemplates } from '@/server/data/report-templates';
import { selectRestoreRecords } from '@/server/data/restore-records';

const MONTHS = 14;
const RECORDS_MAX = 300;

/** The last fourteen months, newest first. */
export function reportMonths(now: Date) {
  return Array.from({ length: MONTHS }, (_, back) => {
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1))
      .toISOString()
      .slice(0, 7);
    return { month, name: monthWords(month) };
  });
}

/** The MSP's templates that can be chosen, by name. */
export async function templateChoices(tx: Tx, mspId: string): Promise<TemplateChoice[]> {
  const templates = await listReportTemplates(tx, mspId);
  return templates
    .filter(({ archivedAt }) => archivedAt === null)
    .map(({ templateId, name, recipients }) => ({ templateId, name, recipients }));
}

/** What a document can be asked for: months, frameworks, templates, and the newest records of tests. */
export async function documentChoices(tx: Tx, mspId: string, clientId: string | null, now: Date) {
  const records = await selectRestoreRecords(tx, mspId, {
    ...(clientId && { clientId }),
    limit: RECORDS_MAX,
  });
  return {
    frameworks: offeredFrameworks(await findChosenFrameworks(tx, mspId)),
    months: reportMonths(now),
    templates: await templateChoices(tx, mspId),
    records: records.map(({ recordId, clientId: of, record, level, result, performedAt }): RecordChoice => ({
      recordId,
      clientId: of,
      name: `${stampIn(performedAt, record.timeZone)} · ${record.system.name} · ${level} ${result}`,
    })),
  };
}
