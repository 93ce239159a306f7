import { v7 } from 'uuid';
import { z } from 'zod';
import { dueReport } from '@/domain/portal/monthly-report';
import type { DocumentState } from '@/domain/report/document';
import { workerScope } from '../auth/system-scope';
import { appendAuditEvent } from '../data/audit';
import { type Client, findClient } from '../data/clients';
import type { Database, Tx } from '../data/database';
import { readKeepTerms } from '../data/evidence-keep';
import {
  findAskedDocument,
  insertReportSchedule,
  insertScheduleDelivery,
  listReportSchedules,
  type ReportSchedule,
  setAskedDocument,
  setScheduleRemoved,
  wasSent,
} from '../data/report-schedules';
import { findReportTemplate } from '../data/report-templates';
import { lockReports } from '../data/work-due';
import { nothingHere } from '../nothing-here';
import type { TenantScope } from '../tenancy/tenant-scope';
import { chosenTemplate, putDocuments } from './ask-for-documents';
import { HOLDFAST, monthlyDocument } from './report-months';
import { deliveryForm, plainAddresses, putDelivery } from './send-documents';

/** What the form sends. `dayOfMonth`: in the client's zone, at seven in the morning. */
export const scheduleForm = deliveryForm.extend({
  clientId: z.uuid('Choose a client.'),
  dayOfMonth: z
    .int('Choose a day.')
    .min(1, 'Choose a day from 1 to 28.')
    .max(28, 'Choose a day from 1 to 28.'),
  /** null or left out: the standard template. */
  templateId: z.uuid('Choose a template.').nullable().optional(),
});

/**
 * Has the executive report of a client's last month sent on a day of each month from now on.
 * @throws AppError `invalid-request` for an address that is none; `not-found` for a client or a template
 */
export async function scheduleReports(
  database: Database,
  scope: TenantScope,
  by: { readonly personId: string; readonly name: string },
  form: z.output<typeof scheduleForm>,
  nowMs: number,
): Promise<string> {
  const recipients = plainAddresses(form.recipients);
  const scheduleId = v7();
  const { clientId, dayOfMonth, note, days: linkDays, templateId = null } = form;
  await database.inScope(scope, async (tx) => {
    if (templateId !== null) await chosenTemplate(tx, scope.mspId, { kind: 'executive-report' }, templateId);
    const made = { scheduleId, clientId, recipients, dayOfMonth, note, linkDays, templateId };
    const createdAt = new Date(nowMs);
    const of = { createdAt, createdBy: by.personId, createdByName: by.name };
    if (!(await insertReportSchedule(tx, scope.mspId, { ...made, ...of }))) throw nothingHere();
    await appendAuditEvent(tx, {
      action: 'report-schedule.made',
      clientId,
      target: { scheduleId },
      details: { dayOfMonth, linkDays, templateId },
      private: { recipients: recipients.join(', ') },
    });
  });
  return scheduleId;
}

/**
 * Ends a schedule, or has it hold again.
 * @throws AppError `not-found` for one that is not there, or stands so already
 */
export async function setSchedule(
  database: Database,
  scope: TenantScope,
  by: { readonly personId: string },
  scheduleId: string,
  isRemoved: boolean,
  nowMs: number,
): Promise<void> {
  const removed = isRemoved ? { at: new Date(nowMs), by: by.personId } : null;
  await database.inScope(scope, async (tx) => {
    const clientId = await setScheduleRemoved(tx, scope.mspId, scheduleId, removed);
    if (clientId === null) throw nothingHere();
    const action = isRemoved ? 'report-schedule.ended' : 'report-schedule.resumed';
    await appendAuditEvent(tx, { action, clientId, target: { scheduleId }, details: {} });
  });
}

/**
 * Sends what schedules say is due: the executive report of the last month, once it is made. A month goes out once, however often and by how
 * many workers this is called; none goes out whose day had passed before somebody made the schedule.
 * @returns how many were sent
 */
export async function sendScheduledReports(
  database: Database,
  mspId: string,
  settings: { readonly appOrigin: string; readonly canSign: boolean },
  now: Date,
): Promise<number> {
  if (!settings.canSign) return 0;
  const scope = workerScope(mspId);
  const schedules = await database.inScope(scope, (tx) => listReportSchedules(tx, mspId));
  let count = 0;
  for (const schedule of schedules) {
    const { month, dueAt } = dueReport(schedule.timeZone, now.getTime(), schedule.dayOfMonth);
    if (schedule.createdAt.getTime() >= dueAt || schedule.last?.month === month) continue;
    if (await sendMonth(database, scope, schedule, month, settings.appOrigin, now)) count += 1;
  }
  return count;
}

async function sendMonth(
  database: Database,
  scope: TenantScope,
  schedule: ReportSchedule,
  month: string,
  appOrigin: string,
  now: Date,
): Promise<boolean> {
  const { mspId } = scope;
  const { scheduleId, clientId, recipients, note, linkDays: days } = schedule;
  return database.inScope(scope, async (tx) => {
    const client = await findClient(tx, mspId, clientId);
    if (!client) return false;
    const { documentId, state } =
      schedule.templateId === null
        ? await monthlyDocument(tx, mspId, client, month, now)
        : await ownDocument(tx, mspId, client, { scheduleId, templateId: schedule.templateId, month }, now);
    if (state !== 'ready') return false;
    await lockReports(tx, mspId, now);
    if (await wasSent(tx, mspId, scheduleId, month)) return false;
    const sending = { recipients, note, days, byName: schedule.createdByName, appOrigin };
    if (!(await putDelivery(tx, mspId, documentId, sending, now.getTime()))) return false;
    await insertScheduleDelivery(tx, mspId, { scheduleId, month, clientId, documentId, sentAt: now });
    return true;
  });
}

/** The report of a schedule that has a template, which nobody else waits for: asked for once, with the template as it is then. */
async function ownDocument(
  tx: Tx,
  mspId: string,
  client: Client,
  { scheduleId, templateId, month }: { scheduleId: string; templateId: string; month: string },
  now: Date,
): Promise<{ documentId: string; state: DocumentState }> {
  await lockReports(tx, mspId, now);
  const found = await findAskedDocument(tx, mspId, scheduleId, month);
  if (found) return found;
  // One that was archived goes on for the schedules that have it.
  const template = await findReportTemplate(tx, mspId, templateId);
  if (!template) throw new Error(`the template ${templateId} of the schedule ${scheduleId} is gone`);
  const request = {
    kind: 'executive-report',
    month,
    template: { templateId, version: template.version, name: template.name },
  } as const;
  const terms = (await readKeepTerms(tx, mspId, [client.clientId], now))(client.clientId);
  const asked = { client, requests: [request], terms };
  const [documentId = ''] = await putDocuments(tx, mspId, HOLDFAST, asked, now.getTime());
  await setAskedDocument(tx, mspId, scheduleId, { month, documentId });
  return { documentId, state: 'waiting' };
}
