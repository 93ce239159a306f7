import { v7 } from 'uuid';
import { z } from 'zod';
import { type ReportChoices, reportChoices, TEMPLATE_NAME_MAX } from '@/domain/report/report-template';
import { STANDARD_TEMPLATE_NAME } from '@/domain/report/words';
import { appendAuditEvent } from '../data/audit';
import type { Database, Tx } from '../data/database';
import {
  findReportTemplate,
  insertReportTemplate,
  listReportTemplates,
  lockTemplates,
  type ReportTemplate,
  setTemplateArchived,
  TEMPLATES_MAX,
  updateReportTemplate,
} from '../data/report-templates';
import { AppError } from '../errors';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { textLine } from './form-fields';
import { plainAddresses, RECIPIENTS_MAX } from './send-documents';

/** What the form sends. `recipients`: filled in where a report that is made with it is sent or scheduled; nothing goes out by itself. */
export const templateForm = z.strictObject({
  name: textLine('a name for the template', TEMPLATE_NAME_MAX),
  choices: reportChoices,
  recipients: z.array(z.string().max(1000)).max(RECIPIENTS_MAX, `Name at most ${RECIPIENTS_MAX} addresses.`),
});
export type TemplateForm = z.output<typeof templateForm>;

/** The same for a template that is there. `version`: the one that was looked at while it was changed. */
export const templateChangeForm = templateForm.extend({ version: z.int().min(1) });

type By = Readonly<{ personId: string; name: string }>;

/**
 * Keeps a template for executive reports.
 * @returns its id
 * @throws AppError `invalid-request` for an address that is none; `conflict` for a name that is taken, or too many templates
 */
export async function makeTemplate(
  database: Database,
  scope: TenantScope,
  by: By,
  form: TemplateForm,
  nowMs: number,
): Promise<string> {
  const recipients = plainAddresses(form.recipients);
  const templateId = v7();
  const { name, choices } = form;
  await database.inScope(scope, async (tx) => {
    await requireRoomFor(tx, scope.mspId, { templateId, name });
    await insertReportTemplate(tx, scope.mspId, { templateId, name, choices, recipients }, at(by, nowMs));
    await appendAuditEvent(tx, {
      action: 'report-template.made',
      target: { templateId },
      details: { name, version: 1, ...loggedChoices(choices) },
      ...personal(recipients),
    });
  });
  return templateId;
}

/**
 * Changes a template: another name, and, where what it says changed, its next version. Documents that were made, or wait to be, keep theirs.
 * @returns the version that it has now
 * @throws AppError `not-found`, also for one that was archived; `invalid-request`; `conflict` for a name that is taken, or where somebody changed it meanwhile
 */
export async function changeTemplate(
  database: Database,
  scope: TenantScope,
  by: By,
  templateId: string,
  { version, ...form }: z.output<typeof templateChangeForm>,
  nowMs: number,
): Promise<number> {
  const recipients = plainAddresses(form.recipients);
  const { name, choices } = form;
  return database.inScope(scope, async (tx) => {
    await lockTemplates(tx, scope.mspId);
    const found = await findReportTemplate(tx, scope.mspId, templateId);
    if (!found || found.archivedAt !== null) throw nothingHere();
    if (found.version !== version)
      throw new AppError(
        'conflict',
        `${found.madeByName} changed this template meanwhile. Load it again, and make your change anew.`,
      );
    const isSame = saysSame(found, { choices, recipients });
    if (isSame && found.name === name) return version;
    await requireRoomFor(tx, scope.mspId, { templateId, name });
    const next = isSame ? null : { version: version + 1, choices, recipients };
    await updateReportTemplate(tx, scope.mspId, templateId, name, next, at(by, nowMs));
    await appendAuditEvent(tx, {
      action: 'report-template.changed',
      target: { templateId },
      details: { name, version: next?.version ?? version, ...loggedChoices(choices) },
      ...personal(recipients),
    });
    return next?.version ?? version;
  });
}

/**
 * Archives a template, or brings it back. Schedules that have it go on with it.
 * @throws AppError `not-found` for one that is not there, or stands so already; `conflict` where its name was taken meanwhile
 */
export async function setTemplate(
  database: Database,
  scope: TenantScope,
  { personId }: Pick<By, 'personId'>,
  templateId: string,
  isArchived: boolean,
  nowMs: number,
): Promise<void> {
  await database.inScope(scope, async (tx) => {
    await lockTemplates(tx, scope.mspId);
    const found = await findReportTemplate(tx, scope.mspId, templateId);
    if (!found || (found.archivedAt !== null) === isArchived) throw nothingHere();
    if (!isArchived) await requireRoomFor(tx, scope.mspId, { templateId, name: found.name });
    const archived = isArchived ? { at: new Date(nowMs), by: personId } : null;
    await setTemplateArchived(tx, scope.mspId, templateId, archived);
    await appendAuditEvent(tx, {
      action: isArchived ? 'report-template.archived' : 'report-template.brought-back',
      target: { templateId },
      details: { name: found.name },
    });
  });
}

/** Also keeps others from making one of the same name until commit. */
async function requireRoomFor(
  tx: Tx,
  mspId: string,
  { templateId, name }: { readonly templateId: string; readonly name: string },
): Promise<void> {
  await lockTemplates(tx, mspId);
  const others = (await listReportTemplates(tx, mspId)).filter(
    (one) => one.archivedAt === null && one.templateId !== templateId,
  );
  const isTaken = [STANDARD_TEMPLATE_NAME, ...others.map((one) => one.name)].some(
    (one) => one.toLowerCase() === name.toLowerCase(),
  );
  const sentence = 'There is a template of this name already.';
  if (isTaken) throw new AppError('conflict', sentence, { fields: { name: sentence } });
  if (others.length >= TEMPLATES_MAX)
    throw new AppError('conflict', `There are ${TEMPLATES_MAX} templates already. Archive one first.`);
}

function saysSame(
  found: ReportTemplate,
  { choices, recipients }: { readonly choices: ReportChoices; readonly recipients: readonly string[] },
): boolean {
  return (
    found.choices.foreword === choices.foreword &&
    found.choices.periodWording === choices.periodWording &&
    found.choices.sections.join() === choices.sections.join() &&
    found.recipients.join() === recipients.join()
  );
}

/** The foreword itself stands in its version, which nobody changes. */
function loggedChoices({ sections, periodWording, foreword }: ReportChoices) {
  return { sections: sections.join(', '), periodWording, forewordCharacters: foreword.length };
}

const personal = (recipients: readonly string[]) =>
  recipients.length > 0 ? { private: { recipients: recipients.join(', ') } } : {};

const at = ({ personId, name }: By, nowMs: number) => ({ at: new Date(nowMs), personId, name });
