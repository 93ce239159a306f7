import { z } from 'zod';
import { reportChoices, type ReportChoices } from '@/domain/report/report-template';
import type { Tx } from './database';

/** Of one MSP, archived ones not counted: more is a list that nobody finds anything in. */
export const TEMPLATES_MAX = 50;

const row = z.object({
  templateId: z.string(),
  name: z.string(),
  version: z.int(),
  choices: reportChoices,
  recipients: z.array(z.string()),
  madeAt: z.date(),
  madeByName: z.string(),
  archivedAt: z.date().nullable(),
  /** Schedules that hold and are made with it, of clients that the scope sees. */
  scheduleCount: z.int(),
});
/** A template as it is now, and who made that version of it. */
export type ReportTemplate = z.output<typeof row>;

/** The MSP's own templates by name; those that were archived at the end, the last first. */
export async function listReportTemplates(
  tx: Tx,
  mspId: string,
  templateId: string | null = null,
): Promise<ReportTemplate[]> {
  const rows = await tx.$queryRaw`
    SELECT t.template_id::text AS "templateId", t.name, t.version, v.choices, v.recipients, v.made_at AS "madeAt",
      v.made_by_name AS "madeByName", t.archived_at AS "archivedAt",
      (SELECT count(*)::int FROM app.report_schedule s WHERE s.msp_id = ${mspId}::uuid AND s.template_id = t.template_id
        AND s.removed_at IS NULL) AS "scheduleCount"
    FROM app.report_template t
    JOIN app.report_template_version v ON v.msp_id = ${mspId}::uuid AND v.template_id = t.template_id AND v.version = t.version
    WHERE t.msp_id = ${mspId}::uuid AND (${templateId}::uuid IS NULL OR t.template_id = ${templateId}::uuid)
    ORDER BY t.archived_at DESC NULLS FIRST, lower(t.name), t.template_id LIMIT 500`;
  return z.array(row).parse(rows);
}

/** One template, archived or not; null: it is not there, or another MSP's. */
export async function findReportTemplate(
  tx: Tx,
  mspId: string,
  templateId: string,
): Promise<ReportTemplate | null> {
  return (await listReportTemplates(tx, mspId, templateId))[0] ?? null;
}

/** The choices of a version of a template, for a report that is made with it; null: it is not there. */
export async function readTemplateVersion(
  tx: Tx,
  mspId: string,
  { templateId, version }: { readonly templateId: string; readonly version: number },
): Promise<ReportChoices | null> {
  const rows = await tx.$queryRaw`SELECT v.choices FROM app.report_template_version v
    WHERE v.msp_id = ${mspId}::uuid AND v.template_id = ${templateId}::uuid AND v.version = ${version}::int`;
  return z.array(z.object({ choices: reportChoices })).parse(rows)[0]?.choices ?? null;
}

/** Keeps others from an MSP's templates until commit. */
export async function lockTemplates(tx: Tx, mspId: string): Promise<void> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended('report-templates ' || ${mspId}, 0))::text AS locked`;
}

interface By {
  readonly at: Date;
  readonly personId: string;
  readonly name: string;
}

/** Makes a template with its first version. */
export async function insertReportTemplate(
  tx: Tx,
  mspId: string,
  made: {
    readonly templateId: string;
    readonly name: string;
    readonly choices: ReportChoices;
    readonly recipients: readonly string[];
  },
  by: By,
): Promise<void> {
  const { templateId, name, choices, recipients } = made;
  await tx.$executeRaw`INSERT INTO app.report_template (msp_id, template_id, name, version, created_at, created_by, created_by_name)
    VALUES (${mspId}::uuid, ${templateId}::uuid, ${name}, 1, ${by.at}::timestamptz, ${by.personId}::uuid, ${by.name})`;
  await insertVersion(tx, mspId, { templateId, version: 1, choices, recipients }, by);
}

/** Gives a template another name, and, where `next` is given, its next version. */
export async function updateReportTemplate(
  tx: Tx,
  mspId: string,
  templateId: string,
  name: string,
  next: {
    readonly version: number;
    readonly choices: ReportChoices;
    readonly recipients: readonly string[];
  } | null,
  by: By,
): Promise<void> {
  await tx.$executeRaw`UPDATE app.report_template t SET name = ${name}, version = coalesce(${next?.version ?? null}::int, t.version)
    WHERE t.msp_id = ${mspId}::uuid AND t.template_id = ${templateId}::uuid`;
  if (next) await insertVersion(tx, mspId, { templateId, ...next }, by);
}

async function insertVersion(
  tx: Tx,
  mspId: string,
  made: {
    readonly templateId: string;
    readonly version: number;
    readonly choices: ReportChoices;
    readonly recipients: readonly string[];
  },
  by: By,
): Promise<void> {
  const { templateId, version, choices, recipients } = made;
  await tx.$executeRaw`INSERT INTO app.report_template_version (msp_id, template_id, version, choices, recipients, made_at, made_by,
      made_by_name)
    VALUES (${mspId}::uuid, ${templateId}::uuid, ${version}::int, ${JSON.stringify(choices)}::jsonb, ${[...recipients]}::text[],
      ${by.at}::timestamptz, ${by.personId}::uuid, ${by.name})`;
}

/** Archives a template, or brings it back. */
export async function setTemplateArchived(
  tx: Tx,
  mspId: string,
  templateId: string,
  archived: { readonly at: Date; readonly by: string } | null,
): Promise<void> {
  await tx.$executeRaw`UPDATE app.report_template t SET archived_at = ${archived?.at ?? null}::timestamptz,
      archived_by = ${archived?.by ?? null}::uuid
    WHERE t.msp_id = ${mspId}::uuid AND t.template_id = ${templateId}::uuid`;
}
