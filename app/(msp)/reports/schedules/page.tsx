import type { Metadata } from 'next';
import { ScheduleDialog } from '@/components/documents/schedule-dialog';
import { SendButton } from '@/components/forms/send-button';
import { Empty } from '@/components/ui/empty';
import { Moment } from '@/components/ui/moment';
import { Table, Td, Th, Tr } from '@/components/ui/table';
import { TextLink } from '@/components/ui/text-link';
import { monthWords, STANDARD_TEMPLATE_NAME } from '@/domain/report/words';
import { requireSession } from '@/server/auth/require-scope';
import { listClientNames } from '@/server/data/clients';
import { listReportSchedules, type ReportSchedule } from '@/server/data/report-schedules';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';
import { reportMonths, templateChoices } from '../document-choices';

export const metadata: Metadata = { title: 'Schedules of reports' };

/** Who gets which client's report each month. */
export default async function SchedulesPage() {
  const session = await requireSession('make-document');
  const { scope } = session;
  const at = requestTime();
  const now = at.getTime();
  const [, lastMonth = { month: '', name: '' }] = reportMonths(at);
  const { clients, schedules, templates } = await webDatabase().inScope(scope, async (tx) => ({
    clients: await listClientNames(tx, scope.mspId),
    schedules: await listReportSchedules(tx, scope.mspId),
    templates: await templateChoices(tx, scope.mspId),
  }));
  return (
    <>
      <PageTop
        session={session}
        clientId={null}
        crumbs={[{ name: 'Reports', href: '/reports' }, { name: 'Schedules' }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div>
            <h1>Schedules</h1>
            <p className="text-13 text-ink-2 mt-1 max-w-[80ch]">
              The executive report of a client’s last month, mailed each month to people without an account.
              What went out stands under{' '}
              <TextLink href="/reports/deliveries" className="underline">
                Deliveries
              </TextLink>
              .
            </p>
          </div>
          {clients.length > 0 && (
            <ScheduleDialog clients={clients} templates={templates} lastMonth={lastMonth} />
          )}
        </div>
        <div className="mt-4">
          {schedules.length === 0 ? (
            <Empty title="No report is sent by itself.">
              A schedule names a client, addresses and a day of the month. Leaders with an account choose
              their monthly mail themselves, on their own page.
            </Empty>
          ) : (
            <ScheduleTable schedules={schedules} now={now} />
          )}
        </div>
      </main>
    </>
  );
}

function ScheduleTable({ schedules, now }: { schedules: readonly ReportSchedule[]; now: number }) {
  return (
    <Table
      head={
        <>
          <Th>Client</Th>
          <Th>To</Th>
          <Th>Template</Th>
          <Th>Day</Th>
          <Th>Last sent</Th>
          <Th>By</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </>
      }
    >
      {schedules.map((one) => (
        <Tr key={one.scheduleId}>
          <Td at="first">
            <TextLink href={`/clients/${one.clientId}`} className="font-medium">
              {one.clientName}
            </TextLink>
          </Td>
          <Td at="second">
            <span className="[overflow-wrap:anywhere] whitespace-normal">{one.recipients.join(', ')}</span>
          </Td>
          <Td at="third-right">
            <span className="[overflow-wrap:anywhere] whitespace-normal">
              {one.templateName ?? STANDARD_TEMPLATE_NAME}
            </span>
          </Td>
          <Td at="first-right" className="tabular-nums">
            {one.dayOfMonth}.
          </Td>
          <Td at="second-right">
            {one.last === null ? (
              <span className="text-ink-3">not yet</span>
            ) : (
              <>
                {monthWords(one.last.month)},{' '}
                <Moment at={one.last.sentAt.getTime()} timeZone={one.timeZone} now={now} isShort />
              </>
            )}
          </Td>
          <Td at="third">
            {one.createdByName},{' '}
            <Moment at={one.createdAt.getTime()} timeZone={one.timeZone} now={now} isShort />
          </Td>
          <Td at="fourth">
            <SendButton
              method="PUT"
              address={`/api/v1/report-schedules/${one.scheduleId}/removal`}
              label={`End the schedule of ${one.clientName}`}
              done="Nothing is sent by it any more."
              undo="DELETE"
            >
              End
            </SendButton>
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
