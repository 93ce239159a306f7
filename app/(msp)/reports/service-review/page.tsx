import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { ListSkeleton } from '@/components/backup/skeletons';
import { counted } from '@/components/format/amounts';
import { keptText, secondsText, ServiceReviewTable } from '@/components/report/service-review-table';
import { AddressSelect } from '@/components/ui/address-select';
import { CsvLink } from '@/components/ui/csv-link';
import { Empty } from '@/components/ui/empty';
import { Section } from '@/components/ui/section';
import { monthWords } from '@/domain/report/words';
import type { Review } from '@/domain/report/service-review';
import type { CurrentSession } from '@/server/auth/current-session';
import { requireSession } from '@/server/auth/require-scope';
import { findMsp } from '@/server/data/clients';
import { readServiceReview } from '@/server/data/service-review';
import { webDatabase } from '@/server/data/web-database';
import { PageTop } from '../../page-top';
import { requestTime } from '../../request-time';
import { SlowPart } from '../../slow-part';
import { askedMonth, reviewMonths } from './review-month';

export const metadata: Metadata = { title: 'Service review' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** A month for who runs the MSP: promises kept, noise of each client, and how long it took to detect and to correct. */
export default async function ServiceReviewPage({ searchParams }: Props) {
  const session = await requireSession('view-documents');
  const { scope } = session;
  const now = requestTime();
  const { timeZone } = await webDatabase().inScope(scope, (tx) => findMsp(tx, scope.mspId));
  const months = reviewMonths(timeZone, now.getTime());
  const month = askedMonth((await searchParams)['month'], months);
  return (
    <>
      <PageTop
        session={session}
        clientId={null}
        crumbs={[{ name: 'Reports', href: '/reports' }, { name: 'Service review' }]}
      />
      <main id="content" className="px-4 pt-5 pb-8 lg:px-6">
        <SlowPart skeleton={<ListSkeleton title={`Service review: ${monthWords(month)}`} />}>
          {reviewContent(session, { month, months, now })}
        </SlowPart>
      </main>
    </>
  );
}

interface Asked {
  readonly month: string;
  readonly months: readonly string[];
  readonly now: Date;
}

async function reviewContent({ scope }: CurrentSession, { month, months, now }: Asked) {
  const { clients, all, isRunning } = await readServiceReview(webDatabase(), scope, month, now);
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h1>Service review: {monthWords(month)}</h1>
          <p className="text-13 text-ink-2 max-w-[80ch]">
            {isRunning ? 'The month goes on: this is what is known until now. ' : ''}
            What was promised and kept, which clients made noise, and how long it took.
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <AddressSelect
            label="Month"
            any={monthWords(months[1] ?? month)}
            name="month"
            choices={months
              .filter((_, index) => index !== 1)
              .map((one) => ({ value: one, name: monthWords(one) }))}
          />
          <CsvLink href={`/api/v1/service-review/csv?month=${month}`} what="the service review" />
        </div>
      </div>
      <Summary all={all} />
      <Section id="clients" title="Clients" aside="least kept first">
        {clients.length === 0 ? (
          <Empty title="There is no client yet.">
            A month is reviewed once there is something to protect.
          </Empty>
        ) : (
          <ServiceReviewTable clients={clients} />
        )}
      </Section>
      <p className="text-ink-3 mt-4 max-w-[80ch] text-xs">
        A promise is kept on a day on which a system was compliant all day; at risk and unknown are not. Times
        are medians: to detect from when something began until Holdfast told it, to acknowledge and to correct
        from then on. Notes and drills are left out.
      </p>
    </>
  );
}

function Summary({ all }: { all: Review }) {
  return (
    <dl className="mt-5 grid max-w-4xl grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4">
      <Fact
        name="Promises kept"
        note={`${counted(all.keptDays, 'day')} of ${counted(all.knownDays, 'system day')}`}
      >
        {keptText(all)}
      </Fact>
      <Fact name="Findings" note={`${all.cameBack} came back, ${all.stillOpen} still open`}>
        {counted(all.opened, 'cause')}
      </Fact>
      <Fact name="To detect" note={`to acknowledge ${secondsText(all.acknowledgeSeconds)}`}>
        {secondsText(all.detectSeconds)}
      </Fact>
      <Fact name="To correct" note={`${counted(all.corrected, 'cause')} corrected`}>
        {secondsText(all.correctSeconds)}
      </Fact>
    </dl>
  );
}

function Fact({ name, note, children }: { name: string; note: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-ink-3 text-xs">{name}</dt>
      <dd className="text-lg font-semibold tabular-nums">{children}</dd>
      <dd className="text-ink-2 text-xs">{note}</dd>
    </div>
  );
}
