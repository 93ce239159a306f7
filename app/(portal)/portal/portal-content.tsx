import { notFound } from 'next/navigation';
import { ReadyDocuments } from '@/components/documents/ready-documents';
import { Answer } from '@/components/portal/answer';
import { Card } from '@/components/portal/card';
import { MonthChanges, MonthTrend } from '@/components/portal/month';
import { OpenPoints } from '@/components/portal/open-points';
import { PortalSkeleton } from '@/components/portal/portal-skeleton';
import { Proofs } from '@/components/portal/proofs';
import { Recovery } from '@/components/portal/recovery';
import { RisksDecided, RisksToSign, type Risk } from '@/components/portal/risks';
import { SendButton } from '@/components/forms/send-button';
import { Chip } from '@/components/ui/chip';
import type { CurrentSession } from '@/server/auth/current-session';
import { findClient, findMsp, listClientNames } from '@/server/data/clients';
import type { ReadyDocument } from '@/server/data/documents';
import { wantsReport } from '@/server/data/identity-reports';
import { type Portal, readPortal } from '@/server/data/portal';
import type { AcceptedRisk } from '@/server/data/risk-decisions';
import { webDatabase } from '@/server/data/web-database';
import { listLeaderDocuments } from '@/server/services/show-documents';
import { requestTime } from '../../(msp)/request-time';
import { SlowPart } from '../../(msp)/slow-part';

/** Everything that a leader sees of one company, as of now: the answer first, then what it rests on. */
export async function PortalContent({ session, clientId }: { session: CurrentSession; clientId: string }) {
  const { scope } = session;
  const now = requestTime();
  const { client, msp, companies, isReportWanted } = await webDatabase().inScope(scope, async (tx) => ({
    client: await findClient(tx, scope.mspId, clientId),
    msp: await findMsp(tx, scope.mspId),
    companies: await listClientNames(tx, scope.mspId),
    isReportWanted: await wantsReport(tx),
  }));
  if (!client) notFound();
  return (
    <main id="content" className="mx-auto max-w-[1080px] px-3 py-4 sm:px-6 sm:py-6">
      {companies.length > 1 && (
        <nav aria-label="Your companies" className="mb-3 flex flex-wrap gap-1.5">
          {companies.map((company) => (
            <Chip
              key={company.clientId}
              href={`/portal/${company.clientId}`}
              isOn={company.clientId === clientId}
            >
              {company.name}
            </Chip>
          ))}
        </nav>
      )}
      <p className="text-ink-2 mb-2 px-1 font-medium">{client.name}</p>
      <SlowPart skeleton={<PortalSkeleton />}>{portalParts(session, clientId, msp.name, now)}</SlowPart>
      <p className="text-13 text-ink-2 mt-6 flex flex-wrap items-center gap-x-2 gap-y-1 px-1">
        {isReportWanted
          ? 'A report comes to you by mail at the start of each month.'
          : 'A report by mail at the start of each month?'}
        <SendButton
          method={isReportWanted ? 'DELETE' : 'PUT'}
          address="/api/v1/portal/monthly-report"
          label={isReportWanted ? 'Stop the monthly report' : 'Get the monthly report'}
          done={isReportWanted ? 'No more reports come.' : 'The next report comes with the new month.'}
        >
          {isReportWanted ? 'Stop it' : 'Send it to me'}
        </SendButton>
      </p>
      <p className="text-ink-3 mt-1 px-1 text-xs">
        Looked after by {msp.name}. All times {client.timeZone}.
      </p>
    </main>
  );
}

async function portalParts({ scope }: CurrentSession, clientId: string, mspName: string, now: Date) {
  const portal = await readPortal(webDatabase(), scope, clientId, now);
  if (!portal) notFound();
  const documents = await webDatabase().inScope(scope, (tx) =>
    listLeaderDocuments(tx, scope.mspId, clientId),
  );
  return <Parts portal={portal} documents={documents} mspName={mspName} now={now.getTime()} />;
}

interface PartsProps {
  portal: Portal;
  documents: readonly ReadyDocument[];
  mspName: string;
  now: number;
}

function Parts({ portal, documents, mspName, now }: PartsProps) {
  const { client, ground } = portal;
  const zoned = { timeZone: client.timeZone, now };
  const risks = portal.risks.map(toldRisk);
  const waiting = risks.filter(({ decision }) => decision === null);
  const decided = risks.filter(({ decision }) => decision !== null);
  return (
    <>
      <Answer
        counts={portal.counts}
        troubled={portal.troubled}
        newestReportAt={ground.newestReportAt?.getTime() ?? null}
        laggingCount={ground.laggingCount}
        {...zoned}
      />
      <div className="mt-4 grid items-start gap-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4 max-lg:contents">
          <div className="max-lg:order-3">
            <Card
              id="restore-tests"
              title="Last restore tests, and what they proved"
              note="A restore test means that data was really brought back and compared. Everything less is listed apart."
            >
              <Proofs proofs={portal.restoreTests} {...zoned} />
            </Card>
          </div>
          <div className="max-lg:order-4">
            <Card
              id="recovery"
              title="How long would it take to be back?"
              note="Time to recover, against the time that was promised."
            >
              <Recovery rows={portal.recovery} timeZone={client.timeZone} />
            </Card>
          </div>
        </div>
        <div className="flex min-w-0 flex-col gap-4 max-lg:contents">
          {waiting.length > 0 && (
            <div className="max-lg:order-1">
              <Card
                id="risks"
                title={
                  waiting.length === 1 ? 'Your decision: a risk' : `Your decision: ${waiting.length} risks`
                }
                isAsking
              >
                <RisksToSign clientId={client.clientId} risks={waiting} {...zoned} />
              </Card>
            </div>
          )}
          <div className="max-lg:order-2">
            <Card id="changes" title="What changed this month">
              <MonthChanges changes={portal.changes} {...zoned} />
              <MonthTrend days={portal.trend} />
            </Card>
          </div>
          <div className="max-lg:order-5">
            <Card id="open-points" title="Open points">
              <OpenPoints points={portal.openPoints.map(toldPoint)} mspName={mspName} {...zoned} />
            </Card>
          </div>
          <div className="max-lg:order-6">
            <Card
              id="documents"
              title="Documents"
              note="Signed. Whoever gets one can check it without asking anybody."
            >
              {documents.length === 0 ? (
                <p className="text-13 text-ink-2">
                  None was made for you yet. Ask {mspName} for the report of a month.
                </p>
              ) : (
                <ReadyDocuments documents={documents} files={pdfOf} {...zoned} />
              )}
            </Card>
          </div>
          {decided.length > 0 && (
            <div className="max-lg:order-7">
              <Card id="decided-risks" title="Risks that were decided">
                <RisksDecided risks={decided} {...zoned} />
              </Card>
            </div>
          )}
        </div>
      </div>
    </>
  );
}

function pdfOf({ documentId }: { documentId: string }) {
  return [{ label: 'PDF', href: `/api/v1/portal/documents/${documentId}` }];
}

function toldPoint({ since, snoozedUntil, ...point }: Portal['openPoints'][number]) {
  return { ...point, since: since.getTime(), snoozedUntil: snoozedUntil?.getTime() ?? null };
}

function toldRisk({ acceptedAt, validUntil, decidedAt, ...risk }: AcceptedRisk): Risk {
  return {
    ...risk,
    acceptedAt: acceptedAt.getTime(),
    validUntil: validUntil.getTime(),
    decidedAt: decidedAt?.getTime() ?? null,
  };
}
